"""Letters made and handed over, beside what the receiver can take at all; and signatures, beside bare RSA.

The receiver is Postfix's `smtp-sink`, a C program that throws letters away; its limit is measured by the least that
can send: fixed bytes, the same number of connections, the commands in groups. The letters come out of a real
ledger, each address is opened, each letter written, and what became of it is durable in the post's journal.
"""

from __future__ import annotations

import json
import os
import re
import resource
import selectors
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bench.site import free_port
from tests.stages.mail.world import SENDER, URL, Shelf, example_card, record, token
from undersigned.assemble.bench.line import Line
from undersigned.core.events import Epoch, Signed, encode
from undersigned.core.person import Address
from undersigned.engines.smtp.transport import SmtpTransport
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.engines.sqlite.ledger import SqliteLedger
from undersigned.engines.sqlite.ledger_reader import SqliteLedgerReader
from undersigned.journal.frames import pack, unpack
from undersigned.stages.mail.answers import JournalAnswers
from undersigned.stages.mail.run import House, Post
from undersigned.stages.sequencer.run import step
from undersigned.vault import dkim
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.seal import seal_letter

__all__ = ["Absent", "measure"]

LETTERS, SIGNED, ROUNDS, CONNECTIONS, WARM = 12_000, 2_500, 3, 8, 90
NOW = int(time.time())
LANGUAGES = ("en", "fr", "es", "ar", "he", "ru", "zh", "sw", "hi")
AGAINST = {
    "letters": ("the sink's own limit with fixed bytes", 0.3),
    "letters-dkim": ("bare RSA-2048 signatures", 0.7),
}
_TAKEN = re.compile(rb"mesg=(\d+)")


class Absent(Exception):
    """A program that the measure needs is not installed."""


class Sink:
    """Postfix's smtp-sink on a free port, with its own count of messages."""

    def __init__(self, folder: Path) -> None:
        program = shutil.which("smtp-sink") or "/usr/sbin/smtp-sink"
        if not Path(program).exists():
            raise Absent("smtp-sink is not installed (Debian: apt-get install postfix)")
        self.port = free_port()
        self._log = folder / "sink.log"
        user = ["-u", "nobody"] if os.geteuid() == 0 else []
        with self._log.open("wb") as log:
            self.process = subprocess.Popen(
                [program, "-c", *user, f"127.0.0.1:{self.port}", "256"], stdout=log, stderr=log, cwd="/"
            )
        end = time.monotonic() + 10
        while not _open(self.port):
            if time.monotonic() > end:
                raise Absent("smtp-sink does not start: " + self._log.read_text("utf-8", "replace")[-300:])
            time.sleep(0.05)

    def stop(self) -> int:
        """End the sink; give how many messages it took."""
        self.process.terminate()
        self.process.wait(10)
        return max((int(number) for number in _TAKEN.findall(self._log.read_bytes())), default=0)


def _open(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


class _Least:
    """The least that can send: fixed bytes over several connections."""

    def __init__(self, port: int, group: bytes, connections: int) -> None:
        self._group = group
        self._selector = selectors.DefaultSelector()
        self._sockets = [socket.create_connection(("127.0.0.1", port)) for _ in range(connections)]
        for one in self._sockets:
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._until(one, b"220 ")
            one.sendall(b"EHLO bench\r\n")
            self._until(one, b"250 ")
            one.sendall(b"MAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n")
            self._until(one, b"354 ")
            self._selector.register(one, selectors.EVENT_READ)

    def _until(self, one: socket.socket, mark: bytes) -> None:
        heard = b""
        while mark not in heard:
            heard += one.recv(4096)

    def run(self, count: int) -> float:
        """Send so many letters; give letters a second."""
        began = time.perf_counter()
        left = count
        for one in self._sockets:
            one.sendall(self._group)
        while left > 0:
            for key, _ in self._selector.select():
                if b"354 " in key.fileobj.recv(4096):  # type: ignore[union-attr]
                    left -= 1
                    key.fileobj.sendall(self._group)  # type: ignore[union-attr]
        seconds = time.perf_counter() - began
        for one in self._sockets:
            one.close()
        return count / seconds


class Outgoing:
    """A ledger with letters in its outbox, and the post beside it."""

    def __init__(self, folder: Path, letters: int) -> None:
        self.folder = folder
        self.keys = MailKeys(folder / "mail", lambda: float(NOW))
        self.ledger = SqliteLedger(folder / "ledger.db", folder / "slots.db")
        self.outbox = SqliteLedgerReader(folder / "ledger.db")
        self._fill(letters)

    def _fill(self, letters: int) -> None:
        hour, key = self.keys.current()
        door = SqliteJournal(self.folder / "door-1.db")
        door.append(pack([encode(Epoch("ceasefire", bytes(16), b"age file", NOW))]))
        for start in range(0, letters, 500):
            door.append(pack([encode(_signed(n, hour, key)) for n in range(start, min(start + 500, letters))]))
        reader = SqliteJournalReader(self.folder / "door-1.db")
        while step(self.ledger, {"door-1": reader}, 20):
            pass
        reader.close()
        door.close()

    def post(self, name: str, port: int, signer: dkim.Signer | None) -> tuple[Post, JournalAnswers, SmtpTransport]:
        """Give a post that has sent nothing yet, with a journal of its own."""
        journal = SqliteJournal(self.folder / f"post-{name}.db")
        answers = JournalAnswers(journal, SqliteJournalReader(self.folder / f"post-{name}.db"))
        transport = SmtpTransport(f"smtp://127.0.0.1:{port}", connections=CONNECTIONS)
        house = House(URL, SENDER, False)
        return (
            Post(self.outbox, answers, self.keys, Shelf([example_card()]), transport, house, signer),
            answers,
            transport,
        )

    def sent(self, name: str) -> int:
        """Give how many letters the journal of a post knows as sent."""
        reader = SqliteJournalReader(self.folder / f"post-{name}.db")
        segments = reader.read(0, 1_000_000)
        reader.close()
        return sum(len(unpack(segment)) for _, segment in segments)


def _signed(number: int, hour: int, key: bytes) -> Signed:
    address = msgspec.json.encode(Address(f"signer.{number}@mail.example.org", token(number)))
    letter = seal_letter(key, record(number), address, os.urandom)
    name = sha256(b"%d" % number).digest()
    text = example_card().texts["en"].hash.encode()[:32] if number == 0 else b"t" * 32
    return Signed(
        "ceasefire", record(number), NOW, name[:16], name[16:], sha256(name).digest(), "KE",
        LANGUAGES[number % len(LANGUAGES)], text, "1", False, bytes(16), b"sealed", letter, hour, "", bytes(48),
    )  # fmt: skip


@contextmanager
def _world(letters: int) -> Iterator[tuple[Outgoing, Sink]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        sink = Sink(folder)
        try:
            yield Outgoing(folder, letters), sink
        finally:
            if sink.process.poll() is None:
                sink.stop()


def _run(house: Outgoing, name: str, port: int, count: int, signer: dkim.Signer | None = None) -> tuple[float, float]:
    """Let a post send `count` letters; give letters a second, and its CPU microseconds a letter."""
    post, answers, transport = house.post(name, port, signer)
    sent = post.step(NOW, WARM, lambda: True).sent  # each kind of letter is encoded once, at its first letter
    count, sent = count - sent, 0
    began, cpu = time.perf_counter(), time.process_time()
    while sent < count:
        sent += post.step(NOW, min(10_000, count - sent)).sent
    seconds, used = time.perf_counter() - began, time.process_time() - cpu
    transport.close()
    answers.close()
    return count / seconds, used / count * 1e6


def _group(house: Outgoing) -> bytes:
    """Give the fixed bytes of the floor: a letter of ours, and the envelope of the next."""
    post, answers, transport = house.post("sample", 1, None)
    parcel = post._writer.write(house.outbox.due(0, 1)[0], NOW)  # the floor must carry the same bytes
    transport.close()
    answers.close()
    message: bytes = parcel.message  # type: ignore[union-attr]
    return message + b".\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"


def plain() -> Line:
    """Measure letters made and handed over ÷ the sink's own limit, in neighbouring slices."""
    rates, floors, costs = [], [], []
    with _world(LETTERS) as (house, sink):
        group = _group(house)
        for number in range(ROUNDS):
            floors.append(_Least(sink.port, group, CONNECTIONS).run(LETTERS))
            rate, cost = _run(house, f"plain-{number}", sink.port, LETTERS)
            rates.append(rate)
            costs.append(cost)
        noted = sum(house.sent(f"plain-{number}") for number in range(ROUNDS))
        taken = sink.stop()
    books = noted == ROUNDS * LETTERS and taken >= 2 * ROUNDS * LETTERS
    return _line("letters", rates, floors, costs, books)


def signed() -> Line:
    """Measure letters signed with RSA-2048 and handed over ÷ bare RSA-2048 signatures."""
    rates, floors, costs = [], [], []
    with _world(SIGNED) as (house, sink):
        dkim.make(house.folder / "dkim", "rsa")
        signer = dkim.Signer(house.folder / "dkim", "petitions.example", "bench")
        for number in range(ROUNDS):
            floors.append(_bare(SIGNED))
            rate, cost = _run(house, f"signed-{number}", sink.port, SIGNED, signer)
            rates.append(rate)
            costs.append(cost)
        noted = sum(house.sent(f"signed-{number}") for number in range(ROUNDS))
        taken = sink.stop()
    return _line("letters-dkim", rates, floors, costs, noted == ROUNDS * SIGNED == taken)


def _bare(count: int) -> float:
    key = rsa.generate_private_key(65537, 2048)
    data, began = b"x" * 400, time.perf_counter()
    for _ in range(count):
        key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return count / (time.perf_counter() - began)


def _line(name: str, rates: list[float], floors: list[float], costs: list[float], books: bool) -> Line:
    against, goal = AGAINST[name]
    return Line(
        name=name,
        value=round(statistics.median(rates)),
        unit="letters/s",
        floor=round(statistics.median(floors)),
        ratio=round(statistics.median(rate / floor for rate, floor in zip(rates, floors, strict=True)), 3),
        against=against,
        goal=goal,
        server_us=round(statistics.median(costs), 1),
        peak_mb=round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        books=books,
    )


MEASURES = {"letters": plain, "letters-dkim": signed}


def measure(name: str = "letters") -> dict[str, Any]:
    """Measure `letters` or `letters-dkim`; give the line as facts.

    Raises:
        Absent: smtp-sink is not installed or does not start.
    """
    return MEASURES[name]().facts()


def main(names: list[str]) -> int:
    """Print a line a measure; 1 where the books do not agree or something is absent."""
    wrong = 0
    for name in names or MEASURES:
        try:
            facts = measure(name)
        except Absent as error:
            print(f"{name}: {error}", file=sys.stderr)
            return 1
        print(json.dumps(facts), flush=True)
        wrong += not facts["books"]
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

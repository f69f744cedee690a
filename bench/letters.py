"""Letters made and handed over, beside what the receiver can take at all; and signatures, beside bare RSA.

The receiver is Postfix's `smtp-sink`, a C program that throws letters away; its limit is measured by the least that
can send: fixed bytes, the same number of connections, the commands in groups. The letters come out of a real
ledger, each address is opened, each letter written, and what became of it is durable in the post's journal.
"""

from __future__ import annotations

import json
import os
import re
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
from typing import Any, NamedTuple

import msgspec
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from bench.site import free_port
from tests.stages.mail.world import SENDER, URL, Shelf, example_card, record, token
from undersigned.assemble.bench.line import Line
from undersigned.assemble.serve import end_with_parent
from undersigned.core.events import Epoch, Signed, encode
from undersigned.core.person import Address
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.engines.sqlite.ledger import SqliteLedger
from undersigned.engines.sqlite.ledger_reader import SqliteLedgerReader
from undersigned.journal.frames import pack, unpack
from undersigned.stages.mail.needs import Parcel
from undersigned.stages.mail.write import House, Writer
from undersigned.stages.sequencer.run import step
from undersigned.vault import dkim
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.seal import seal_letter

__all__ = ["Absent", "measure"]

LETTERS, SIGNED, ROUNDS, CONNECTIONS = 12_000, 2_500, 3, 16
LIKE = 5  # times as many letters for the floor, so that both slices take about as long: a short one gets more of a CPU
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
                [program, "-c", *user, f"127.0.0.1:{self.port}", "256"],
                stdout=log, stderr=log, cwd="/", preexec_fn=end_with_parent,
            )  # fmt: skip
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
    """A ledger with letters in its outbox."""

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

    def sent(self, name: str) -> int:
        """Give how many letters the journals of the posts of a run know as sent."""
        return sum(_noted(file) for file in self.folder.glob(f"post-{name}-*.db"))


def _noted(file: Path) -> int:
    reader = SqliteJournalReader(file)
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


class Ran(NamedTuple):
    """One run of the posts."""

    rate: float  # letters a second
    cpu_us: float  # of all posts together, a letter
    peak_mb: float  # of the largest


def _run(house: Outgoing, name: str, port: int, posts: int = 1) -> Ran:
    """Let posts send everything in the outbox, all beginning at once."""
    command = [sys.executable, "-m", "bench.letters_post", str(house.folder), name, str(port)]
    running = [
        subprocess.Popen(
            [*command, str(number), str(posts), str(CONNECTIONS // posts), str(NOW)],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parent.parent,
            preexec_fn=end_with_parent,
        )
        for number in range(1, posts + 1)
    ]  # fmt: skip
    for one in running:
        assert one.stdout is not None
        assert one.stdout.readline() == "ready\n"
    began = time.monotonic()
    for one in running:
        assert one.stdin is not None
        one.stdin.write("go\n")
        one.stdin.flush()
    said = [json.loads(one.communicate()[0]) for one in running]
    seconds, sent = max(one["ended"] for one in said) - began, sum(one["sent"] for one in said)
    return Ran(sent / seconds, sum(one["cpu"] for one in said) / sent * 1e6, max(one["peak_mb"] for one in said))


def _group(house: Outgoing) -> bytes:
    """Give the fixed bytes of the floor: a letter of ours, and the envelope of the next."""
    writer = Writer(house.keys, Shelf([example_card()]), House(URL, SENDER, False))
    parcel = writer.write(house.outbox.due(0, 1)[0], NOW)
    assert isinstance(parcel, Parcel)
    return parcel.message + b".\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<c@d.example>\r\nDATA\r\n"


def plain() -> Line:
    """Measure letters made and handed over by two posts ÷ the sink's own limit, in neighbouring slices."""
    floors, alone, both = [], [], []
    with _world(LETTERS) as (house, sink):
        group = _group(house)
        for number in range(ROUNDS):
            alone.append(_run(house, f"alone{number}", sink.port))
            floors.append(_Least(sink.port, group, CONNECTIONS).run(LIKE * LETTERS))
            both.append(_run(house, f"both{number}", sink.port, posts=2))
        noted = sum(house.sent(f"{name}{number}") for name in ("alone", "both") for number in range(ROUNDS))
        taken = sink.stop()
    books = noted == 2 * ROUNDS * LETTERS and taken >= 3 * ROUNDS * LETTERS
    return _line("letters", both, floors, books, {"one post": _ratio(alone, floors)})


def signed() -> Line:
    """Measure letters signed with RSA-2048 and handed over by one post ÷ bare RSA-2048 signatures."""
    floors, bare, runs = [], [], []
    with _world(SIGNED) as (house, sink):
        dkim.make(house.folder / "dkim", "rsa")
        for number in range(ROUNDS):
            rate, cpu_us = _bare(SIGNED)
            floors.append(rate)
            bare.append(cpu_us)
            runs.append(_run(house, f"signed{number}", sink.port))
        noted = sum(house.sent(f"signed{number}") for number in range(ROUNDS))
        taken = sink.stop()
    by_cpu = statistics.median(cpu_us / run.cpu_us for cpu_us, run in zip(bare, runs, strict=True))
    also = {"CPU of a bare signature ÷ CPU of a letter": round(by_cpu, 3)}
    return _line("letters-dkim", runs, floors, noted == ROUNDS * SIGNED == taken, also)


def _ratio(runs: list[Ran], floors: list[float]) -> float:
    return round(statistics.median(run.rate / floor for run, floor in zip(runs, floors, strict=True)), 3)


def _bare(count: int) -> tuple[float, float]:
    """Sign and do nothing else; give signatures a second, and the CPU microseconds of one."""
    key = rsa.generate_private_key(65537, 2048)
    data, began, cpu = b"x" * 400, time.perf_counter(), time.process_time()
    for _ in range(count):
        key.sign(data, padding.PKCS1v15(), hashes.SHA256())
    return count / (time.perf_counter() - began), (time.process_time() - cpu) / count * 1e6


def _line(name: str, runs: list[Ran], floors: list[float], books: bool, also: dict[str, Any]) -> Line:
    against, goal = AGAINST[name]
    return Line(
        name=name,
        value=round(statistics.median(run.rate for run in runs)),
        unit="letters/s",
        floor=round(statistics.median(floors)),
        ratio=_ratio(runs, floors),
        against=against,
        goal=goal,
        server_us=round(statistics.median(run.cpu_us for run in runs), 1),
        peak_mb=round(max(run.peak_mb for run in runs)),
        books=books,
        also=also,
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

"""A real door on loopback, with the mill turned by hand in the test's own process, and raw sockets to talk to it."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from bench.site import free_port
from undersigned.assemble import stores
from undersigned.assemble.demo import prepare
from undersigned.assemble.mill import Mill
from undersigned.core.events import Epoch, Event, Signed, decode
from undersigned.core.person import Address, Person
from undersigned.engines.sqlite.journal import SqliteJournalReader
from undersigned.journal.frames import unpack
from undersigned.settings import read
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.secret_files import read_secret
from undersigned.vault.token import Tokens
from undersigned.vault.unseal import identity, open_epoch, open_letter, open_record

__all__ = ["FORM", "JSON", "Answer", "RealDoor", "Wire"]

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"


class Answer:
    """One HTTP answer as it came over the wire. `closed` says that the connection ended after it."""

    def __init__(self, raw: bytes, closed: bool) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        lines = head.decode("latin-1").split("\r\n")
        self.raw = raw
        self.closed = closed
        self.status = int(lines[0].split(" ")[1]) if lines[0].startswith("HTTP/") else 0
        self.headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])}

    @property
    def code(self) -> str:
        """The code of a problem."""
        return str(json.loads(self.body)["code"])

    def without_date(self) -> bytes:
        """Everything but the Date header, which the server writes."""
        return re.sub(rb"\r\ndate: [^\r]*", b"", self.raw, flags=re.IGNORECASE)


class Wire:
    """One connection, byte by byte."""

    def __init__(self, port: int, seconds: float = 10) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), seconds)

    def send(self, data: bytes) -> None:
        """Send bytes; a server that has hung up already is no error here."""
        with contextlib.suppress(OSError):
            self._socket.sendall(data)

    def answer(self, head: bool = False) -> Answer:
        """Read one answer, and whether the server closes after it."""
        raw = b""
        while b"\r\n\r\n" not in raw:
            got = self._read()
            if not got:
                return Answer(raw, True)
            raw += got
        length = re.search(rb"\r\ncontent-length: (\d+)", raw, re.IGNORECASE)
        size = int(length.group(1)) if length and not head else 0
        while len(raw.partition(b"\r\n\r\n")[2]) < size:
            got = self._read()
            if not got:
                break
            raw += got
        closes = b"\r\nconnection: close" in raw.partition(b"\r\n\r\n")[0].lower()
        return Answer(raw, closes and self._ended())

    def rest(self, seconds: float) -> bytes:
        """Read whatever comes within that time."""
        self._socket.settimeout(seconds)
        with contextlib.suppress(TimeoutError):
            return self._read()
        return b""

    def _read(self) -> bytes:
        try:
            return self._socket.recv(65536)
        except ConnectionError:
            return b""

    def _ended(self) -> bool:
        self._socket.settimeout(3)
        try:
            return self._read() == b""
        except TimeoutError:
            return False

    def close(self) -> None:
        """Hang up."""
        self._socket.close()

    def __enter__(self) -> Wire:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


class RealDoor:
    """`undersigned door` in a process of its own over a demonstration folder."""

    def __init__(self, folder: Path, **settings: object) -> None:
        self.folder = folder
        self.port = free_port()
        prepare(folder, self.port)
        lines = {"rate": 10**9, "burst": 10**9, "interval": 0.0, **settings}
        with (folder / "undersigned.toml").open("r+") as file:
            kept = [line for line in file if line.split(" ")[0] not in lines]
            file.seek(0)
            file.truncate()
            file.writelines([*kept, *(f"{name} = {json.dumps(value)}\n" for name, value in lines.items())])
        self.settings = read(folder)
        self.mill = Mill(self.settings)
        self.ledger = stores.reader(self.settings)
        self.mill.start()
        self.turn()
        self.log = (folder / "door.log").open("ab")
        self.start()

    def start(self) -> None:
        """Start the door and wait until it is ready."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "undersigned", "door", "--dir", str(self.folder)],
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
        )
        self.until(self.ready, "the door to be ready")

    def ready(self) -> bool:
        """Tell whether the door says that it is ready."""
        try:
            return self.ask("GET", "/readyz").status == 200
        except OSError:
            return False

    def until(self, holds: Callable[[], Any], what: str, seconds: float = 20) -> None:
        """Wait until something holds; the door runs on a real clock."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"waited {seconds} s for {what}\n{self.words()}"
            time.sleep(0.02)

    def words(self) -> str:
        """Give what the door has said."""
        return (self.folder / "door.log").read_text("utf-8", "replace")

    def workers(self) -> list[int]:
        """Give the worker processes."""
        found = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text()
        return list(map(int, found.split()))

    def stop(self) -> int:
        """End the door cleanly; give its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)

    def close(self) -> None:
        """End everything."""
        try:
            self.stop()
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.ledger.close()
            self.mill.close()
            self.log.close()

    # Requests.

    @property
    def host(self) -> bytes:
        """The Host header of a request."""
        return b"Host: 127.0.0.1:%d\r\n" % self.port

    def wire(self) -> Wire:
        """Open a connection."""
        return Wire(self.port)

    def raw(self, data: bytes) -> Answer:
        """Send bytes as they are, and read one answer."""
        with self.wire() as wire:
            wire.send(data)
            return wire.answer()

    def ask(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> Answer:
        """Send one ordinary request."""
        lines = [f"{method} {path} HTTP/1.1\r\n".encode(), self.host, b"Connection: close\r\n"]
        lines += [f"{name}: {value}\r\n".encode() for name, value in headers.items()]
        if body is not None:
            lines.append(b"Content-Length: %d\r\n" % len(body))
        with self.wire() as wire:
            wire.send(b"".join([*lines, b"\r\n", body or b""]))
            return wire.answer(head=method == "HEAD")

    def text(self, campaign: str = "library", language: str = "en") -> str:
        """Give the hash of the text that is open for signature."""
        card = self.mill.releases.current(campaign)
        assert card is not None
        return card.texts[language].hash

    def fields(self, **changes: Any) -> dict[str, Any]:
        """Give a filled-in form."""
        form = {"name": "Amal Haddad", "email": "amal@example.org", "country": "LB", "consent": "yes"}
        return {**form, "text": self.text(), **changes}

    def sign(self, campaign: str = "library", **changes: Any) -> Answer:
        """Sign by the form."""
        body = urlencode(self.fields(**changes)).encode()
        return self.ask("POST", f"/c/{campaign}/en/sign", body, {"Content-Type": FORM})

    def sign_json(self, campaign: str = "library", **changes: Any) -> Answer:
        """Sign as a program does."""
        return self.json(json.dumps(self.fields(**changes)).encode(), campaign)

    def json(self, body: bytes, campaign: str = "library") -> Answer:
        """Send bytes as JSON."""
        return self.ask("POST", f"/c/{campaign}/en/sign", body, {"Content-Type": JSON})

    def press(self, path: str, **fields: str) -> Answer:
        """Press a button."""
        return self.ask("POST", path, urlencode(fields).encode(), {"Content-Type": FORM})

    # What the keys open.

    def turn(self) -> None:
        """Let the mill do everything, until nothing waits."""
        while self.mill.turn():
            pass
        self.mill.turn()

    def kept(self, source: str = "door-1") -> list[Event]:
        """Give every event in the door's journal that no checkpoint covers yet."""
        reader = SqliteJournalReader(self.folder / "journal" / f"{source}.db")
        try:
            covered = self.folder / "journal" / f"{source}.covered"
            after = int(covered.read_text()) if covered.exists() else 0
            return [decode(record) for _, segment in reader.read(after, 10**6) for record in unpack(segment)]
        finally:
            reader.close()

    def people(self) -> Iterator[tuple[Signed, Person]]:
        """Open the sealed records in the journal with the demonstration's key."""
        key = identity((self.folder / "demo-campaign.key").read_text().strip())
        known = [epoch for campaign in ("library", "ceasefire") for epoch in self.ledger.epochs(campaign)]
        epochs = {name: open_epoch(file, [key]) for name, file in known}
        for event in self.kept():
            if isinstance(event, Epoch):
                epochs[event.epoch] = open_epoch(event.file, [key])
            if isinstance(event, Signed) and event.epoch in epochs:
                record = open_record(epochs[event.epoch], event.record, event.slot, event.sealed)
                yield event, msgspec.json.decode(record, type=Person)

    def newest(self) -> tuple[Signed, Person]:
        """Give the newest record in the journal."""
        return list(self.people())[-1]

    def token_of(self, event: Signed) -> str:
        """Give the token of a letter, as the post would read it."""
        key = MailKeys(self.folder / "secrets" / "mail", time.time).key(event.hour)
        assert key is not None
        return msgspec.json.decode(open_letter(key, event.record, event.letter), type=Address).token

    def signed(self, **changes: Any) -> str:
        """Sign, and give the token of the letter."""
        assert self.sign(**changes).status == 303
        event = next(one for one in reversed(self.kept()) if isinstance(one, Signed))
        return self.token_of(event)

    def letters(self) -> int:
        """Turn the mill and give how many letters wait to be sent."""
        self.turn()
        return len(self.ledger.due(0, 10**6))

    def tokens(self) -> Tokens:
        """Give the maker of tokens."""
        return Tokens(read_secret(self.folder / "secrets" / "token.key", 32))

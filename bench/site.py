"""A whole installation, started as a person would start it; for journeys, drills and the benchmark."""

from __future__ import annotations

import copy
import email
import email.policy
import http.client
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Self
from urllib.parse import urlencode

from undersigned.assemble.bench.machine import family
from undersigned.assemble.bench.processes import free_port
from undersigned.assemble.serve import end_with_parent

__all__ = ["Answer", "Site", "free_port"]

_LINK = re.compile(r"/k/([A-Za-z0-9_-]{43})")
_ANY_LINK = re.compile(r"/[kwr]/([A-Za-z0-9_-]{43})")


class Answer:
    """An HTTP answer, whole."""

    def __init__(self, response: http.client.HTTPResponse) -> None:
        """Read the answer to its end."""
        self.status = response.status
        self.headers = {name.lower(): value for name, value in response.getheaders()}
        self.body = response.read()

    @property
    def text(self) -> str:
        """The body as UTF-8."""
        return self.body.decode()

    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


class Site:
    """Runs `undersigned serve` on a demonstration folder, on a port of its own."""

    def __init__(self, folder: Path, port: int = 0, **settings: object) -> None:
        """Make the folder, start the processes, wait for the door. `port`: that of a folder made before.

        The desk is left out unless `desk=True` is given.
        """
        from undersigned.assemble.demo import prepare

        self.folder = folder
        self.port = self.reached = port or free_port()
        prepare(folder, self.port)
        with (folder / "undersigned.toml").open("a") as file:
            for name, value in {"desk": False, **settings}.items():
                file.write(f"{name} = {json.dumps(value)}\n")
        self.log = (folder / "processes.log").open("ab")
        self._letters: dict[str, tuple[str, str]] = {}  # file -> (recipient, body): a letter never changes
        self.process: subprocess.Popen[bytes] | None = None
        self.start()

    def start(self) -> None:
        """Start the process tree and wait for the door."""
        self.process = subprocess.Popen(
            [sys.executable, "-m", "undersigned", "serve", "--dir", str(self.folder)],
            stdout=self.log,
            stderr=self.log,
            start_new_session=True,
            preexec_fn=end_with_parent,
        )
        self.until(self.ready, 40, "the door to be ready")

    def ready(self) -> bool:
        """Tell whether a signature can be kept and the first pages are there."""
        try:
            return self.get("/readyz").status == 200 and self.get("/c/library.json").status == 200
        except OSError:
            return False

    def stop(self) -> None:
        """Stop everything."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(20)
        self.log.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def until(self, holds: Any, seconds: float, what: str) -> None:
        """Wait until `holds()` is true; the real processes run on a real clock. A closed door is "not yet".

        Raises:
            TimeoutError: it did not come true; the message ends with the last lines of the processes.
        """
        end = time.monotonic() + seconds
        while not _holds(holds):
            if time.monotonic() > end:
                words = (self.folder / "processes.log").read_text("utf-8", "replace")[-3000:]
                raise TimeoutError(f"waited {seconds} s for {what}\n{words}")
            time.sleep(0.05)

    # The web, as a browser or a program would use it.

    def at(self, port: int) -> Site:
        """Give this site as it is reached by another port, through a proxy."""
        other = copy.copy(self)
        other.reached = port
        return other

    def request(self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] = {}) -> Answer:
        """Send one request on a connection of its own."""
        connection = http.client.HTTPConnection("127.0.0.1", self.reached, timeout=20)
        try:
            connection.request(method, path, body, {"Host": f"127.0.0.1:{self.port}", **headers})
            return Answer(connection.getresponse())
        finally:
            connection.close()

    def get(self, path: str, **headers: str) -> Answer:
        """GET a path."""
        return self.request("GET", path, headers=headers)

    def post_form(self, path: str, fields: Mapping[str, str] = {}) -> Answer:
        """POST a form."""
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        return self.request("POST", path, urlencode(fields).encode(), form)

    def text_hash(self, campaign: str, language: str) -> str:
        """Give the hash of the text that is open for signature."""
        return str(self.get(f"/c/{campaign}.json").json()["texts"][language]["hash"])

    def form(self, campaign: str, language: str, **fields: str) -> dict[str, str]:
        """Give a filled-in form."""
        form = {"name": "Amal Example", "country": "EG", "consent": "yes", "text": self.text_hash(campaign, language)}
        return {**form, **fields}

    def sign(self, address: str, campaign: str = "library", language: str = "en", **fields: str) -> Answer:
        """Sign by the form."""
        fields = self.form(campaign, language, **{"email": address, **fields})
        return self.post_form(f"/c/{campaign}/{language}/sign", fields)

    def count(self, campaign: str = "library") -> Any:
        """Give `count.json`."""
        return self.get(f"/c/{campaign}/count.json").json()

    # The signers' mailboxes.

    def letters(self) -> Iterator[tuple[str, str]]:
        """Give (recipient, body) of every letter, oldest first."""
        fresh = [file for file in (self.folder / "mail" / "new").glob("*") if file.name not in self._letters]
        for file in sorted(fresh, key=lambda item: item.stat().st_mtime_ns):
            message = email.message_from_bytes(file.read_bytes(), policy=email.policy.default)
            self._letters[file.name] = (str(message["To"]), str(message.get_content()))
        yield from list(self._letters.values())

    def tokens(self, address: str) -> list[str]:
        """Give the tokens of the letters to an address, oldest first."""
        return [
            found.group(1)
            for recipient, body in self.letters()
            if address in recipient and (found := _ANY_LINK.search(body))
        ]

    def token(self, address: str, seconds: float = 20) -> str:
        """Give the token of the newest letter to an address, waiting for it."""
        self.until(lambda: self.tokens(address), seconds, "a letter")
        return self.tokens(address)[-1]

    def confirm(self, token: str) -> Answer:
        """Press the button of the letter's page."""
        return self.post_form(f"/k/{token}")

    # The processes.

    def pids(self, kind: str) -> list[int]:
        """Give the process of a kind and its children."""
        first = int((self.folder / "run" / f"{kind}.pid").read_text())
        return family(first)

    def kill(self, kind: str, which: int = -1) -> None:
        """SIGKILL one process of a kind: the last child by default, which does the work."""
        os.kill(self.pids(kind)[which], signal.SIGKILL)

    def resident(self) -> tuple[int, int]:
        """Give the memory of the whole tree in bytes: shared pages counted once, and counted in every process."""
        assert self.process is not None
        pids = family(self.process.pid)
        return sum(_memory(pid, "Pss:") for pid in pids), sum(_memory(pid, "Rss:") for pid in pids)


def _holds(question: Any) -> bool:
    try:
        return bool(question())
    except (OSError, http.client.HTTPException):  # the door is being started again
        return False


def _memory(pid: int, kind: str) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith(kind))

"""Asks a witness over HTTP (C2SP tlog-witness 1.0.0, `add-checkpoint`)."""

from __future__ import annotations

import time
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from threading import Thread
from urllib.parse import urlsplit

from undersigned.stages.tlog.needs import WitnessAnswer

__all__ = ["HttpWitness", "read"]

_SECONDS = 2.0
_LARGEST = 64 * 1024
_NOTHING = WitnessAnswer(0, b"")


class HttpWitness:
    """One witness: its verifier key, and the submission prefix its URL is."""

    def __init__(self, vkey: str, url: str, seconds: float = _SECONDS) -> None:
        """Take `http://…` or `https://…`, without `/add-checkpoint`, and the time one answer may take.

        Raises:
            ValueError: another kind of URL.
        """
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
            raise ValueError("the address of a witness is an http or https URL without a query")
        self.vkey = vkey
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip("/") + "/add-checkpoint"
        self._seconds = seconds
        self._last: Thread | None = None

    def add_checkpoint(self, body: bytes) -> WitnessAnswer:
        """POST the body; status 0 where no whole answer of at most 64 KiB came in time. Never raises for that.

        The limit holds for the whole exchange, names and handshake included, which no time limit of a
        socket can promise. So a thread asks; one that does not come back is never joined by a second.
        """
        if self._last is not None and self._last.is_alive():
            return _NOTHING
        answers: list[WitnessAnswer] = []
        self._last = Thread(target=lambda: answers.append(self._post(body)), daemon=True)
        self._last.start()
        self._last.join(self._seconds)
        return answers[0] if answers else _NOTHING

    def _post(self, body: bytes) -> WitnessAnswer:
        kind = HTTPSConnection if self._secure else HTTPConnection
        connection = kind(self._host, self._port, timeout=self._seconds)
        try:
            connection.request("POST", self._path, body, {"Content-Type": "text/plain; charset=utf-8"})
            return _whole(connection.getresponse(), time.monotonic() + self._seconds)
        except (OSError, HTTPException, ValueError):
            return _NOTHING
        finally:
            connection.close()


def _whole(answer: HTTPResponse, deadline: float) -> WitnessAnswer:
    data = b""
    while part := answer.read1(_LARGEST):
        data += part
        if len(data) > _LARGEST or time.monotonic() > deadline:
            return _NOTHING
    return _NOTHING if answer.length else WitnessAnswer(answer.status, data)


def read(entry: str) -> HttpWitness:
    """Make a witness of one entry of the settings, `VKEY URL`.

    Raises:
        ValueError: another form.
    """
    vkey, gap, url = entry.strip().partition(" ")
    if not gap:
        raise ValueError("a witness is written as its verifier key, a space, and its URL")
    return HttpWitness(vkey, url.strip())

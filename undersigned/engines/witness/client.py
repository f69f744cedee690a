"""Asks a witness over HTTP (C2SP tlog-witness 1.0.0, `add-checkpoint`)."""

from __future__ import annotations

import contextlib
import socket
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from threading import Timer
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
            raise ValueError("a witness's address is an http or https URL without a query")
        self.vkey = vkey
        self._secure = parts.scheme == "https"
        self._host, self._port = parts.hostname, parts.port
        self._path = parts.path.rstrip("/") + "/add-checkpoint"
        self._seconds = seconds

    def add_checkpoint(self, body: bytes) -> WitnessAnswer:
        """POST the body; status 0 where no whole answer of at most 64 KiB came in time. Never raises for that."""
        kind = HTTPSConnection if self._secure else HTTPConnection
        connection = kind(self._host, self._port, timeout=self._seconds)
        # The socket's own limit begins anew with every byte; this one ends an answer that drips.
        alarm = Timer(self._seconds, _cut, [connection])
        alarm.daemon = True
        alarm.start()
        try:
            connection.request("POST", self._path, body, {"Content-Type": "text/plain; charset=utf-8"})
            answer = connection.getresponse()
            data = answer.read(_LARGEST + 1)
            whole = len(data) <= _LARGEST and not (answer.length or 0)
            return WitnessAnswer(answer.status, data) if whole else _NOTHING
        except (OSError, HTTPException, ValueError):
            return _NOTHING
        finally:
            alarm.cancel()
            connection.close()


def _cut(connection: HTTPConnection) -> None:
    with contextlib.suppress(OSError, AttributeError):
        connection.sock.shutdown(socket.SHUT_RDWR)


def read(entry: str) -> HttpWitness:
    """Make a witness of one entry of the settings, `VKEY URL`.

    Raises:
        ValueError: another form.
    """
    vkey, gap, url = entry.strip().partition(" ")
    if not gap:
        raise ValueError("a witness is written as its verifier key, a space, and its URL")
    return HttpWitness(vkey, url.strip())

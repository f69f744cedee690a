"""The bytes of an answer (RFC 9112): status line, date, headers, length, body.

    HTTP/1.1 303 See Other\r\n date \r\n [connection: close\r\n]  +  headers \r\n content-length \r\n\r\n body

The first part changes once a second and is made once a second; the second part of an answer that is given
again and again is kept.
"""

from __future__ import annotations

from email.utils import formatdate
from http import HTTPStatus
from typing import Final

from undersigned.intake.request import Answer

__all__ = ["CONTINUE", "Wire"]

CONTINUE = b"HTTP/1.1 100 Continue\r\n\r\n"
KEPT_BYTES = 16 << 20  #: of answers held as bytes at once
_CLOSE: Final = b"connection: close\r\n"
_HSTS = ("strict-transport-security", "max-age=31536000")
_BARE = frozenset([204, 304])  # never have a body, and 204 no length (RFC 9110 8.6)


class Wire:
    """Turns answers into bytes. One event loop."""

    def __init__(self, secure: bool = False) -> None:
        """`secure`: the public address is https, and browsers are asked to stay with it."""
        self._always = _lines((_HSTS,)) if secure else b""
        self._heads: dict[int, bytes] = {}
        self._date = b""
        self._second = -1
        self._kept: dict[int, tuple[Answer, bytes]] = {}  # by identity of an answer that is held beside it
        self._bytes = 0

    def at(self, seconds: float) -> None:
        """Set the time of the date line, in seconds since 1970."""
        second = int(seconds)
        if second != self._second:
            self._second = second
            self._date = f"date: {formatdate(second, usegmt=True)}\r\n".encode()
            self._heads.clear()

    def bytes_of(self, answer: Answer, head_only: bool = False, closes: bool = False) -> bytes:
        """Give the bytes of an answer. `closes`: say that the connection ends, unless its headers say so already.

        Raises:
            ValueError: a header would break its line.
        """
        first = self._heads.get(answer.status) or self._first(answer.status)
        if head_only:
            rest = self._rest(answer, b"")
        elif answer.kept:
            kept = self._kept.get(id(answer))
            rest = kept[1] if kept is not None else self._keep(answer)
        else:
            rest = self._rest(answer, answer.body)
        return b"".join((first, _CLOSE, rest) if closes and not answer.closes else (first, rest))

    def _first(self, status: int) -> bytes:
        line = f"HTTP/1.1 {status} {HTTPStatus(status).phrase}\r\n".encode() + self._date
        self._heads[status] = line
        return line

    def _rest(self, answer: Answer, body: bytes) -> bytes:
        length = b"" if answer.status in _BARE else b"content-length: %d\r\n" % len(answer.body)
        return b"".join((self._always, _lines(tuple(answer.headers)), length, b"\r\n", body))

    def _keep(self, answer: Answer) -> bytes:
        rest = self._rest(answer, answer.body)
        if self._bytes + len(rest) > KEPT_BYTES:
            self._kept.clear()
            self._bytes = 0
        self._kept[id(answer)] = (answer, rest)
        self._bytes += len(rest)
        return rest


def _lines(headers: tuple[tuple[str, str], ...]) -> bytes:
    text = "".join([f"{name}: {value}\r\n" for name, value in headers])
    if text.count("\n") != len(headers) or text.count("\r") != len(headers):
        raise ValueError("a header would break its line")
    return text.encode("latin-1")

"""One connection: bytes to requests, answers to bytes, one after the other.

The grammar is llhttp's, strict. A request is begun when the one before it is answered; what a client sends
ahead waits in a short queue, and reading is paused. No Task and no Future is made for a request: an answer
that has to wait for the journal comes back as a plain call, and finds out here whether anybody is left.
"""

from __future__ import annotations

import asyncio
import math
from collections import deque
from time import perf_counter
from typing import Any, Final, cast

import httptools

from undersigned.core import problems
from undersigned.core.problems import Problem
from undersigned.engines.http.reading import Head, Key
from undersigned.engines.http.shared import Shared
from undersigned.engines.http.wire import CONTINUE
from undersigned.intake.guard.head import BODY_MOST
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route

__all__ = ["Connection"]

_NEVER: Final = math.inf
_VERSIONS: Final[tuple[str, ...]] = ("1.1", "1.0")
_IDLE: Final = 0
_HEAD: Final = 1
_BODY: Final = 2
_DONE: Final = 3


class _Stop(Exception):
    """Raised in the parser's callbacks: what follows is not to be read."""


class _Asked:
    """One request on its way; `found` is None until the application was asked."""

    __slots__ = ("began", "closes", "found", "parts", "request", "size", "unread")

    def __init__(self, request: Request, closes: bool) -> None:
        self.request = request
        self.closes = closes
        self.found: Answer | Route | None = None
        self.began = perf_counter()
        self.parts: list[bytes] = []
        self.size = 0
        self.unread = False  # the client may still be sending

    def body(self) -> bytes:
        return self.parts[0] if len(self.parts) == 1 else b"".join(self.parts)


class Connection(asyncio.Protocol):
    """`asyncio.Protocol` of one client."""

    __slots__ = (
        "_asked", "_busy", "_deaf", "_discarded", "_fed", "_half", "_head", "_parser", "_paused", "_peer", "_phase",
        "_queue", "_shared", "_transport", "deadline",
    )  # fmt: skip

    def __init__(self, shared: Shared) -> None:
        """Take what all connections share."""
        self._shared = shared
        self._parser: Any = httptools.HttpRequestParser(self)
        self._transport: asyncio.Transport | None = None
        self._head = Head()
        self._asked: _Asked | None = None  # being read
        self._busy: _Asked | None = None  # being answered
        self._queue: deque[_Asked] = deque()
        self._phase = _IDLE
        self._deaf = False  # nothing that comes is read as a request any more
        self._half = False  # the client will send nothing more
        self._paused = False  # the client takes in nothing more at the moment
        self._fed = 0
        self._discarded = 0
        self._peer = ""
        self.deadline = shared.now + shared.limits.head_seconds

    # What the transport says.

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin."""
        self._transport = cast(asyncio.Transport, transport)
        peer = transport.get_extra_info("peername")
        self._peer = peer[0] if isinstance(peer, tuple) else ""
        if len(self._shared.connections) >= self._shared.limits.connections or self._shared.ending:
            self._deaf = True
            self._transport.abort()
        self._shared.connections.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget everything; an answer that is still to come finds nobody."""
        self._shared.connections.discard(self)
        self._transport = self._parser = self._asked = self._busy = None
        self._queue.clear()
        self._deaf = True

    def data_received(self, data: bytes) -> None:
        """Read what came."""
        if self._deaf:
            self._discard(len(data))
            return
        self._fed = len(data) if self._phase == _IDLE else self._fed + len(data)
        try:
            self._parser.feed_data(data)
        except httptools.HttpParserUpgrade:
            self._deaf = True
        except httptools.HttpParserError:
            if not self._deaf:
                self._refuse(problems.HEADER_MALFORMED)
            return
        if self._phase == _HEAD and self._fed > self._shared.limits.head_bytes:
            self._refuse(problems.HEADER_TOO_LARGE)

    def eof_received(self) -> bool:
        """Answer what was asked in full, then close; True keeps the connection until then."""
        if self._busy is None and not self._queue:
            return False
        self._deaf = self._half = True
        return True

    def pause_writing(self) -> None:
        """Begin nothing more until the client has taken in what it asked for."""
        self._paused = True
        self.deadline = self._shared.now + self._shared.limits.write_seconds
        if self._transport is not None:
            self._transport.pause_reading()

    def resume_writing(self) -> None:
        """Go on."""
        self._paused = False
        self.deadline = self._shared.now + self._shared.idle_seconds()
        self._turn()

    # What the parser says.

    def on_message_begin(self) -> None:
        """Begin a request."""
        if self._deaf:
            raise _Stop
        self._head = Head()
        self._phase = _HEAD
        self.deadline = self._shared.now + self._shared.limits.head_seconds

    def on_url(self, url: bytes) -> None:
        """Take a piece of the target."""
        self._head.target += url

    def on_header(self, name: bytes, value: bytes) -> None:
        """Take one header."""
        self._head.add(name, value)
        if self._head.size > self._shared.limits.head_bytes:
            self._refuse(problems.HEADER_TOO_LARGE)
            raise _Stop

    def on_headers_complete(self) -> None:
        """Ask the application, if it is this request's turn, whether the body is wanted."""
        parser, version = self._parser, self._parser.get_http_version()
        if version not in _VERSIONS:
            self._refuse(problems.HEADER_MALFORMED)
            raise _Stop
        waits = self._busy is not None or bool(self._queue)
        method: bytes = parser.get_method()
        key = self._head.key() if not waits and method == b"GET" else None
        if key is not None and self._served(key):
            return
        request = self._head.request(method, self._peer)
        closes = not parser.should_keep_alive() or version == "1.0" or parser.should_upgrade()
        self._asked = asked = _Asked(request, closes)
        self._phase = _BODY
        self.deadline = self._shared.now + self._shared.limits.body_seconds
        if waits:
            return
        asked.found = found = self._shared.app.begin(request, asked.began)
        if isinstance(found, Route):
            if request.headers.get("expect", "").lower() == "100-continue" and self._transport is not None:
                self._transport.write(CONTINUE)
        elif found.closes:
            self._stop_at(asked)
            raise _Stop
        elif key is not None and found.kept:
            self._shared.served.keep(key, request, found, asked.began)

    def _served(self, key: Key) -> bool:
        """Answer a GET by what the same one was answered just now; False where there was none."""
        parser, now = self._parser, perf_counter()
        found = self._shared.served.find(key, now)
        if found is None or parser.get_http_version() != "1.1" or not parser.should_keep_alive():
            return False
        request, answer = found
        self._asked = asked = _Asked(request, closes=False)
        asked.found = answer
        self._phase = _BODY
        self.deadline = self._shared.now + self._shared.limits.body_seconds
        self._shared.app.again(request, answer, now)
        return True

    def on_body(self, body: bytes) -> None:
        """Take a piece of the body. What is too long is refused by its length, so the rest of it is not kept."""
        asked = cast(_Asked, self._asked)
        asked.size += len(body)
        if asked.size <= BODY_MOST:
            asked.parts.append(body)

    def on_message_complete(self) -> None:
        """Answer the request when it is its turn."""
        asked = cast(_Asked, self._asked)
        self._asked = None
        self._phase = _IDLE
        self.deadline = _NEVER
        if asked.closes:
            self._deaf = True
        self._line_up(asked)

    # Answering.

    def _refuse(self, what: Problem) -> None:
        """Refuse what cannot be read on; a request before it is answered first."""
        asked = self._asked
        if asked is None:
            asked = _Asked(Request("GET", "/", self._head.headers), closes=True)
        route = asked.found if isinstance(asked.found, Route) else None
        if not isinstance(asked.found, Answer):
            asked.found = self._shared.app.refuse(what, asked.request, route, asked.began)
        self._stop_at(asked)

    def _stop_at(self, asked: _Asked) -> None:
        """Let this be the last request of the connection, though the client may still be sending."""
        self._asked = None
        self._phase = _DONE
        self._deaf = asked.closes = asked.unread = True
        self.deadline = _NEVER
        self._line_up(asked)

    def _line_up(self, asked: _Asked) -> None:
        if self._busy is None and not self._queue and not self._paused:
            self._do(asked)
            return
        self._queue.append(asked)
        if len(self._queue) >= self._shared.limits.pipelined:
            self._deaf = asked.closes = True
        if self._transport is not None:
            self._transport.pause_reading()

    def _turn(self) -> None:
        """Answer what waits, as far as that needs nobody to wait."""
        while self._queue and self._busy is None and not self._paused:
            self._do(self._queue.popleft())
        if not self._queue and not self._paused and self._transport is not None and not self._transport.is_closing():
            self._transport.resume_reading()

    def _do(self, asked: _Asked) -> None:
        app = self._shared.app
        found = asked.found if asked.found is not None else app.begin(asked.request, asked.began)
        if isinstance(found, Route):
            self._busy = asked
            answer = app.finish(asked.request.with_body(asked.body()), found, asked.began, self._told)
            if answer is None:
                return
            self._busy = None
        else:
            answer = found
        self._send(asked, answer)

    def _told(self, answer: Answer) -> None:
        """Take an answer that had to wait; called by the committer, which must not be held up."""
        asked, self._busy = self._busy, None
        if asked is None:
            return  # the client hung up
        self._send(asked, answer)
        if self._queue:
            self._turn()

    def _send(self, asked: _Asked, answer: Answer) -> None:
        transport, shared = self._transport, self._shared
        if transport is None or transport.is_closing():
            return
        closes = asked.closes or answer.closes or shared.ending or (self._half and not self._queue)
        try:
            data = shared.wire.bytes_of(answer, asked.request.method == "HEAD", closes)
        except Exception:  # no client waits for an answer that cannot be written
            transport.abort()
            return
        transport.write(data)
        if closes:
            self._hang_up(transport, asked.unread)
        elif self._phase == _IDLE and not self._paused:
            self.deadline = shared.now + shared.idle_seconds()

    def _hang_up(self, transport: asyncio.Transport, unread: bool) -> None:
        """Close. Where the client may still be sending, let it read the answer first: closing at once could undo it."""
        self._deaf = True
        self._phase = _DONE
        self._queue.clear()
        self.deadline = self._shared.now + self._shared.limits.linger_seconds
        if unread and not self._half:
            transport.write_eof()
            transport.resume_reading()
        else:
            transport.close()

    def _discard(self, size: int) -> None:
        self._discarded += size
        if self._discarded > self._shared.limits.linger_bytes and self._transport is not None:
            self._transport.abort()

    # Time.

    def expire(self, now: float) -> None:
        """Do what is due at the deadline: refuse a slow body, close what is idle, cut off what does not read."""
        if self._busy is not None or self._transport is None:
            self.deadline = now + 1.0
        elif self._phase == _DONE or self._paused or self._transport.is_closing():
            self._transport.abort()
        elif self._phase == _BODY:
            self._refuse(problems.TOO_SLOW)
        else:
            self._hang_up(self._transport, unread=False)

    def end(self, now: float) -> None:
        """Close soon where nothing is asked; what has just arrived is still read and answered."""
        if self._phase == _IDLE and self._busy is None and not self._queue:
            self.deadline = min(self.deadline, now + 0.1)

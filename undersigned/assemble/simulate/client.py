"""Browsers by the hundred: kept-alive HTTP/1.1 connections on one event loop, one request in flight on each.

Requests are whole bytes made by the caller, so that a request costs little more than the system's own part.
No TLS, no chunked answers: this talks to the door on loopback and to nobody else.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from time import perf_counter
from typing import cast

__all__ = ["Done", "Pool"]

#: Told how a request ended: its status, 0 where no answer came, and the seconds it took.
Done = Callable[[int, float], None]

_LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d+)", re.IGNORECASE)
_CLOSES = re.compile(rb"\r\nconnection:[ \t]*close", re.IGNORECASE)
_PATIENCE = 30.0  # seconds without an answer after which a connection is given up
_PAUSE = 0.2  # seconds before a lost connection is made anew


class Pool:
    """So many connections to one port of loopback."""

    def __init__(self, port: int, size: int, idle: Callable[[], None] = lambda: None) -> None:
        """Take the port and the number of connections; `idle` is called when one of them becomes free."""
        self._port = port
        self._size = size
        self._free: list[_Connection] = []
        self._all: set[_Connection] = set()
        self._idle = idle
        self._closed = False

    async def open(self) -> None:
        """Make the connections."""
        await asyncio.gather(*(self._connect() for _ in range(self._size)))

    @property
    def free(self) -> int:
        """How many requests can be sent at once now."""
        return len(self._free)

    @property
    def in_flight(self) -> int:
        """How many requests wait for their answer."""
        return sum(connection.done is not None for connection in self._all)

    def send(self, request: bytes, done: Done, head: bool = False) -> None:
        """Send a request on a free connection. `head`: its answer has no body, whatever length it names."""
        self._free.pop().send(request, done, head)

    def give_up_late(self) -> None:
        """Close connections that have waited too long; their requests end without an answer."""
        late = perf_counter() - _PATIENCE
        for connection in list(self._all):
            if connection.done is not None and connection.began < late:
                connection.hang_up()

    def close(self) -> None:
        """Close everything."""
        self._closed = True
        for connection in list(self._all):
            connection.hang_up()

    def ready(self, connection: _Connection) -> None:
        """Take a connection back that has been answered."""
        self._free.append(connection)
        self._idle()

    def lost(self, connection: _Connection) -> None:
        """Forget a connection, and make another one in its place."""
        if connection not in self._all:
            return  # not taken yet, and not to be
        self._all.remove(connection)
        if connection in self._free:
            self._free.remove(connection)
        if not self._closed:
            asyncio.get_running_loop().call_later(_PAUSE, self._again)

    def _again(self) -> None:
        if not self._closed:
            task = asyncio.ensure_future(self._connect())
            task.add_done_callback(lambda done: done.exception())

    async def _connect(self) -> None:
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self._port)
        except OSError:
            loop.call_later(_PAUSE, self._again)
            return
        if connection.gone:  # the door hung up before this went on
            loop.call_later(_PAUSE, self._again)
            return
        self._all.add(connection)
        self.ready(connection)


class _Connection(asyncio.Protocol):
    """One connection; `done` is set while a request is in flight."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool
        self._buffer = b""
        self._head = False
        self.gone = False
        self.done: Done | None = None
        self.began = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast(asyncio.Transport, transport)  # uvloop's own is one in all but name

    def send(self, request: bytes, done: Done, head: bool) -> None:
        self.done, self._head, self.began = done, head, perf_counter()
        self._transport.write(request)

    def hang_up(self) -> None:
        self._transport.abort()

    def data_received(self, data: bytes) -> None:
        whole = self._buffer + data if self._buffer else data
        end = whole.find(b"\r\n\r\n")
        if end < 0 or len(whole) < end + 4 + self._length(whole[: end + 2]):
            self._buffer = whole
            return
        self._buffer = b""
        closes = _CLOSES.search(whole, 0, end + 2) is not None
        self._answered(int(whole[9:12]))
        if closes:
            self._transport.close()
        else:
            self._pool.ready(self)

    def _length(self, head: bytes) -> int:
        found = None if self._head or head[9:12] in (b"204", b"304") else _LENGTH.search(head)
        return int(found[1]) if found else 0

    def _answered(self, status: int) -> None:
        done, self.done = self.done, None
        if done is not None:
            done(status, perf_counter() - self.began)

    def connection_lost(self, error: Exception | None) -> None:
        self.gone = True
        self._pool.lost(self)
        self._answered(0)

"""The HTTP front of one worker: accepts, looks twice a second at what is overdue, and ends gracefully."""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Callable

from undersigned.engines.http.connection import Connection
from undersigned.engines.http.limits import Limits
from undersigned.engines.http.needs import App
from undersigned.engines.http.shared import Expiring, Shared
from undersigned.engines.http.wire import Wire

__all__ = ["SWEEP", "Front"]

SWEEP = 0.25  # seconds between two looks; deadlines are kept that exactly
FEW = 16  #: overdue connections done with before others are answered


class Front:
    """Serves an application on one event loop."""

    def __init__(
        self,
        app: App,
        limits: Limits | None = None,
        secure: bool = False,
        clock: Callable[[], float] = time.monotonic,
        today: Callable[[], float] = time.time,
    ) -> None:
        """Take the application. `clock` is of limits, `today` of the date header, both in seconds."""
        self._clock = clock
        self._today = today
        self._limits = limits or Limits()
        self._wire = Wire(secure)
        self._wire.at(today())
        self._shared = Shared(app, self._limits, self._wire, clock)
        self._server: asyncio.Server | None = None
        self._next: asyncio.TimerHandle | None = None

    @property
    def connections(self) -> int:
        """How many connections there are."""
        return len(self._shared.connections)

    def connection(self) -> Connection:
        """Give the protocol of a new connection."""
        return Connection(self._shared)

    def sweep(self) -> None:
        """Take the time, and do what is overdue by it."""
        for one in self._overdue():
            one.expire(self._shared.now)

    def _overdue(self) -> list[Expiring]:
        now = self._shared.now = self._clock()
        self._wire.at(self._today())
        return [one for one in self._shared.connections if one.deadline < now]

    async def start(self, listener: socket.socket) -> None:
        """Accept from a bound socket until `end`."""
        loop = asyncio.get_running_loop()
        kind = loop.create_unix_server if listener.family == socket.AF_UNIX else loop.create_server
        self._server = await kind(self.connection, sock=listener, backlog=self._limits.connections)
        self._sweep_on(loop)

    async def end(self) -> None:
        """Accept nobody more, let what is in flight finish, and close within the limit."""
        if self._server is not None:
            self._server.close()
        self._shared.ending = True
        until = self._clock() + self._limits.end_seconds
        for one in tuple(self._shared.connections):
            one.end(self._clock())
        while self._shared.connections and self._clock() < until:
            self.sweep()
            await asyncio.sleep(0.02)
        if self._next is not None:
            self._next.cancel()

    def _sweep_on(self, loop: asyncio.AbstractEventLoop) -> None:
        self._expire(loop, self._overdue())

    def _expire(self, loop: asyncio.AbstractEventLoop, overdue: list[Expiring]) -> None:
        """Do a few, then let the loop answer others: thousands of slow bodies can be overdue at once."""
        for one in overdue[-FEW:]:
            if one in self._shared.connections and one.deadline < self._shared.now:
                one.expire(self._shared.now)
        del overdue[-FEW:]
        if overdue:
            self._next = loop.call_later(0, self._expire, loop, overdue)
        else:
            self._next = loop.call_later(SWEEP, self._sweep_on, loop)

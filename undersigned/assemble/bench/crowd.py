"""An open loop of requests: each is sent when it is due, whether the ones before were answered or not."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Callable

from undersigned.assemble.bench.installation import CAMPAIGN, FORM, Installation, forms

__all__ = ["Crowd", "Sent"]

_CONNECTIONS = 64  # kept alive, for each kind; more are opened while all are busy
_MOST = 2048
_TICK = 0.005  # seconds


class Sent:
    """What became of the requests of one kind."""

    def __init__(self) -> None:
        """Begin with none."""
        self.milliseconds: list[float] = []
        self.failed = 0

    @property
    def answered(self) -> int:
        """How many were answered as they should be."""
        return len(self.milliseconds)

    def percentile(self, percent: float) -> float:
        """Give the latency in milliseconds that so many per cent stayed below."""
        ordered = sorted(self.milliseconds)
        return round(ordered[min(len(ordered) - 1, int(len(ordered) * percent / 100))], 2) if ordered else 0.0


class _Connection(asyncio.Protocol):
    """One kept-alive connection; one request at a time."""

    def __init__(self, kind: _Kind) -> None:
        self._kind = kind
        self._due = 0.0
        self._rest = -1  # bytes of the answer still to come; -1: its head, too
        self._head = b""
        self._good = False
        self.transport: asyncio.Transport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def send(self, request: bytes, due: float) -> None:
        assert self.transport is not None
        self._due, self._rest, self._head = due, -1, b""
        self.transport.write(request)

    def data_received(self, data: bytes) -> None:
        if self._rest < 0:
            self._head += data
            end = self._head.find(b"\r\n\r\n")
            if end < 0:
                return
            self._good = self._head[9:12] == self._kind.status
            self._rest = _length(self._head[:end]) - (len(self._head) - end - 4)
        else:
            self._rest -= len(data)
        if self._rest <= 0:
            self._kind.done(self, self._due if self._good else None)

    def connection_lost(self, exc: Exception | None) -> None:
        self.transport = None
        self._kind.lost(self, self._due)


class _Kind:
    """One kind of request at one pace."""

    def __init__(self, port: int, pace: float, status: bytes, make: Callable[[int], bytes]) -> None:
        self.port = port
        self.pace = pace
        self.status = status
        self.sent = Sent()
        self._make = make
        self._free: deque[_Connection] = deque()
        self._busy: set[_Connection] = set()
        self._waiting: deque[tuple[bytes, float]] = deque()
        self._opening = 0

    async def run(self, seconds: float) -> None:
        """Send for a while; then wait for what is in flight."""
        await asyncio.gather(*(self._open() for _ in range(_CONNECTIONS)))
        began, number = time.perf_counter(), 0
        while number < seconds * self.pace:
            behind = (time.perf_counter() - began) * self.pace
            while number < behind:
                self._dispatch(self._make(number), began + number / self.pace)
                number += 1
            await asyncio.sleep(_TICK)
        end = time.perf_counter() + 30
        while (self._busy or self._waiting) and time.perf_counter() < end:
            await asyncio.sleep(_TICK)
        self.sent.failed += len(self._busy) + len(self._waiting)

    def done(self, connection: _Connection, due: float | None) -> None:
        self._busy.discard(connection)
        if due is None:
            self.sent.failed += 1
        else:
            self.sent.milliseconds.append((time.perf_counter() - due) * 1000)
        self._free.append(connection)
        if self._waiting:
            self._dispatch(*self._waiting.popleft())

    def lost(self, connection: _Connection, due: float) -> None:
        if connection in self._busy:
            self._busy.discard(connection)
            self.sent.failed += 1
        elif connection in self._free:
            self._free.remove(connection)

    def _dispatch(self, request: bytes, due: float) -> None:
        while self._free:
            connection = self._free.popleft()
            if connection.transport is not None:
                self._busy.add(connection)
                connection.send(request, due)
                return
        self._waiting.append((request, due))
        if len(self._busy) + self._opening < _MOST:
            asyncio.get_running_loop().create_task(self._open())

    async def _open(self) -> None:
        self._opening += 1
        loop = asyncio.get_running_loop()
        try:
            _, connection = await loop.create_connection(lambda: _Connection(self), "127.0.0.1", self.port)
        except OSError:
            return
        finally:
            self._opening -= 1
        self._free.append(connection)
        if self._waiting:
            self._dispatch(*self._waiting.popleft())


class Crowd:
    """Signers and readers at a fixed pace."""

    def __init__(self, installation: Installation, signatures_a_second: float, views_a_second: float) -> None:
        """Take the installation and the paces."""
        host = installation.host
        bodies = forms(installation.text())
        view = f"GET /c/{CAMPAIGN}/en/ HTTP/1.1\r\nHost: {host}\r\nAccept-Encoding: gzip\r\n\r\n".encode()
        head = f"POST /c/{CAMPAIGN}/en/sign HTTP/1.1\r\nHost: {host}\r\nContent-Type: {FORM}\r\n"

        def signature(number: int) -> bytes:
            body = bodies[number % len(bodies)].replace("\0", f"{number:011d}")
            return f"{head}Content-Length: {len(body)}\r\n\r\n{body}".encode()

        self._signers = _Kind(installation.port, signatures_a_second, b"303", signature)
        self._readers = _Kind(installation.port, views_a_second, b"200", lambda _: view)

    async def run(self, seconds: float) -> tuple[Sent, Sent]:
        """Send for a while; give what became of the signatures and of the views."""
        await asyncio.gather(self._signers.run(seconds), self._readers.run(seconds))
        return self._signers.sent, self._readers.sent


def _length(head: bytes) -> int:
    lower = head.lower()
    start = lower.find(b"content-length:")
    return int(lower[start + 15 :].split(b"\r\n", 1)[0]) if start >= 0 else 0

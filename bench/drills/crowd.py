"""Slow clients, as a process of its own: `python -m bench.drills.crowd KIND PORT NUMBER SECONDS`.

Each holds one connection as long as it is let, and opens another when it is dropped. They come from many loopback
addresses, so that no limit on one address helps. At the end: one JSON line, how often they were dropped.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import resource
import sys
import time

__all__ = ["KINDS", "raise_limit"]

KINDS = ("heads", "bodies", "idle")
PAUSE = 2.0  # seconds between two bytes
_HEAD = b"POST /c/library/en/sign HTTP/1.1\r\nHost: petitions.example.org\r\n"
_BODY = _HEAD + b"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 400\r\n\r\nname="


def raise_limit() -> int:
    """Allow as many open files as the system lets this process have; give the number."""
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return hard


class Crowd:
    """Holds connections until the time is over."""

    def __init__(self, kind: str, port: int, seconds: float) -> None:
        self.kind = kind
        self.port = port
        self.end = time.monotonic() + seconds
        self.opened = 0
        self.refused = 0

    async def run(self, number: int) -> None:
        """Run that many clients."""
        await asyncio.gather(*(self._client(f"127.1.{one // 250}.{one % 250 + 1}") for one in range(number)))

    async def _client(self, address: str) -> None:
        while time.monotonic() < self.end:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", self.port, local_addr=(address, 0))
            except OSError:
                self.refused += 1
                await asyncio.sleep(0.5)
                continue
            self.opened += 1
            with contextlib.suppress(OSError):
                await self._hold(writer)
            writer.transport.abort()

    async def _hold(self, writer: asyncio.StreamWriter) -> None:
        writer.write({"heads": _HEAD, "bodies": _BODY, "idle": b""}[self.kind])
        while time.monotonic() < self.end and not writer.transport.is_closing():
            if self.kind != "idle":
                writer.write(b"x")
            await asyncio.sleep(PAUSE)


def main(kind: str, port: int, number: int, seconds: float) -> None:
    """Run one crowd."""
    raise_limit()
    crowd = Crowd(kind, port, seconds)
    asyncio.run(crowd.run(number))
    print(json.dumps({"opened": crowd.opened, "refused": crowd.refused}))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), float(sys.argv[4]))

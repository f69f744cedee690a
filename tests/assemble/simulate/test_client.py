"""Browsers of a simulation: a connection that the door drops at once is made anew, and no request is left waiting."""

from __future__ import annotations

import asyncio
from typing import cast

import uvloop

from undersigned.assemble.simulate.client import Pool, _Connection

ANSWER = b"HTTP/1.1 204 No Content\r\n\r\n"


class Door(asyncio.Protocol):
    """Drops the first connections as a full door does, and answers whoever comes after."""

    left = 5

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)
        if Door.left:
            Door.left -= 1
            self.transport.abort()

    def data_received(self, data: bytes) -> None:
        self.transport.write(ANSWER)


def test_a_connection_that_is_dropped_at_once_is_never_asked_anything() -> None:
    Door.left = 5
    statuses: list[int] = []

    async def steps() -> None:
        loop = asyncio.get_running_loop()
        server = await loop.create_server(Door, "127.0.0.1", 0)
        pool = Pool(server.sockets[0].getsockname()[1], 8)
        await pool.open()
        for _ in range(200):
            while pool.free and len(statuses) < 100:
                pool.send(b"GET / HTTP/1.1\r\n\r\n", lambda status, _: statuses.append(status))
            if len(statuses) >= 100 and not pool.in_flight:
                break
            await asyncio.sleep(0.02)
        assert pool.in_flight == 0
        pool.close()
        server.close()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(asyncio.wait_for(steps(), 20))
    assert statuses.count(204) >= 95


def test_a_connection_lost_before_the_pool_took_it_is_not_taken() -> None:
    async def steps() -> Pool:
        pool = Pool(9, 1)
        loop = asyncio.get_running_loop()
        lost = _Connection(pool)

        async def connected(*_: object) -> tuple[None, _Connection]:
            lost.connection_lost(None)
            return None, lost

        loop.create_connection = connected  # type: ignore[assignment]
        await pool.open()
        pool._closed = True
        return pool

    pool = asyncio.run(steps())
    assert (pool.free, pool.in_flight) == (0, 0)

"""Thousands of connections can be overdue at one moment; whoever asks something then is answered between them."""

from __future__ import annotations

import asyncio

from undersigned.engines.http.front import FEW, Front

NUMBER = 10 * FEW


class Late:
    """A connection whose time is over."""

    deadline = -1.0

    def __init__(self, done: list[object]) -> None:
        self._done = done

    def expire(self, now: float) -> None:
        self._done.append(self)
        self.deadline = now + 1000

    def end(self, now: float) -> None:
        raise NotImplementedError


def test_others_are_answered_while_many_are_overdue() -> None:
    done: list[object] = []

    async def run() -> int:
        front = Front(app=None)  # type: ignore[arg-type]  # nothing is asked of it here
        late = [Late(done) for _ in range(NUMBER)]
        front._shared.connections.update(late)
        front._sweep_on(asyncio.get_running_loop())
        await asyncio.sleep(0)  # as somebody who asks something has to wait for one turn of the loop
        before = len(done)
        while len(done) < NUMBER:
            await asyncio.sleep(0.001)
        front._shared.connections.clear()
        await front.end()
        return before

    assert 0 < asyncio.run(run()) < NUMBER
    assert len(set(map(id, done))) == len(done) == NUMBER

"""How often the mill does what need not be done at every turn.

It lets no file keep what was dropped, at most once an hour, and again where that was not possible. It waits for a batch
of events where no more wait, and publishes a count that moves at a pace, the last one at once.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.site import free_port
from undersigned.assemble.demo import prepare
from undersigned.assemble.mill import COMPACT, LOOK, UPKEEP, Mill, turn_until
from undersigned.assemble.pace import Pace
from undersigned.journal.needs import Away
from undersigned.settings import read


@pytest.fixture
def mill(tmp_path: Path) -> Iterator[Mill]:
    prepare(tmp_path / "d", free_port())
    running = Mill(read(tmp_path / "d", {}))
    yield running
    running.close()


def test_dropped_segments_are_compacted_once_an_hour_and_again_where_it_failed(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def compact() -> None:
        tries.append("tried")
        if len(tries) == 1:
            raise Away("the segments are in use")

    def grow(hours: float) -> int:
        mill._freed_at -= hours * COMPACT
        mill._grow(int(mill._now()), int(mill._now()))
        return len(tries)

    monkeypatch.setattr(mill.shelf, "compact", compact)
    assert grow(2) == 0  # nothing was covered yet
    mill._cover("door-1", 1)
    assert grow(0) == 1  # the hour was over
    assert grow(0.5) == 1
    assert grow(0.6) == 2
    assert grow(2) == 2  # nothing has been covered since


class _Turns(threading.Event):
    """Lets a mill turn as often as there is an answer to whether it is behind, and notes how long it waited."""

    def __init__(self, mill: Mill, behind: list[bool]) -> None:
        super().__init__()
        self.waited: list[float | None] = []
        self._mill, self._behind = mill, behind

    def turn(self) -> bool:
        self._mill.behind = self._behind.pop(0)
        if not self._behind:
            self.set()
        return True

    def wait(self, timeout: float | None = None) -> bool:
        self.waited.append(timeout)
        return self.is_set()


def test_journals_are_looked_at_again_at_once_only_where_more_waits(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopping = _Turns(mill, [True, True, False, True])
    monkeypatch.setattr(mill, "turn", stopping.turn)
    turn_until(mill, stopping)
    (waited,) = stopping.waited
    assert waited is not None
    assert 0 < waited <= LOOK


def test_a_count_that_moves_is_published_at_a_pace_and_the_last_one_at_once(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert mill.settings.interval > 0  # else nothing may hang on time
    now, published = [0.0], []
    monkeypatch.setattr(mill, "_upkeep", Pace(lambda: now[0], least=UPKEEP))
    monkeypatch.setattr(mill.publisher, "step", lambda at: published.append(now[0]))

    def turn(seconds: float, taken: int) -> None:
        now[0] = seconds
        mill._logged = -1e9
        monkeypatch.setattr("undersigned.assemble.mill.sequencer.step", lambda *_: taken)
        mill.turn()

    for tenths in range(0, 35, 5):
        turn(tenths / 10, taken=1)
    turn(3.5, taken=0)
    assert published == [0.0, 1.5, 3.0, 3.5]

"""While signatures come, costly work takes a fifth of the mill's time and is seconds apart; else it is done at once."""

from __future__ import annotations

from undersigned.assemble.pace import REST, Pace


def test_costly_work_rests_in_a_surge_and_is_done_at_once_without_one() -> None:
    now, done = [0.0], []
    pace = Pace(lambda: now[0])

    def pages() -> None:
        done.append(now[0])
        now[0] += 1.0

    def at(seconds: float, busy: bool) -> None:
        now[0] = seconds
        pace.do(pages, busy)

    at(0.0, busy=True)
    at(1.0 + REST - 0.5, busy=True)
    assert done == [0.0]
    at(1.0 + REST, busy=True)
    at(2.0 + REST, busy=False)
    assert done == [0.0, 1.0 + REST, 2.0 + REST]


def test_quick_work_is_seconds_apart_in_a_surge_and_at_once_without_one() -> None:
    now, done = [0.0], []
    pace = Pace(lambda: now[0], least=2.0)

    def at(seconds: float, busy: bool) -> None:
        now[0] = seconds
        pace.do(lambda: done.append(now[0]), busy)

    at(0.0, busy=True)
    at(1.5, busy=True)
    at(2.0, busy=True)
    at(2.1, busy=False)
    assert done == [0.0, 2.0, 2.1]

"""More than sixty forms of a domain in an hour are looked at, over all doors; its name must be known first."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.velocity import HOURLY, Pace, counted, fast

_HOUR = 3600


def _forms(*times: int) -> list[bool]:
    """Give, for one form after another, whether there were too many."""
    pace, found = Pace(), []
    for at in times:
        pace = counted(pace, at)
        found.append(fast(pace, at))
    return found


def test_sixty_in_an_hour_are_no_reason_and_the_next_is() -> None:
    assert _forms(*[9 * _HOUR] * (HOURLY + 1)) == [False] * HOURLY + [True]


def test_a_flood_does_not_begin_anew_with_the_hour_and_is_over_after_one() -> None:
    flood = [10 * _HOUR - 1] * HOURLY
    assert _forms(*flood, 10 * _HOUR + 1)[-1], "two seconds later, in the next hour of the clock"
    assert not _forms(*flood, 11 * _HOUR - 1)[-1]
    assert not _forms(*flood, 12 * _HOUR)[-1]


@given(st.lists(st.integers(0, 3), max_size=200))
def test_an_organisation_of_thirty_an_hour_is_never_doubted_whichever_door_is_late(late: list[int]) -> None:
    times = sorted(120 * number for number in range(len(late)))
    assert not any(_forms(*(max(0, at - back) for at, back in zip(times, late, strict=True))))


@given(st.lists(st.integers(0, 6 * _HOUR), max_size=200))
def test_whatever_the_order_of_the_doors_no_hour_holds_more_than_came(times: list[int]) -> None:
    pace = Pace()
    for number, at in enumerate(times, start=1):
        pace = counted(pace, at)
        assert 0 <= pace.forms + pace.before <= number

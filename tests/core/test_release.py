"""Countries are told in groups, and taken back in groups."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.release import Release, State, plan

REGIONS = {"KE": "014", "UG": "014", "FR": "155"}


def lines(
    *states: State, leaving: int = 0, k: int = 10, now: int = 0, new_day: bool = False, closed: bool = False
) -> list[Release]:
    return plan(states, leaving=leaving, k=k, regions=REGIONS, now=now, new_day=new_day, closed=closed)


def waiting(geo: str, live: int, oldest: int = 0, channel: str = "e") -> State:
    return State(geo, channel, live, oldest, 0, 0)


def told(geo: str, released: int, covered: int, live: int = 0) -> State:
    return State(geo, "e", live, 0, released, covered)


def test_ten_are_told_and_nine_are_not() -> None:
    assert lines(waiting("KE", 9)) == []
    assert lines(waiting("KE", 10)) == [Release("KE", "e", 10, (("KE", 10),))]


def test_channels_are_groups_of_their_own() -> None:
    assert lines(waiting("KE", 6), waiting("KE", 6, channel="p")) == []


def test_a_region_tells_of_several_countries_that_have_waited_a_day() -> None:
    states = (waiting("KE", 6, oldest=100), waiting("UG", 5, oldest=100), waiting("FR", 3, oldest=100))
    assert lines(*states, now=100 + 86_399, new_day=True) == []
    assert lines(*states, now=100 + 86_400) == []
    assert lines(*states, now=100 + 86_400, new_day=True) == [Release("014", "e", 11, (("KE", 6), ("UG", 5)))]


def test_a_country_that_has_not_waited_is_not_told_with_its_region() -> None:
    assert lines(waiting("KE", 6), waiting("UG", 5, oldest=90_000), now=90_001, new_day=True) == []


def test_closing_tells_what_is_left_as_region_and_then_as_from_nowhere() -> None:
    states = (waiting("KE", 6), waiting("UG", 5), waiting("FR", 7), waiting("XK", 4))
    assert lines(*states, closed=True) == [
        Release("014", "e", 11, (("KE", 6), ("UG", 5))),
        Release("ZZ", "e", 11, (("FR", 7), ("XK", 4))),
    ]
    assert lines(waiting("FR", 9), closed=True) == [], "fewer than k are never told, not even at the end"


def test_a_withdrawal_of_somebody_told_is_made_up_for_before_it_is_entered() -> None:
    assert lines(told("KE", 30, 30), leaving=1) == [Release("KE", "e", -10)]
    assert lines(told("KE", 30, 30, live=1), leaving=1) == []


def test_k_who_no_longer_stand_are_taken_back_at_once_and_fewer_at_a_days_change() -> None:
    room = waiting("FR", 9)
    assert lines(told("KE", 40, 30), room) == [Release("KE", "e", -10)]
    assert lines(told("KE", 40, 28), room, waiting("UG", 9)) == [Release("KE", "e", -12)]
    assert lines(told("KE", 40, 31), room) == []
    assert lines(told("KE", 40, 39), room, new_day=True) == [Release("KE", "e", -10)]
    assert lines(told("KE", 40, 40), room, new_day=True) == []


def test_a_code_is_left_with_nothing_or_with_at_least_k() -> None:
    assert lines(told("KE", 15, 15), leaving=1) == [Release("KE", "e", -15)]
    assert lines(told("KE", 20, 20), leaving=1) == [Release("KE", "e", -10)]


def test_everybody_may_leave() -> None:
    states = [told("KE", 12, 12), told("014", 11, 11), told("ZZ", 10, 10)]
    assert sum(line.n for line in lines(*states, leaving=33)) == -33


def test_more_are_told_only_as_far_as_there_is_room_for() -> None:
    assert lines(told("KE", 30, 25), waiting("FR", 17)) == [Release("FR", "e", 12, (("FR", 12),))]
    assert lines(told("KE", 30, 25), waiting("FR", 14)) == []


def test_a_raised_k_still_takes_back_what_was_told_under_the_old_one() -> None:
    assert lines(told("KE", 12, 12), leaving=1, k=20) == [Release("KE", "e", -12)]


_STATES = st.lists(
    st.builds(
        lambda geo, channel, live, oldest, released, gone: State(
            geo, channel, live, oldest, released, max(0, released - gone)
        ),
        st.sampled_from(["KE", "UG", "FR", "XK", "014", "ZZ"]),
        st.sampled_from("ep"),
        st.integers(0, 40),
        st.integers(0, 200_000),
        st.just(0) | st.integers(10, 60),
        st.integers(0, 30),
    ),
    unique_by=lambda state: (state.geo, state.channel),
    max_size=8,
)


@given(_STATES, st.data(), st.booleans(), st.booleans())
def test_both_promises_hold_after_every_line_from_any_state(
    states: list[State], data: st.DataObject, new_day: bool, closed: bool
) -> None:
    standing = sum(state.live + state.covered for state in states)
    leaving = data.draw(st.integers(0, standing))
    sums = {(state.geo, state.channel): state.released for state in states}
    live = {(state.geo, state.channel): state.live for state in states}
    made = plan(states, leaving=leaving, k=10, regions=REGIONS, now=150_000, new_day=new_day, closed=closed)
    for line in made:
        assert abs(line.n) >= 10
        sums[line.covers, line.channel] = sums.get((line.covers, line.channel), 0) + line.n
        assert sums[line.covers, line.channel] == 0 or sums[line.covers, line.channel] >= 10
        for geo, n in line.takes:
            live[geo, line.channel] -= n
            assert live[geo, line.channel] >= 0
        assert line.n < 0 or sum(n for _, n in line.takes) == line.n
    assert sum(sums.values()) <= standing - leaving
    assert [line.n < 0 for line in made] == sorted((line.n < 0 for line in made), reverse=True)


@pytest.mark.parametrize("k", [1, 2, 5, 10, 20])
def test_a_campaign_of_one_signature_tells_nothing_unless_k_is_one(k: int) -> None:
    assert bool(lines(waiting("KE", 1), k=k)) is (k == 1)

"""How long letters take, as one public value of times alone."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from undersigned.core import delay

AGES = st.lists(st.integers(0, delay.BORDERS[-1]), max_size=200)


@given(AGES.filter(bool), st.sampled_from([0.5, 0.9, 1.0]))
def test_the_part_asked_for_took_no_longer_than_is_said(ages: list[int], part: float) -> None:
    said = delay.of(ages, None, 1000).share(part)
    assert said is not None
    assert sum(age <= said for age in ages) >= part * len(ages)


@given(AGES, AGES)
def test_two_posts_together_say_what_one_would(one: list[int], other: list[int]) -> None:
    together = delay.joined([delay.of(one, 5, 1000, 90), delay.of(other, 700, 1001)], 1002)
    assert together == delay.of([*one, *other], 700, 1001, 90)


def test_without_letters_nothing_is_said() -> None:
    assert delay.of([], None, 1000).share(0.5) is None
    assert delay.joined([], 1000) is None


def test_a_post_that_was_silent_for_long_says_nothing() -> None:
    assert delay.joined([delay.of([1], None, 1000)], 1000 + delay.STALE) is None


def test_ages_are_told_by_borders_only() -> None:
    assert delay.of([61], 61, 1000).oldest == 120
    assert delay.of([61], 61, 1000).share(1) == 120
    assert delay.of([10**9], 10**9, 1000).oldest == delay.BORDERS[-1]


def test_a_letter_asked_for_now_waits_like_the_others_or_like_the_first_in_the_queue() -> None:
    def expected(ages: list[int], oldest: int | None, untried: int | None) -> int | None:
        return delay.told(delay.of(ages, oldest, 1000, untried), "").expected

    assert expected([50] * 10, None, None) == 60
    assert expected([50] * 10, 7000, 500) == 600, "the queue has grown since"
    assert expected([], 7000, 6000) == 7200, "nothing goes out at all"
    assert expected([], 80_000, None) is None, "one letter that its own server puts off says nothing"

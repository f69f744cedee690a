"""Each milestone is passed once."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.milestones import following, reached

GOALS = st.lists(st.integers(1, 1000), max_size=8)


@given(GOALS, st.lists(st.integers(0, 1000), max_size=12))
def test_a_growing_count_passes_each_milestone_once_and_in_order(goals: list[int], steps: list[int]) -> None:
    counts = [0, *sorted(steps)]
    passed = [goal for before, after in pairwise(counts) for goal in reached(goals, before, after)]
    assert passed == sorted({goal for goal in goals if goal <= counts[-1]})


def test_a_falling_count_passes_none() -> None:
    assert reached((10, 20), 25, 5) == ()
    assert reached((10, 20), 10, 20) == (20,)


def test_the_next_milestone_is_the_first_above_the_count() -> None:
    assert following((10, 20), 9) == 10
    assert following((10, 20), 10) == 20
    assert following((10, 20), 20) is None
    assert following((), 0) is None

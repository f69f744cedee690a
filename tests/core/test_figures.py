"""What is stated in public is never more than what is true, and each milestone is passed once."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.figures import WORDING, Figure, Qualifier, holds, stated, words
from undersigned.core.milestones import following, reached

COUNTS = st.integers(0, 10**9)


@given(COUNTS, st.integers(1, 10))
def test_a_stated_figure_is_true_and_not_larger_than_the_count(actual: int, digits: int) -> None:
    figure = stated(actual, digits, "2026-11-24", "checkpoint 7")
    assert holds(figure, actual)
    assert figure.value <= actual
    assert (figure.qualifier == "exactly") == (figure.value == actual)


@given(COUNTS, st.integers(1, 6), st.integers(0, 1000))
def test_more_than_stays_true_while_the_count_grows(actual: int, digits: int, more: int) -> None:
    figure = stated(actual, digits, "2026-11-24", "checkpoint 7")
    assert figure.qualifier == "exactly" or holds(figure, actual + more)


@pytest.mark.parametrize(
    ("actual", "digits", "said"),
    [
        (1_023_456, 2, "more than 1,000,000"),
        (1_023_456, 4, "more than 1,023,000"),
        (1_000_000, 2, "1,000,000"),
        (999_999, 1, "more than 900,000"),
        (7, 3, "7"),
        (0, 1, "0"),
    ],
)
def test_the_words_never_go_beyond_the_count(actual: int, digits: int, said: str) -> None:
    figure = stated(actual, digits, "2026-11-24", "checkpoint 7")
    assert words(figure, f"{figure.value:,}") == said


@pytest.mark.parametrize(
    ("qualifier", "true"),
    [("exactly", [False, True, False]), ("at-least", [False, True, True]), ("more-than", [False, False, True])],
)
def test_each_qualifier_means_what_it_says(qualifier: Qualifier, true: list[bool]) -> None:
    figure = Figure(10, qualifier, "2026-11-24", "")
    assert [holds(figure, actual) for actual in (9, 10, 11)] == true


def test_the_words_can_be_said_in_another_language() -> None:
    figure = Figure(1_000_000, "more-than", "2026-11-24", "")
    assert words(figure, "1 000 000", {WORDING["more-than"]: "plus de %(number)s"}) == "plus de 1 000 000"


def test_a_figure_of_nothing_sensible_is_refused() -> None:
    for actual, digits in ((-1, 1), (1, 0)):
        with pytest.raises(ValueError, match="a figure needs"):
            stated(actual, digits, "", "")


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

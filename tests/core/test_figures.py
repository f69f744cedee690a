"""What is stated in public is never more than what is true, and only like is compared with like."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from undersigned.core.counts import Counts
from undersigned.core.figures import (
    QUALIFIERS,
    Differs,
    Figure,
    Qualifier,
    Source,
    add,
    compare,
    faults,
    holds,
    implies,
    own,
    stated,
)  # fmt: skip

NUMBERS = st.integers(0, 10**9)
SOURCE = Source(organisation="A ministry")


def made(qualifier: Qualifier = "exact", value: int | None = 10, **more: Any) -> Figure:
    """Make a figure."""
    basis = {"id": "a", "measure": "people", "as_of": "2026-11-24", "source": SOURCE}
    return Figure(**{**basis, "qualifier": qualifier, "value": None if value is None else Decimal(value), **more})


def between(least: int, most: int, **more: Any) -> Figure:
    """Make a range."""
    return made("between", None, least=Decimal(least), most=Decimal(most), **more)


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    """Draw a figure of any qualifier."""
    qualifier = draw(st.sampled_from(QUALIFIERS))
    low = draw(st.integers(0, 50))
    if qualifier == "between":
        return between(low, low + draw(st.integers(1, 50)))
    return made(qualifier, None if qualifier == "none_known" else low)


@given(NUMBERS, st.integers(1, 10))
def test_a_stated_count_is_true_and_never_rounded_up(actual: int, digits: int) -> None:
    exact = made(value=actual)
    figure = stated(exact, digits)
    assert holds(figure, actual)
    assert implies(exact, figure)
    assert figure.value is not None
    assert figure.value <= actual
    assert (figure.qualifier == "exact") == (figure.value == actual)


@pytest.mark.parametrize(
    ("actual", "digits", "said"),
    [
        (1_023_456, 1, ("more_than", 1_000_000)), (1_023_456, 4, ("more_than", 1_023_000)),
        (1_000_001, 1, ("more_than", 1_000_000)), (1_000_000, 1, ("exact", 1_000_000)),
        (999_999, 1, ("more_than", 900_000)), (7, 3, ("exact", 7)), (0, 1, ("exact", 0)),
    ],
)  # fmt: skip
def test_more_than_a_million_is_offered_only_above_a_million(
    actual: int, digits: int, said: tuple[Qualifier, int]
) -> None:
    figure = stated(made(value=actual), digits)
    assert (figure.qualifier, figure.value) == (said[0], Decimal(said[1]))


@pytest.mark.parametrize(
    ("figure", "true"),
    [
        (made("exact"), [False, True, False]), (made("at_least"), [False, True, True]),
        (made("more_than"), [False, False, True]), (made("at_most"), [True, True, False]),
        (made("fewer_than"), [True, False, False]), (made("about"), [True, True, True]),
        (between(9, 10), [True, True, False]), (made("none_known", None), [True, True, True]),
    ],
)  # fmt: skip
def test_each_qualifier_means_what_it_says(figure: Figure, true: list[bool]) -> None:
    assert [holds(figure, actual) for actual in (9, 10, 11)] == true


@given(figures(), figures(), st.integers(0, 120))
def test_what_is_implied_is_true_wherever_the_known_is(known: Figure, said: Figure, actual: int) -> None:
    if implies(known, said) and holds(known, actual):
        assert holds(said, actual)


@given(figures(), figures(), st.integers(0, 120), st.integers(0, 120))
def test_a_comparison_is_made_only_where_it_must_be_so(one: Figure, other: Figure, here: int, there: int) -> None:
    order = compare(one, other)
    if order is not None and holds(one, here) and holds(other, there):
        assert (here > there) - (here < there) == order


@given(st.lists(st.tuples(figures(), st.integers(0, 120)), min_size=1, max_size=4))
def test_a_sum_claims_no_more_than_its_figures_together(parts: list[tuple[Figure, int]]) -> None:
    try:
        total = add([figure for figure, _ in parts], "total")
    except Differs:
        return
    assert total.id == "total"
    if all(holds(figure, actual) for figure, actual in parts):
        assert holds(total, sum(actual for _, actual in parts))


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"as_of": "2026-11-25"}, "figure-as-of"), ({"place": "KE"}, "figure-place"),
        ({"measure": "children"}, "figure-definition"), ({"population": "children"}, "figure-definition"),
    ],
)  # fmt: skip
def test_unlike_figures_are_neither_compared_nor_added(change: dict[str, str], code: str) -> None:
    one = made()
    for act in (lambda: compare(one, replace(one, **change)), lambda: add([one, replace(one, **change)], "sum")):
        with pytest.raises(Differs) as refused:
            act()
        assert refused.value.code == code


@pytest.mark.parametrize(
    ("figure", "field"),
    [
        (made(value=None), "value"), (made("none_known", 3), "value"), (made("between", 3), "qualifier"),
        (between(5, 5), "most"), (made("exact", least=Decimal(1)), "qualifier"), (made(value=-1), "value"),
        (made(as_of="soon"), "as_of"), (made(as_of="2026-01/2026-02/2026-03"), "as_of"),
        (made(as_of="2026-11-24T10:00:00"), "as_of"), (made(id="A b"), "id"), (made(measure=""), "measure"),
        (made(source=Source(organisation="")), "organisation"), (made(archived="12"), "archived"),
        (made(retrieved="yesterday"), "retrieved"), (made(source=Source(organisation="x", published="?")), "published"),
    ],
)  # fmt: skip
def test_a_figure_that_says_too_little_is_refused_by_the_field(figure: Figure, field: str) -> None:
    assert [one for one, _what, remedy in faults(figure) if remedy] == [field]


@pytest.mark.parametrize("as_of", ["2026", "2026-11", "2026-11-24", "2026-11-24T10:00:00Z", "2026-01-01/2026-03-31"])
def test_a_figure_may_be_of_a_day_a_time_or_an_interval(as_of: str) -> None:
    assert faults(made(as_of=as_of)) == []


def test_the_own_count_is_frozen_at_its_checkpoint() -> None:
    counts = Counts("bees", 1_000_217, 1_000_300, 83, 0, 1_800_000_000, 1_000_500, "cm9vdA==", {}, (), (), {})
    figure = own(counts, "standing", "2027-01-15T08:00:00Z", "https://example.org")
    assert faults(figure) == []
    assert figure.value == Decimal(1_000_217)
    assert figure.qualifier == "exact"
    assert figure.checkpoint is not None
    assert (figure.checkpoint.size, figure.checkpoint.root) == (1_000_500, "cm9vdA==")
    assert figure.source.address == "https://example.org/c/bees/at/1000500.json"  # what never changes
    assert own(counts, "collected", "2027-01-15T08:00:00Z", "").value == Decimal(1_000_300)


def test_only_an_exact_whole_figure_is_rounded() -> None:
    for figure, digits in ((made("at_least"), 1), (made(), 0), (replace(made(), value=Decimal("1.5")), 1)):
        with pytest.raises(ValueError, match="exact whole"):
            stated(figure, digits)

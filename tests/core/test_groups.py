"""No number that is shown by country or source is of fewer than k people, nor is any sum or difference of such."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.groups import Group, divided, divided_days, spans, summed

K = 10
CELLS = st.dictionaries(
    st.tuples(st.sampled_from(["KE", "UG", "FR", "TZ"]), st.sampled_from(["", "radio", "poster"])), st.integers(0, 40)
)


def test_a_large_cell_stands_for_itself_and_small_ones_together() -> None:
    cells = {("KE", ""): 40, ("KE", "poster"): 21, ("UG", ""): 4, ("UG", "poster"): 7, ("FR", ""): 3, ("TZ", ""): 9}
    assert divided(cells, K) == {("KE", ""): 40, ("KE", "poster"): 21, ("UG", None): 11, (None, ""): 12}


def test_what_would_be_left_alone_takes_the_smallest_group_with_it() -> None:
    assert divided({("KE", ""): 40, ("UG", ""): 12, ("FR", ""): 3}, K) == {("KE", ""): 40, (None, None): 15}


def test_a_day_of_few_tells_only_that_there_were_few() -> None:
    assert divided({("KE", ""): 3, ("FR", "radio"): 2}, K) == {(None, None): 5}


@given(CELLS)
def test_no_group_is_smaller_than_k_unless_it_is_the_whole_day(cells: dict[tuple[str, str], int]) -> None:
    total = sum(cells.values())
    for label, n in divided(cells, K).items():
        assert n >= K or (label == (None, None) and n == total)


@given(CELLS)
def test_the_groups_are_the_whole_and_nothing_is_in_two_of_them(cells: dict[tuple[str, str], int]) -> None:
    groups = divided(cells, K)
    assert sum(groups.values()) == sum(cells.values())
    for place in (0, 1):
        told, real = Counter[str](), Counter[str]()
        for label, n in groups.items():
            if label[place] is not None:
                told[str(label[place])] += n
        for cell, n in cells.items():
            real[cell[place]] += n
        assert all(n <= real[name] for name, n in told.items())


@given(st.lists(st.tuples(st.integers(1, 5), CELLS), unique_by=lambda one: one[0]), st.data())
def test_any_difference_of_two_sums_is_made_of_whole_groups(
    days: list[tuple[int, dict[tuple[str, str], int]]], data: st.DataObject
) -> None:
    rows = [(day, *cell, n) for day, cells in sorted(days, key=lambda one: one[0]) for cell, n in cells.items()]
    groups = divided_days(rows, K)
    tables = [summed(groups, by) for by in (lambda one: one.country, lambda one: one.source)]
    assert {sum(n for _, n in table) for table in tables} == {sum(n for *_, n in rows)}
    labelled = [group for group in groups if (group.country, group.source) != (None, None)]
    one = set(data.draw(st.lists(st.sampled_from(labelled), unique=True))) if labelled else set()
    other = set(data.draw(st.lists(st.sampled_from(labelled), unique=True))) if labelled else set()
    assert all(group.n >= K for group in one ^ other)


def test_sums_come_with_the_largest_first_and_the_others_last() -> None:
    groups = [Group(1, "KE", "", 10), Group(1, None, None, 90), Group(2, "FR", "", 20), Group(2, "KE", "a", 15)]
    assert summed(groups, lambda one: one.country) == [("KE", 25), ("FR", 20), (None, 90)]


def test_hours_are_put_together_until_k_fell_into_them_and_never_beyond_their_day() -> None:
    assert spans({3: 12, 5: 4, 6: 7, 20: 2}, 0, 24, 10) == [(0, 4), (4, 24)], "what is left goes with the span before"
    assert spans({0: 10, 1: 10}, 0, 24, 10) == [(0, 1), (1, 2), (2, 24)], "hours without anybody tell of nobody"
    assert spans({3: 2}, 0, 30, 10) == [(0, 24), (24, 30)], "a day of fewer is one span"
    assert spans({}, 5, 5, 10) == []


@given(
    st.dictionaries(st.integers(0, 95), st.integers(0, 30)), st.integers(0, 40), st.integers(0, 96), st.integers(1, 20)
)
def test_spans_leave_no_hour_out_and_hold_k_wherever_their_day_has_so_many(
    numbers: dict[int, int], first: int, end: int, k: int
) -> None:
    found = spans(numbers, first, end, k)
    assert [hour for span in found for hour in range(*span)] == list(range(first, end))
    for span in found:
        day = range(max(first, span[0] // 24 * 24), min(end, span[0] // 24 * 24 + 24))
        n = sum(numbers.get(hour, 0) for hour in range(*span))
        assert n >= k or n == 0 or span == (day.start, day.stop)

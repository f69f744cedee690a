"""Bars are as long as their numbers, and can be read from right to left."""

from __future__ import annotations

import re
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from undersigned.pages.bars import WIDTH, columns, rows
from undersigned.pages.drawing import Line, Words, inline

VALUES = st.lists(st.tuples(st.text(min_size=1, max_size=12), st.integers(0, 1_000_000)), min_size=1, max_size=80)


def written(number: float) -> str:
    return str(int(number))


def longest(bar: Line, axis: int) -> float:
    return max(point[axis] for point in bar.points) - min(point[axis] for point in bar.points)


@given(VALUES)
def test_bars_are_in_proportion(values: list[tuple[str, int]]) -> None:
    shown = sorted(n for _, n in values if n)
    bars = sorted(longest(one, 0) for one in rows(values, "t", written).shapes if isinstance(one, Line) and one.closed)
    assert len(bars) <= len(shown)
    assert all(before <= after for before, after in pairwise(bars))
    assert not bars or abs(bars[-1] - WIDTH) < 0.01


@given(VALUES)
def test_nothing_leaves_the_drawing_and_no_word_becomes_an_element(values: list[tuple[str, int]]) -> None:
    for drawing in (columns(values, "<b>", written), rows(values, "<b>", written)):
        for shape in drawing.shapes:
            points = shape.points if isinstance(shape, Line) else ((shape.x, shape.y),)
            assert all(0 <= x <= drawing.width + 1 and 0 <= y <= drawing.height for x, y in points)
        assert set(re.findall(r"<(\w+)", inline(drawing))) <= {"svg", "path", "text"}


def test_a_drawing_for_readers_from_right_to_left_begins_at_the_right() -> None:
    drawing = rows([("KE", 10)], "t", written).mirrored()
    name = next(one for one in drawing.shapes if isinstance(one, Words) and one.kind == "name")
    assert (name.x, name.anchor) == (WIDTH, "end")

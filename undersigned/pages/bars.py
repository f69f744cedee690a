"""Bars: one a day or an hour, side by side, or one a thing, below each other. Pure.

Drawn narrow, so that the words can be read on a phone. What a drawing shows stands in a table beside it as well.
"""

from __future__ import annotations

from collections.abc import Sequence

from undersigned.pages.charts import Number, steps
from undersigned.pages.drawing import Drawing, Line, Shape, Words

__all__ = ["columns", "rows"]

WIDTH, HEIGHT = 440, 210
LEFT, RIGHT, TOP, BOTTOM = 0, 58, 12, 28
ROW = 39  # height of one of the bars below each other
_MARKS = 5  # names under the bars, at most
_LETTER = 8.2  # width of a letter, roughly


def columns(values: Sequence[tuple[str, int]], title: str, number: Number) -> Drawing:
    """Draw a bar for each value, side by side in the order given; `values` are (name, number of 0 or more)."""
    marks = steps(max([1, *(n for _, n in values)]))
    top = marks[-1]
    shapes: list[Shape] = []
    for step in marks:
        shapes.append(Line("grid", ((LEFT, _y(step, top)), (WIDTH - RIGHT, _y(step, top)))))
        shapes.append(Words("label", WIDTH - RIGHT + 6, _y(step, top) + 5, number(step)))
    wide = (WIDTH - LEFT - RIGHT) / max(1, len(values))
    for place, (_, n) in enumerate(values):
        left = LEFT + place * wide
        shapes += _bar(left + wide * 0.12, left + wide * 0.88, _y(n, top), _y(0, top))
    return Drawing(WIDTH, HEIGHT, title, [*shapes, *_names(values, wide)])


def _names(values: Sequence[tuple[str, int]], wide: float) -> list[Shape]:
    """Name as many bars as there is room for, the first and the last among them."""
    longest = max((len(name) for name, _ in values), default=1) * _LETTER + 12
    room = max(2, min(_MARKS, int((WIDTH - LEFT - RIGHT) // longest)))
    last = len(values) - 1
    places = sorted({round(last * one / (room - 1)) for one in range(room)}) if last > 0 else list(range(last + 1))
    shapes: list[Shape] = []
    for place in places:
        x = LEFT + (place + 0.5) * wide
        half = len(values[place][0]) * _LETTER / 2
        x = min(max(x, half), WIDTH - half)
        shapes.append(Words("label", x, HEIGHT - 8, values[place][0], "middle"))
    return shapes


def rows(values: Sequence[tuple[str, int]], title: str, number: Number) -> Drawing:
    """Draw a bar for each value, below each other, its name and number above it; `values` as in `columns`."""
    most = max([1, *(n for _, n in values)])
    shapes: list[Shape] = []
    for place, (name, n) in enumerate(values):
        y = place * ROW
        shapes.append(Words("name", 0, y + 14, name))
        shapes.append(Words("label", WIDTH, y + 14, number(n), "end"))
        shapes.append(Line("grid", ((0, y + 25), (WIDTH, y + 25))))
        shapes += _bar(0, WIDTH * n / most, y + 21, y + 29)
    return Drawing(WIDTH, max(1, len(values)) * ROW, title, shapes)


def _bar(left: float, right: float, top: float, bottom: float) -> list[Shape]:
    if right - left < 0.05 or bottom - top < 0.05:
        return []
    return [Line("bar", ((left, top), (right, top), (right, bottom), (left, bottom)), closed=True)]


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)

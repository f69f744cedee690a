"""The count as two drawings: the curve of what stands, day by day, and a bubble for each country. Pure.

No border is drawn: a bubble stands at the middle of the largest part of a country or territory (`places.toml`), and
its area is its number. Whatever a drawing shows stands in a table beside it as well.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib import resources

from undersigned.core.counts import Counts, Day
from undersigned.pages.drawing import Circle, Drawing, Line, Shape, Words

__all__ = ["curve", "largest", "standing_by_day", "steps", "world"]

WIDTH, HEIGHT = 800, 320
LEFT, RIGHT, TOP, BOTTOM = 0, 84, 16, 34
LARGEST = 46.0  # radius of the largest bubble
NORTH, SOUTH = 84.0, -60.0  # degrees of latitude shown

#: How a number and a day are written.
Number = Callable[[float], str]
Written = Callable[[date], str]


def standing_by_day(days: Sequence[Day]) -> list[tuple[date, int]]:
    """Give what stood at the end of each UTC day of the log."""
    standing, rows = 0, []
    for day in days:
        standing += day.collected - day.withdrawn - day.struck + day.reinstated
        rows.append((date.fromisoformat(day.day), standing))
    return rows


def curve(days: Sequence[tuple[date, int]], title: str, number: Number, written: Written) -> Drawing:
    """Draw running numbers, each at the end of its day; between two days lies a straight line.

    `number` writes the marks of the scale and `written` a day, both in the reader's language.
    """
    top = steps(max([1, *(value for _, value in days)]))[-1]
    shapes: list[Shape] = []
    for step in steps(top):
        y = _y(step, top)
        shapes.append(Line("grid", ((LEFT, y), (WIDTH - RIGHT, y))))
        shapes.append(Words("label", WIDTH - RIGHT + 8, y + 5, number(step)))
    if days:
        shapes += _run(days, top, written)
    return Drawing(WIDTH, HEIGHT, title, shapes)


def _run(days: Sequence[tuple[date, int]], top: float, written: Written) -> list[Shape]:
    first, last = days[0][0], days[-1][0]
    span = (last - first).days + 1

    def x(day: date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * ((day - first).days + 1) / span

    points = ((float(LEFT), _y(0, top)), *((x(day), _y(value, top)) for day, value in days))
    under = ((points[-1][0], _y(0, top)), *points)
    shapes: list[Shape] = [Line("area", under, closed=True), Line("line", points)]
    shapes.append(Circle("dot", *points[-1], 4.5))
    shapes.append(Words("label", LEFT, HEIGHT - 10, written(first)))
    if span > 1:
        shapes.append(Words("label", WIDTH - RIGHT, HEIGHT - 10, written(last), "end"))
    return shapes


def _y(value: float, top: float) -> float:
    return TOP + (HEIGHT - TOP - BOTTOM) * (1 - value / top)


def steps(most: float) -> list[float]:
    """Give round marks from 0 to at least `most`: four or five of them, each 1, 2, 2.5 or 5 times a power of ten."""
    least = most / 4
    unit = 10.0 ** math.floor(math.log10(least)) if least >= 1 else 1.0
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10) if unit * factor >= least and unit * factor % 1 == 0)
    return [step * place for place in range(math.ceil(most / step) + 1)]


def world(counts: Counts, title: str, name: Callable[[str], str], number: Number) -> Drawing:
    """Draw a bubble for each country or territory that has been released, the largest at the bottom.

    Regions and `ZZ` have no place; they stand in the table alone.
    """
    shown = largest(counts, len(counts.countries))
    most = shown[0][1] if shown else 1
    bubbles = [_bubble(code, n, most, f"{name(code)}: {number(n)}") for code, n in shown]
    return Drawing(WIDTH, _row(SOUTH), title, [*_graticule(), *bubbles])


def largest(counts: Counts, most: int) -> list[tuple[str, int]]:
    """Give (code, number) of at most so many countries or territories that have a place, the largest first."""
    placed = ((code, n) for code, n in counts.countries.items() if n > 0 and code in _places())
    return sorted(placed, key=lambda one: (one[1], one[0]), reverse=True)[:most]


def _bubble(code: str, n: int, most: int, title: str) -> Circle:
    latitude, longitude = _places()[code]
    return Circle("bubble", _column(longitude), _row(latitude), max(1.5, LARGEST * math.sqrt(n / most)), title)


def _graticule() -> list[Shape]:
    rows = [Line("axis" if degrees == 0 else "grid", ((0, _row(degrees)), (WIDTH, _row(degrees)))) for degrees in
            (60, 30, 0, -30)]  # fmt: skip
    columns = [
        Line("grid", ((_column(degrees), 0), (_column(degrees), _row(SOUTH)))) for degrees in range(-120, 180, 60)
    ]
    return [*rows, *columns]


def _column(longitude: float) -> float:
    return WIDTH * (longitude + 180) / 360


def _row(latitude: float) -> int:
    """Equirectangular: a degree of latitude is as long as one of longitude."""
    return round(WIDTH * (NORTH - max(SOUTH, latitude)) / 360)


@lru_cache(maxsize=1)
def _places() -> Mapping[str, tuple[float, float]]:
    found = tomllib.loads((resources.files(__package__) / "places.toml").read_text("utf-8"))
    return {code.upper(): (float(latitude), float(longitude)) for code, (latitude, longitude) in found.items()}

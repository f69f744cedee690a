"""Numbers by country and source, only in groups of at least k, so that no sum or difference tells of fewer.

Each day's signatures are divided into groups once, and everything that is shown is a sum of groups. So whoever
takes one number from another is left with groups again. The reasons stand in docs/adr/0024-watching.md.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby
from typing import TypeAlias

import msgspec

__all__ = ["Group", "divided", "divided_days", "spans", "summed"]

#: (country, source); None where it is one of several, together.
Label: TypeAlias = tuple[str | None, str | None]


class Group(msgspec.Struct, frozen=True, gc=False):
    """At least k signatures of one day; None stands for several countries, or several sources, together."""

    day: int
    country: str | None
    source: str | None
    n: int


def divided(cells: Mapping[tuple[str, str], int], k: int) -> dict[Label, int]:
    """Divide the cells (country, source) of a day into groups of at least k.

    A cell that is large enough stands for itself. What is left is put together by country, then by source, then
    all of it; where that would be fewer than k, the smallest groups join it. A day of fewer than k is one group.
    """
    found: dict[Label, int] = {}
    left: dict[tuple[str, str], int] = {}
    for cell, n in cells.items():
        if n >= k:
            found[cell] = n
        elif n > 0:
            left[cell] = n
    left = _together(left, k, found, lambda cell: (cell[0], None))
    left = _together(left, k, found, lambda cell: (None, cell[1]))
    rest = sum(left.values())
    while 0 < rest < k and found:
        smallest = min(found, key=lambda label: (found[label], label[0] or "", label[1] or ""))
        rest += found.pop(smallest)
    if rest:
        found[None, None] = rest
    return found


def _together(
    left: Mapping[tuple[str, str], int], k: int, found: dict[Label, int], label: Callable[[tuple[str, str]], Label]
) -> dict[tuple[str, str], int]:
    """Put together what has the same label, where that is enough; give what is left still."""
    sums: defaultdict[Label, int] = defaultdict(int)
    for cell, n in left.items():
        sums[label(cell)] += n
    enough = {one: n for one, n in sums.items() if n >= k}
    found.update(enough)
    return {cell: n for cell, n in left.items() if label(cell) not in enough}


def divided_days(rows: Iterable[tuple[int, str, str, int]], k: int) -> list[Group]:
    """Divide rows (day, country, source, number), which come sorted by day."""
    groups = []
    for day, cells in groupby(rows, key=lambda row: row[0]):
        parts = divided({(country, source): n for _, country, source, n in cells}, k)
        groups += [Group(day, country, source, n) for (country, source), n in parts.items()]
    return groups


def spans(numbers: Mapping[int, int], first: int, end: int, k: int) -> list[tuple[int, int]]:
    """Put hours together, from hour `first` until before `end`, so that at least k events fall into each span.

    Gives (first hour, hour behind the last), without gaps. No span goes beyond its UTC day: what is left of a day goes
    with the span before it, and a day of fewer than k is one span. `numbers`: events by hour since 1970.
    """
    found: list[tuple[int, int]] = []
    for day in range(first // 24, -(-end // 24)):
        begin, last, n, whole = max(first, day * 24), min(end, day * 24 + 24), 0, len(found)
        for hour in range(begin, last):
            n += numbers.get(hour, 0)
            if n >= k:
                found.append((begin, hour + 1))
                begin, n = hour + 1, 0
        if begin < last and n and len(found) > whole:
            found[-1] = (found[-1][0], last)
        elif begin < last:
            found.append((begin, last))
    return found


def summed(groups: Iterable[Group], by: Callable[[Group], str | None]) -> list[tuple[str | None, int]]:
    """Add groups up by a label, the largest first; what stands together comes last."""
    sums: defaultdict[str | None, int] = defaultdict(int)
    for group in groups:
        sums[by(group)] += group.n
    return sorted(sums.items(), key=lambda one: (one[0] is None, -one[1], one[0] or ""))

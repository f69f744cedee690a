"""Counters beside the rows, so that nobody has to read a million rows to know how many there are.

A row belongs to one cell for ever: by campaign, UTC day of signing, country, language and source. What a row adds
to its cell is a function of its state, so a change of state is a difference, and replaying gives the same sums.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable
from typing import TypeAlias

import msgspec

from undersigned.core.outcomes import Row

__all__ = ["DAY", "HOUR", "HOURS_KEPT", "Cell", "Cells", "Count", "adds", "difference", "sums"]

DAY, HOUR = 86_400, 3600  #: seconds
HOURS_KEPT = 31 * 24  #: hours for which the funnel and the letters are kept by the hour
_COUNTED = frozenset({"confirmed", "counted"})


class Cell(msgspec.Struct, frozen=True, gc=False):
    """Where a signature is counted; "" where a country, language or source is not known or not kept."""

    campaign: str
    day: int  # of signing, whole days since 1970
    country: str
    language: str
    source: str


class Count(msgspec.Struct, frozen=True, gc=False):
    """How many of something: live signatures, and all that were ever confirmed."""

    standing: int = 0
    collected: int = 0


#: (cell, hour of signing since 1970) -> how many more stand and are collected
Cells: TypeAlias = dict[tuple[Cell, int], tuple[int, int]]


def adds(row: Row) -> tuple[int, int]:
    """Give what a row adds to (standing, collected), as the log will have it once it has taken everything in.

    What was struck out or taken back before its line was in the log was never collected.
    """
    return _adds(row.state, row.logged)


def _adds(state: str, logged: str) -> tuple[int, int]:
    standing = state in _COUNTED
    return int(standing), int(standing or logged != "")


def difference(changes: Iterable[tuple[Row, Row]]) -> Cells:
    """Give by how much cells change when rows become others; a new row adds nothing while it waits."""
    # What is erased has no country any more: the cell is that of before. Alike changes are counted first, for many are.
    alike = Counter(
        (
            (before.campaign, before.signed // HOUR, before.country, before.language, before.source),
            (before.state, before.logged, after.state, after.logged),
        )
        for before, after in changes
    )
    more: defaultdict[tuple[Cell, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for ((campaign, hour, *known), (was, had, is_, has)), n in alike.items():
        stood, collected = _adds(was, had)
        stands, collects = _adds(is_, has)
        key = Cell(campaign, hour * HOUR // DAY, *known), hour
        sum_ = more[key]
        more[key] = (sum_[0] + n * (stands - stood), sum_[1] + n * (collects - collected))
    return {key: n for key, n in more.items() if n != (0, 0)}


def sums(cells: Cells) -> tuple[dict[Cell, tuple[int, int]], dict[tuple[str, int], tuple[int, int]]]:
    """Give the same by cell, and by (campaign, hour)."""
    by_cell: defaultdict[Cell, tuple[int, int]] = defaultdict(lambda: (0, 0))
    by_hour: defaultdict[tuple[str, int], tuple[int, int]] = defaultdict(lambda: (0, 0))
    for (cell, hour), (standing, collected) in cells.items():
        before = by_cell[cell]
        by_cell[cell] = (before[0] + standing, before[1] + collected)
        before = by_hour[cell.campaign, hour]
        by_hour[cell.campaign, hour] = (before[0] + standing, before[1] + collected)
    return by_cell, by_hour

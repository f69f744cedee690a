"""`assemble.needs.Watched` in memory."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from undersigned.core.cells import HOUR, HOURS_KEPT, Cell, Cells, Count, sums

__all__ = ["WatchedPart"]


class WatchedPart:
    """The counters beside the rows."""

    def __init__(self) -> None:
        super().__init__()
        self._cells: dict[Cell, tuple[int, int]] = {}
        self._hours: dict[tuple[str, int], tuple[int, int]] = {}
        self._happened: Counter[tuple[str, int, str]] = Counter()

    def _count(self, more: Cells) -> None:
        cells, hours = sums(more)
        for cell, (standing, collected) in cells.items():
            before = self._cells.get(cell, (0, 0))
            self._cells[cell] = (before[0] + standing, before[1] + collected)
        for hour, (standing, collected) in hours.items():
            before = self._hours.get(hour, (0, 0))
            self._hours[hour] = (before[0] + standing, before[1] + collected)

    def _happen(self, campaign: str, hour: int, kind: str) -> None:
        self._happened[campaign, hour, kind] += 1

    def _forget(self, as_of: int) -> None:
        """Forget what is too old to be kept by the hour."""
        first = as_of // HOUR - HOURS_KEPT
        self._happened = Counter({key: n for key, n in self._happened.items() if key[1] >= first})

    def happened(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, str, int]]:
        """Give (hour since 1970, kind, number), sorted, from hour `first` until before `end`."""
        found = [(hour, kind, n) for (name, hour, kind), n in self._happened.items() if name == campaign]
        return sorted((hour, kind, n) for hour, kind, n in found if first <= hour < end)

    def hours(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, Count]]:
        """Give (hour of signing since 1970, how many) from `first` until before `end`, in order."""
        found = [(hour, Count(*n)) for (name, hour), n in self._hours.items() if name == campaign]
        return sorted(((hour, n) for hour, n in found if first <= hour < end), key=lambda one: one[0])

    def days(self, campaign: str) -> Sequence[tuple[int, Count]]:
        """Give (day of signing since 1970, how many), in order."""
        days: dict[int, tuple[int, int]] = {}
        for (name, hour), (standing, collected) in self._hours.items():
            if name == campaign:
                before = days.get(hour * HOUR // 86_400, (0, 0))
                days[hour * HOUR // 86_400] = (before[0] + standing, before[1] + collected)
        return [(day, Count(*days[day])) for day in sorted(days)]

    def origins(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, str, str, int]]:
        """Give (day, country, source, standing), sorted, from day `first` until before `end`."""
        found: Counter[tuple[int, str, str]] = Counter()
        for cell, (standing, _) in self._cells.items():
            if cell.campaign == campaign and first <= cell.day < end:
                found[cell.day, cell.country, cell.source] += standing
        return [(*key, n) for key, n in sorted(found.items()) if n]

    def languages(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, str, int]]:
        """Give (day, language, standing), sorted, from day `first` until before `end`."""
        found: Counter[tuple[int, str]] = Counter()
        for cell, (standing, _) in self._cells.items():
            if cell.campaign == campaign and first <= cell.day < end:
                found[cell.day, cell.language] += standing
        return [(*key, n) for key, n in sorted(found.items()) if n]

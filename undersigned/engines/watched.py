"""`assemble.needs.Watched` over SQL: both engines answer the same named queries."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from undersigned.core.cells import Count
from undersigned.core.counts import Counts

__all__ = ["SqlWatched"]


class SqlWatched:
    """How many signatures there are, read from the counters beside the rows. A ledger not there yet is empty."""

    def hours(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, Count]]:
        """Give (hour of signing since 1970, how many) from `first` until before `end`, in order."""
        return [(hour, Count(*n)) for hour, *n in self._rows("hours", campaign, first, end)]

    def happened(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, str, int]]:
        """Give (hour since 1970, kind, number), sorted, from hour `first` until before `end`."""
        return [tuple(row) for row in self._rows("happened", campaign, first, end)]

    def days(self, campaign: str) -> Sequence[tuple[int, Count]]:
        """Give (day of signing since 1970, how many), in order."""
        return [(day, Count(*n)) for day, *n in self._rows("days", campaign)]

    def origins(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, str, str, int]]:
        """Give (day, country, source, standing), sorted, from day `first` until before `end`."""
        return self._rows("origins", campaign, first, end)

    def languages(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, str, int]]:
        """Give (day, language, standing), sorted, from day `first` until before `end`."""
        return self._rows("languages", campaign, first, end)

    def as_of(self) -> int:
        """Give the latest time of an event taken in, in seconds since 1970."""
        found = self._rows("as_of")
        return int(found[0][0]) if found else 0

    def funnel(self, campaign: str) -> Mapping[str, int]:
        """Give the funnel so far, summed over the days; `waiting` and `review` as they are now."""
        funnel: dict[str, int] = {}
        for day in self.funnel_days(campaign).values():
            for kind, n in day.items():
                funnel[kind] = funnel.get(kind, 0) + n
        for waiting, review in self._rows("now", campaign):
            funnel |= {"waiting": waiting, "review": review}
        return funnel

    def funnel_days(self, campaign: str) -> Mapping[int, Mapping[str, int]]:
        """Give what was counted each day (whole days since 1970), by kind."""
        days: dict[int, dict[str, int]] = {}
        for day, kind, n in self._rows("funnel_days", campaign):
            days.setdefault(day, {})[kind] = n
        return days

    def counts(self, campaign: str) -> Counts | None:
        """Give the count at the last checkpoint."""
        found = self._rows("counts", campaign)
        return msgspec.json.decode(bytes(found[0][0]), type=Counts) if found and found[0][0] else None

    @abstractmethod
    def close(self) -> None:
        """Release everything; the next call opens it again."""

    @abstractmethod
    def _rows(self, query: str, *values: Any) -> list[Any]:
        """Give the rows of a named query."""

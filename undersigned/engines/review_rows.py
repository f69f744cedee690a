"""What moderators see, from the rows of a ledger's queries, whichever engine keeps it."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from undersigned.core.review import By, Chosen, Group, Selection
from undersigned.engines.grouped import grouped

__all__ = ["ReviewRows"]


class ReviewRows(ABC):
    """`assemble.needs.ReviewReader`, but for the connection. A ledger that is not there yet is an empty one."""

    def groups(self, selection: Selection, by: By, limit: int) -> Sequence[Group]:
        """Give up to `limit` groups of a selection, the largest first."""
        return grouped(self._rows(f"{selection.pool}_groups", by, *_values(selection)), limit)

    def chosen(self, selection: Selection, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures of a selection, the oldest first."""
        return [Chosen(*one) for one in self._rows(f"{selection.pool}_chosen", limit, *_values(selection))]

    def recorded(self, campaign: str, records: Collection[bytes]) -> Sequence[Chosen]:
        """Give these signatures of a campaign as they are now, the oldest first."""
        found = self._rows("recorded", self._several(sorted(records)), campaign) if records else []
        return [Chosen(*one) for one in found]

    def appealed(self, campaign: str, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures whose signer waits for the answer to an appeal, the oldest first."""
        return [Chosen(*one) for one in self._rows("appealed", campaign, limit)]

    def domains(self, campaign: str) -> Mapping[bytes, str]:
        """Give the cohorts whose domain is known, and its name."""
        return dict(self._rows("domains", campaign))

    @abstractmethod
    def _rows(self, query: str, *values: Any) -> Sequence[Any]:
        """Give the rows of a named query; none while there is no ledger."""

    @abstractmethod
    def _several(self, records: Sequence[bytes]) -> Any:
        """Give names of records as one value of a query."""


def _values(one: Selection) -> tuple[Any, ...]:
    return one.campaign, one.reason, one.cohort, one.source, one.since, one.until

"""What moderators see, read from the ledger in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from undersigned.core.review import By, Chosen, Group, Selection
from undersigned.engines.grouped import grouped
from undersigned.engines.postgres.connection import PATIENCE, Rows, names
from undersigned.engines.postgres.session import Session
from undersigned.engines.sql import queries

__all__ = ["PostgresReviewReader"]

_SQL = queries("postgres/review")


class PostgresReviewReader:
    """`assemble.needs.ReviewReader`. A ledger that is not there yet is an empty one. Read at the primary."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        """Take the URL; nothing is opened yet. `patience`: seconds for one read."""
        self._session = Session(url, patience)
        self._there = False

    def groups(self, selection: Selection, by: By, limit: int) -> Sequence[Group]:
        """Give up to `limit` groups of a selection, the largest first."""
        return grouped(self._rows(f"{selection.pool}_groups", by, *_values(selection)), limit)

    def chosen(self, selection: Selection, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures of a selection, the oldest first."""
        return [Chosen(*one) for one in self._rows(f"{selection.pool}_chosen", limit, *_values(selection))]

    def recorded(self, campaign: str, records: Collection[bytes]) -> Sequence[Chosen]:
        """Give these signatures of a campaign as they are now, the oldest first."""
        found = self._rows("recorded", names(sorted(records)), campaign) if records else []
        return [Chosen(*one) for one in found]

    def appealed(self, campaign: str, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures whose signer waits for the answer to an appeal, the oldest first."""
        return [Chosen(*one) for one in self._rows("appealed", campaign, limit)]

    def domains(self, campaign: str) -> Mapping[bytes, str]:
        """Give the cohorts whose domain is known, and its name."""
        return dict(self._rows("domains", campaign))

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def _rows(self, query: str, *values: Any) -> Rows:
        if not self._there:
            self._there = bool(self._session.rows(_SQL["is_there"])[0][0])
        return self._session.rows(_SQL[query], *values) if self._there else []


def _values(one: Selection) -> tuple[Any, ...]:
    return one.campaign, one.reason, one.cohort, one.source, one.since, one.until

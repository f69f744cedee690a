"""What moderators see, read from the ledger in PostgreSQL."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from undersigned.engines.postgres.connection import PATIENCE, names
from undersigned.engines.postgres.session import Session
from undersigned.engines.review_rows import ReviewRows
from undersigned.engines.sql import queries

__all__ = ["PostgresReviewReader"]

_SQL = queries("postgres/review")


class PostgresReviewReader(ReviewRows):
    """`assemble.needs.ReviewReader`. A ledger that is not there yet is an empty one. Read at the primary."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        """Take the URL; nothing is opened yet. `patience`: seconds for one read."""
        self._session = Session(url, patience)
        self._there = False

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def _rows(self, query: str, *values: Any) -> Sequence[Any]:
        if not self._there:
            self._there = bool(self._session.rows(_SQL["is_there"])[0][0])
        return self._session.rows(_SQL[query], *values) if self._there else []

    def _several(self, records: Sequence[bytes]) -> Any:
        return names(records)

"""`assemble.needs.Watched` of a ledger in PostgreSQL."""

from __future__ import annotations

from typing import Any

from undersigned.engines.postgres.connection import PATIENCE
from undersigned.engines.postgres.session import Session
from undersigned.engines.sql import queries
from undersigned.engines.watched import SqlWatched

__all__ = ["PostgresWatched"]

_SQL = queries("postgres/watched")


class PostgresWatched(SqlWatched):
    """Read only, beside the mill. One thread at a time."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        """Take the URL; nothing is opened yet. `patience`: seconds for one read."""
        self._session = Session(url, patience)
        self._there = False

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def _rows(self, query: str, *values: Any) -> list[Any]:
        if not self._there:
            self._there = bool(self._session.rows(_SQL["is_there"])[0][0])
        return list(self._session.rows(_SQL[query], *values)) if self._there else []

"""`assemble.needs.Watched` of a ledger in SQLite."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw

from undersigned.engines.sql import queries
from undersigned.engines.sqlite.connection import open_reader, rows
from undersigned.engines.watched import SqlWatched

__all__ = ["SqliteWatched"]

_SQL = queries("watched")


class SqliteWatched(SqlWatched):
    """Read only, beside the mill. One thread at a time."""

    def __init__(self, path: str | Path) -> None:
        """Take the path; opened at the first read."""
        self._path = Path(path)
        self._ledger: apsw.Connection | None = None

    def close(self) -> None:
        """Release the file."""
        if self._ledger is not None:
            self._ledger.close()
            self._ledger = None

    def _rows(self, query: str, *values: Any) -> list[Any]:
        if self._ledger is None:
            self._ledger = open_reader(self._path)
        return [] if self._ledger is None else rows(self._ledger, _SQL[query], *values)

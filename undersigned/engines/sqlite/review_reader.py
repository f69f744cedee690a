"""What moderators see, read from the ledger's file."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import apsw

from undersigned.engines.review_rows import ReviewRows
from undersigned.engines.sql import queries
from undersigned.engines.sqlite.connection import listed, open_reader, rows

__all__ = ["SqliteReviewReader"]

_SQL = queries("review")


class SqliteReviewReader(ReviewRows):
    """`assemble.needs.ReviewReader`. A ledger that is not there yet is an empty one."""

    def __init__(self, path: str | Path) -> None:
        """Take the path; nothing is opened yet."""
        self._path = Path(path)
        self._database: apsw.Connection | None = None

    def close(self) -> None:
        """Release the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _rows(self, query: str, *values: Any) -> Sequence[Any]:
        if self._database is None:
            self._database = open_reader(self._path)
        return [] if self._database is None else rows(self._database, _SQL[query], *values)

    def _several(self, records: Sequence[bytes]) -> Any:
        return listed(records)

"""What moderators see, read from the ledger's file."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import apsw

from undersigned.core.review import By, Chosen, Group, Selection
from undersigned.engines.grouped import grouped
from undersigned.engines.sql import queries
from undersigned.engines.sqlite.connection import listed, open_reader, rows

__all__ = ["SqliteReviewReader"]

_SQL = queries("review")


class SqliteReviewReader:
    """`assemble.needs.ReviewReader`. A ledger that is not there yet is an empty one."""

    def __init__(self, path: str | Path) -> None:
        """Take the path; nothing is opened yet."""
        self._path = Path(path)
        self._database: apsw.Connection | None = None

    def groups(self, selection: Selection, by: By, limit: int) -> Sequence[Group]:
        """Give up to `limit` groups of a selection, the largest first."""
        return grouped(self._rows(f"{selection.pool}_groups", by, *_values(selection)), limit)

    def chosen(self, selection: Selection, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures of a selection, the oldest first."""
        return [Chosen(*one) for one in self._rows(f"{selection.pool}_chosen", limit, *_values(selection))]

    def recorded(self, campaign: str, records: Collection[bytes]) -> Sequence[Chosen]:
        """Give these signatures of a campaign as they are now, the oldest first."""
        found = self._rows("recorded", listed(sorted(records)), campaign) if records else []
        return [Chosen(*one) for one in found]

    def appealed(self, campaign: str, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures whose signer waits for the answer to an appeal, the oldest first."""
        return [Chosen(*one) for one in self._rows("appealed", campaign, limit)]

    def domains(self, campaign: str) -> Mapping[bytes, str]:
        """Give the cohorts whose domain is known, and its name."""
        return dict(self._rows("domains", campaign))

    def close(self) -> None:
        """Release the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _rows(self, query: str, *values: Any) -> list[Any]:
        if self._database is None:
            self._database = open_reader(self._path)
        return [] if self._database is None else rows(self._database, _SQL[query], *values)


def _values(one: Selection) -> tuple[Any, ...]:
    return one.campaign, one.reason, one.cohort, one.source, one.since, one.until

"""Reading the ledger beside the mill that writes it, from any process."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw

from undersigned.core.status import Status
from undersigned.engines.sql import queries
from undersigned.engines.sqlite.connection import Unfit, listed, open_reader, rows
from undersigned.stages.deliver.needs import SealedRecord
from undersigned.stages.mail.needs import Due

__all__ = ["SqliteLedgerReader"]

_SQL = queries("reading")
_SLOTS = queries("slots")
_CHUNK = 1000
_MOST = 2**63 - 1  # of SQLite's row numbers


class SqliteLedgerReader:
    """Read only: `intake.needs.Statuses`, `stages.mail.needs.Outbox`, `stages.deliver.needs.Records`.

    A ledger that is not there yet is an empty one. Every read is short, so that it never holds up the
    overwriting of what was erased. Opened at the first read, in the process that reads.
    """

    def __init__(self, path: str | Path, slots_path: str | Path | None = None) -> None:
        """Take the paths; the slots' only where records are to be opened."""
        self._path = Path(path)
        self._slots_path = Path(slots_path) if slots_path is not None else None
        self._ledger: apsw.Connection | None = None
        self._slots: apsw.Connection | None = None

    def status(self, lookup: bytes, signed: int | None = None) -> Status | None:
        """Give what the ledger knows of the signature that a token's lookup leads to.

        `signed`: any second of the minute of signing, which the token tells. Without it every row is read.
        """
        database = self._open()
        if database is None:
            return None
        if signed is None:
            found = rows(database, _SQL["status_of_any_minute"], lookup)
        else:
            found = rows(database, _SQL["status"], signed // 60, lookup)
        found = found or rows(database, _SQL["linked_status"], lookup)
        return _status(found[0]) if found else None

    def due(self, after: int, limit: int) -> Sequence[Due]:
        """Give up to `limit` letters with an id above `after`, in order of id."""
        database = self._open()
        return [] if database is None else [Due(*one) for one in rows(database, _SQL["due"], after, limit)]

    def campaigns(self) -> Sequence[str]:
        """Give every campaign that has sealed records, sorted."""
        database = self._open()
        return [] if database is None else [name for (name,) in rows(database, _SQL["campaigns"])]

    def end(self) -> int:
        """Give a number above the place of every record."""
        database = self._open()
        return 0 if database is None else int(rows(database, _SQL["end"])[0][0])

    def epochs(self, campaign: str, names: Collection[bytes] | None = None) -> Sequence[tuple[bytes, bytes]]:
        """Give (name, age file) of every epoch key, the oldest first, or of those with these names."""
        database = self._open()
        if database is None or (names is not None and not names):
            return []
        if names is None:
            return rows(database, _SQL["epochs"], campaign)
        return rows(database, _SQL["epochs_named"], listed(names), campaign)

    def records(self, campaign: str, first: int = 0, end: int | None = None) -> Iterator[SealedRecord]:
        """Give the records in the order of taking in, a record's place being its row's number; of a destroyed one
        b"" and no slot.

        Raises:
            Unfit: the slots are not there.
        """
        database = self._open()
        end = _MOST if end is None else end
        while database is not None and (found := rows(database, _SQL["records"], campaign, first, end, _CHUNK)):
            slots = self._slots_of([record for _, record, *_ in found])
            for _, record, sealed, epoch, state in found:
                slot = slots.get(record)
                yield record, sealed if slot else b"", slot, epoch, state
            first = found[-1][0] + 1

    def close(self) -> None:
        """Release the files."""
        for database in (self._ledger, self._slots):
            if database is not None:
                database.close()
        self._ledger = self._slots = None

    def _open(self) -> apsw.Connection | None:
        if self._ledger is None:
            self._ledger = open_reader(self._path)
        return self._ledger

    def _slots_of(self, records: Sequence[bytes]) -> dict[bytes, bytes]:
        """Give the slots of those records that are not destroyed."""
        if self._slots is None and self._slots_path is not None:
            self._slots = open_reader(self._slots_path)
        if self._slots is None:
            raise Unfit("slots.db is not there, and without it no record can be opened. Copy it as well.")
        return dict(rows(self._slots, _SLOTS["get"], listed(records)))


def _status(values: tuple[str, Any, int, int, int | None, bytes, str, str, Any]) -> Status:
    campaign, state, as_of, signed, leaf, commitment, code, review, appeal = values
    why = review if state == "review" else code
    return Status(campaign, state, as_of, signed, leaf, commitment, why, appeal)

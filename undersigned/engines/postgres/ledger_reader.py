"""Reading the ledger in PostgreSQL beside the mill that writes it, from any process on any machine."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from math import inf
from time import monotonic
from typing import Any

from undersigned.core.status import Status
from undersigned.engines.postgres.connection import PATIENCE, Rows
from undersigned.engines.postgres.session import Session
from undersigned.engines.sql import queries
from undersigned.engines.unfit import Unfit
from undersigned.intake.needs import Closed
from undersigned.stages.deliver.needs import SealedRecord
from undersigned.stages.mail.needs import Due

__all__ = ["PostgresLedgerReader", "PostgresStatuses"]

_SQL = queries("postgres/reading")
_CHUNK = 1000
_MOST = (1 << 63) - 1


class PostgresLedgerReader:
    """Read only: `intake.needs.Statuses`, `stages.mail.needs.Outbox`, `stages.deliver.needs.Records`.

    A ledger that is not there yet is an empty one. Read at the primary: a standby can be behind.
    """

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        """Take the URL; nothing is opened yet. `patience`: seconds for one read."""
        self._session = Session(url, patience)
        self._there = False

    def status(self, lookup: bytes, signed: int | None = None) -> Status | None:
        """Give what the ledger knows of the signature that a token's lookup leads to.

        Raises:
            Unreachable: the server does not answer.
        """
        name = lookup.hex() if len(lookup) == 16 else bytes(16).hex()
        found = self._rows("status", name) or self._rows("linked_status", name)
        return _status(*found[0]) if found else None

    def due(self, after: int, limit: int) -> Sequence[Due]:
        """Give up to `limit` letters with an id above `after`, in order of id.

        Raises:
            Unreachable: the server does not answer.
        """
        return [Due(*one) for one in self._rows("due", after, limit)]

    def campaigns(self) -> Sequence[str]:
        """Give every campaign that has sealed records, sorted."""
        return [name for (name,) in self._rows("campaigns")]

    def end(self) -> int:
        """Give a number above the place of every record."""
        found = self._rows("end")
        return int(found[0][0]) if found else 0

    def epochs(self, campaign: str, names: Collection[bytes] | None = None) -> Sequence[tuple[bytes, bytes]]:
        """Give (name, age file) of every epoch key, the oldest first, or of those with these names."""
        if names is None:
            found = self._rows("epochs", campaign)
        else:
            found = self._rows("epochs_named", campaign, list(names)) if names else []
        return [(name, file) for name, file in found]

    def records(self, campaign: str, first: int = 0, end: int | None = None) -> Iterator[SealedRecord]:
        """Give the records in the order of taking in, a record's place being its row's number; of a destroyed one
        b"" and no slot."""
        while found := self._rows("records", campaign, first, _MOST if end is None else end, _CHUNK):
            for _, record, sealed, slot, epoch, state in found:
                yield record, sealed if slot else b"", slot, epoch, state
            first = found[-1][0] + 1

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def _rows(self, query: str, *values: Any) -> Rows:
        if not self._there:
            self._there = bool(self._session.rows(_SQL["is_there"])[0][0])
        return self._session.rows(_SQL[query], *values) if self._there else []


class PostgresStatuses:
    """`intake.needs.Statuses` of a door, whose other requests wait while it reads; after a failure it rests."""

    def __init__(
        self, url: str, patience: float = 2.0, rest: float = 5.0, clock: Callable[[], float] = monotonic
    ) -> None:
        """Take the URL. After a failure nothing is asked for `rest` seconds of the clock."""
        self._reader = PostgresLedgerReader(f"{url}{'&' if '?' in url else '?'}connect_timeout=2", patience)
        self._rest = rest
        self._clock = clock
        self._again = -inf

    def status(self, lookup: bytes, signed: int | None = None) -> Status | None:
        """Give what the ledger knows of the signature that a token's lookup leads to.

        Raises:
            Closed: the server does not answer.
        """
        if self._clock() < self._again:
            raise Closed("the ledger is away")
        try:
            return self._reader.status(lookup, signed)
        except Unfit:
            self._again = self._clock() + self._rest
            raise Closed("the ledger is away") from None


def _status(
    campaign: str,
    state: Any,
    as_of: int,
    signed: int,
    leaf: int | None,
    commitment: bytes,
    code: str,
    review: str,
    appeal: Any,
) -> Status:
    return Status(campaign, state, as_of, signed, leaf, commitment, review if state == "review" else code, appeal)

"""What the sequencer requires of the ledger. It is the ledger's only writer, with `tlog` in one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from undersigned.core.sequencing import Known, Outcome, Row, Wanted

__all__ = ["JournalReader", "Ledger", "Moved"]


class Moved(Exception):
    """The ledger is not where this batch started from: somebody else writes here. Fatal; never retried."""


class JournalReader(Protocol):
    """One source (`journal.needs.JournalReader`)."""

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Give up to `limit` segments behind position `after`, in order, with positions; their sums are checked.

        Raises:
            Exception: a segment is not what was written, or segments are missing; nothing was given. Fatal.
        """
        ...


class Ledger(Protocol):
    """The ledger as the sequencer sees it."""

    def positions(self) -> Mapping[str, int]:
        """Give the position of the last segment that was taken in, for each journal that ever gave one."""
        ...

    def position(self, source: str) -> int:
        """Give the position of the last segment of that journal that was taken in; 0 at first."""
        ...

    def as_of(self) -> int:
        """Give the latest time of an event that was taken in, in seconds since 1970; 0 at first."""
        ...

    def known(self, wanted: Wanted) -> Known:
        """Give the rows that the events of a batch speak of: by tag, by lookup and by record."""
        ...

    def overdue(self, before: int, limit: int) -> Sequence[Row]:
        """Give up to `limit` waiting rows that were signed before that second."""
        ...

    def commit(self, outcomes: Sequence[Outcome], positions: Mapping[str, tuple[int, int]], as_of: int) -> None:
        """Write outcomes, outbox and positions in one transaction.

        `positions`: for each source the position this batch started from, and the last one it took in.

        Raises:
            Moved: a position is not the one this batch started from; somebody else writes here.
        """
        ...

    def prove(self, limit: int) -> bool:
        """Prove of the next `limit` rows that they are found by their names and that no address stands twice.

        Goes round and round, for an engine that keeps uniqueness in memory; True where a round was finished.
        An engine whose store refuses what is not unique has nothing to do here.

        Raises:
            Exception: the ledger is not as it was written; the message says what to do. Fatal.
        """
        ...

    def settled(self) -> bool:
        """Tell whether every log has everything that was decided, under its last signed checkpoint."""
        ...

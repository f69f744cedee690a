"""What the sequencer requires of the ledger. It is the ledger's only writer, with `tlog` in one process."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from undersigned.core.sequencing import Known, Outcome, Wanted

__all__ = ["Ledger"]


class Ledger(Protocol):
    """The ledger as the sequencer sees it."""

    def position(self, source: str) -> int:
        """Give the position of the last segment of that journal that was taken in; 0 at first."""
        ...

    def known(self, wanted: Wanted) -> Known:
        """Give the rows that the events of a batch speak of: by tag, by lookup and by record."""
        ...

    def commit(self, outcomes: Sequence[Outcome], positions: Mapping[str, int], as_of: int) -> None:
        """Write outcomes, outbox and positions in one transaction.

        Raises:
            Moved: a position is not the one this batch started from; somebody else writes here.
        """
        ...

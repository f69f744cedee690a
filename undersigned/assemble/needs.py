"""What the processes require of the stores that `stores.py` chooses: the needs of the stages they run, together."""

from __future__ import annotations

from typing import Protocol

from undersigned.intake.needs import Statuses
from undersigned.stages.deliver.needs import Records
from undersigned.stages.mail.needs import Outbox
from undersigned.stages.publish.needs import CountsShelf
from undersigned.stages.sequencer.needs import Ledger
from undersigned.stages.tally.needs import TallyLedger
from undersigned.stages.tlog.needs import LogLedger

__all__ = ["LedgerReader", "MillLedger"]


class MillLedger(Ledger, LogLedger, TallyLedger, CountsShelf, Protocol):
    """The ledger as the mill writes it; a second one on the same ledger can write nothing."""

    def compact(self) -> None:
        """Rewrite what still holds bytes of erased rows."""
        ...

    def close(self) -> None:
        """Release everything."""
        ...


class LedgerReader(Statuses, Outbox, Records, Protocol):
    """The ledger as other processes read it."""

    def close(self) -> None:
        """Release everything."""
        ...

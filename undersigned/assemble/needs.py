"""What the processes require of the stores that `stores.py` chooses: the needs of the stages they run, together."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Protocol

from undersigned.core.cells import Count
from undersigned.core.counts import Counts
from undersigned.core.review import By, Chosen, Group, Selection
from undersigned.intake.needs import Statuses
from undersigned.stages.deliver.needs import Records
from undersigned.stages.mail.needs import Outbox
from undersigned.stages.publish.needs import CountsShelf
from undersigned.stages.sequencer.needs import Ledger
from undersigned.stages.tally.needs import TallyLedger
from undersigned.stages.tlog.needs import LogLedger

__all__ = ["LedgerReader", "MillLedger", "ReviewReader", "Watched"]


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


class Watched(Protocol):
    """How many signatures there are, for the desk: sums that are kept beside the rows, never the rows.

    What it gives by country, language or source can be of one person; whoever shows it forms groups first.
    """

    def hours(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, Count]]:
        """Give (hour of signing since 1970, how many) from `first` until before `end`, in order."""
        ...

    def happened(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, str, int]]:
        """Give (hour since 1970, kind, number), sorted, from hour `first` until before `end`.

        A kind is one of the funnel, or `letter-` with one of `core.delay.BORDERS`: a letter that asks to confirm
        was handed over in that hour, within so many seconds of its form. A month is kept.
        """
        ...

    def days(self, campaign: str) -> Sequence[tuple[int, Count]]:
        """Give (day of signing since 1970, how many), in order."""
        ...

    def origins(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, str, str, int]]:
        """Give (day, country, source, standing), sorted, from day `first` until before `end`."""
        ...

    def languages(self, campaign: str, first: int, end: int) -> Sequence[tuple[int, str, int]]:
        """Give (day, language, standing), sorted, from day `first` until before `end`."""
        ...

    def as_of(self) -> int:
        """Give the latest time of an event taken in, in seconds since 1970."""
        ...

    def funnel(self, campaign: str) -> Mapping[str, int]:
        """Give the funnel so far, summed over the days; `waiting` and `review` as they are now."""
        ...

    def funnel_days(self, campaign: str) -> Mapping[int, Mapping[str, int]]:
        """Give what was counted each day (whole days since 1970), by kind."""
        ...

    def counts(self, campaign: str) -> Counts | None:
        """Give the count at the last checkpoint."""
        ...

    def close(self) -> None:
        """Release everything; the next call opens it again."""
        ...


class ReviewReader(Protocol):
    """The ledger as the desk reads it. No name, no address and no key passes through here."""

    def groups(self, selection: Selection, by: By, limit: int) -> Sequence[Group]:
        """Give up to `limit` groups of a selection, the largest first."""
        ...

    def chosen(self, selection: Selection, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures of a selection, the oldest first."""
        ...

    def recorded(self, campaign: str, records: Collection[bytes]) -> Sequence[Chosen]:
        """Give these signatures of a campaign as they are now, the oldest first."""
        ...

    def appealed(self, campaign: str, limit: int) -> Sequence[Chosen]:
        """Give up to `limit` signatures whose signer waits for the answer to an appeal, the oldest first."""
        ...

    def domains(self, campaign: str) -> Mapping[bytes, str]:
        """Give the cohorts whose domain is known, and its name."""
        ...

    def close(self) -> None:
        """Release everything."""
        ...

"""What the tally requires of the world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

from undersigned.core.counts import Counts

__all__ = ["TallyLedger"]


class TallyLedger(Protocol):
    """The ledger as the tally sees it."""

    def campaigns(self) -> Sequence[str]:
        """Give every campaign that has a log."""
        ...

    def signed(self, campaign: str) -> bytes:
        """Give the last signed checkpoint (a whole note), or b""."""
        ...

    def signed_at(self, campaign: str) -> int:
        """Give when it was signed, in seconds since 1970."""
        ...

    def entries(self, campaign: str, start: int, stop: int) -> Sequence[bytes]:
        """Give the lines of that half-open range."""
        ...

    def funnel(self, campaign: str) -> Mapping[str, int]:
        """Give the funnel so far, summed over the days."""
        ...

    def counts(self, campaign: str) -> Counts | None:
        """Give what was saved last."""
        ...

    def save(self, counts: Counts) -> None:
        """Keep the counts."""
        ...

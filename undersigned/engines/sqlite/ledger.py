"""The ledger in SQLite: what the mill writes, and what the other processes read."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from undersigned.core.counts import Counts
from undersigned.engines.sql import queries
from undersigned.engines.sqlite.ledger_log import LogPart
from undersigned.engines.sqlite.ledger_reader import SqliteLedgerReader
from undersigned.engines.sqlite.ledger_sequencer import SequencerPart

__all__ = ["SqliteLedger", "SqliteLedgerReader"]

_SQL = queries("tally")


class SqliteLedger(SequencerPart, LogPart):
    """The ledger for sequencer, log, tally and publishing: one process, one thread at a time.

    Everything it returns from is on disk. Two of these on one file refuse each other.
    """

    def signed_at(self, campaign: str) -> int:
        """Give when the last checkpoint was signed, in seconds since 1970; 0 where none was."""
        found = self._rows(_SQL["signed_at"], campaign)
        return int(found[0][0]) if found else 0

    def funnel(self, campaign: str) -> Mapping[str, int]:
        """Give the funnel so far, summed over the days; `waiting` and `review` as they are now."""
        funnel = {str(kind): int(n) for kind, n in self._rows(_SQL["funnel"], campaign)}
        for waiting, review in self._rows(_SQL["now"], campaign):
            funnel |= {"waiting": waiting, "review": review}
        return funnel

    def funnel_days(self, campaign: str) -> Mapping[int, Mapping[str, int]]:
        """Give what was counted each day (whole days since 1970), by kind."""
        days: dict[int, dict[str, int]] = {}
        for day, kind, n in self._rows(_SQL["funnel_days"], campaign):
            days.setdefault(day, {})[kind] = n
        return days

    def counts(self, campaign: str) -> Counts | None:
        """Give what the tally saved last."""
        found = self._rows(_SQL["counts"], campaign)
        return msgspec.json.decode(found[0][0], type=Counts) if found and found[0][0] else None

    def save(self, counts: Counts) -> None:
        """Keep the counts of a campaign.

        Raises:
            KeyError: the ledger does not know the campaign.
        """
        self._number(counts.campaign)
        body = msgspec.json.encode(counts)

        def work() -> None:
            self._ledger.execute(_SQL["save"], (body, counts.campaign))

        self._write(work)

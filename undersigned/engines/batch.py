"""What a batch of outcomes comes to, gathered so that each table is written once."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from undersigned.core.cells import Cells, difference
from undersigned.core.delay import LETTER, within
from undersigned.core.events import DomainNamed, Epoch, Signed
from undersigned.core.outcomes import (
    DESTROYED,
    SILENT,
    Became,
    ClaimMade,
    CohortNamed,
    Counted,
    Entered,
    EpochKept,
    LetterGone,
    LetterQueued,
    Linked,
    Outcome,
    Released,
    Row,
    entered,
)

__all__ = ["Batch"]

_HELD = frozenset({"waiting", "review"})  # states whose rows are counted beside the table


class Batch:
    """The sum of some outcomes. Of a row that changed several times, only the last state is kept."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        """Add up the changes of the outcomes in order."""
        self.entered: dict[bytes, Signed] = {}
        self.rows: dict[bytes, Row] = {}
        self.links: list[Linked] = []
        self.letters: dict[bytes, LetterQueued] = {}
        self.letters_gone: list[bytes] = []
        self.hourly: Counter[tuple[str, int, str]] = Counter()  # (campaign, hour, kind of the funnel or `letter-…`)
        self._took: defaultdict[tuple[str, int, int], int] = defaultdict(int)  # (campaign, hour, seconds) -> letters
        self.epochs: list[Epoch] = []
        self.releases: list[Released] = []
        self.claims: list[ClaimMade] = []
        self.domains: list[DomainNamed] = []
        for outcome in outcomes:
            for change in outcome.changes:
                _ADD[type(change)](self, change)
        for (campaign, hour, took), n in self._took.items():
            self.hourly[campaign, hour, f"{LETTER}{within(took)}"] += n

    def counts(self) -> Mapping[tuple[str, int, str], int]:
        """Give the funnel by (campaign, day, kind)."""
        days: Counter[tuple[str, int, str]] = Counter()
        for (campaign, hour, kind), n in self.hourly.items():
            if not kind.startswith(LETTER):
                days[campaign, hour // 24, kind] += n
        return days

    def destroyed(self) -> list[bytes]:
        """Give the records whose slot and sealed data go."""
        return [record for record, row in self.rows.items() if row.state in DESTROYED]

    def silent(self) -> list[bytes]:
        """Give the records whose letters go."""
        return [record for record, row in self.rows.items() if row.state in SILENT]

    def slots(self) -> list[tuple[bytes, bytes]]:
        """Give (record, slot) of the new rows that live on."""
        dead = set(self.destroyed())
        return [(record, signed.slot) for record, signed in self.entered.items() if record not in dead]

    def queued(self) -> list[LetterQueued]:
        """Give the letters that are to be sent after all of the batch."""
        silent = set(self.silent())
        return [letter for letter in self.letters.values() if letter.of not in silent]

    def cells(self, found: Mapping[bytes, tuple[int, Row]]) -> Cells:
        """Give by how much the counters change; `found` has every row that was there before, as it was."""
        changes = [
            (entered(self.entered[record]) if record in self.entered else found[record][1], row)
            for record, row in self.rows.items()
        ]
        return difference(changes)

    def held(self, found: Mapping[bytes, tuple[int, Row]]) -> list[tuple[str, str, int]]:
        """Give by how much the numbers of waiting and of reviewed rows change: (campaign, state, n)."""
        new = (signed.campaign for record, signed in self.entered.items() if record not in self.rows)
        more = Counter((campaign, "waiting") for campaign in new)
        moves = Counter(
            (row.campaign, "" if record in self.entered else found[record][1].state, row.state)
            for record, row in self.rows.items()
        )
        for (campaign, was, is_), n in moves.items():
            more[campaign, was] -= n
            more[campaign, is_] += n
        return [(campaign, state, n) for (campaign, state), n in more.items() if n and state in _HELD]

    def _enter(self, change: Entered) -> None:
        self.entered[change.signed.record] = change.signed

    def _become(self, change: Became) -> None:
        self.rows[change.row.record] = change.row

    def _queue(self, change: LetterQueued) -> None:
        self.letters[change.signed.record] = change

    def _letter_gone(self, change: LetterGone) -> None:
        if self.letters.pop(change.letter, None) is None:
            self.letters_gone.append(change.letter)
        if change.took >= 0:
            self._took[change.campaign, change.hour, change.took] += 1

    def _count(self, change: Counted) -> None:
        self.hourly[change.campaign, change.hour, change.kind] += 1


_ADD: dict[type, Callable[[Batch, Any], None]] = {
    Entered: Batch._enter,
    Became: Batch._become,
    Linked: lambda batch, change: batch.links.append(change),
    LetterQueued: Batch._queue,
    LetterGone: Batch._letter_gone,
    Counted: Batch._count,
    EpochKept: lambda batch, change: batch.epochs.append(change.epoch),
    Released: lambda batch, change: batch.releases.append(change),
    ClaimMade: lambda batch, change: batch.claims.append(change),
    CohortNamed: lambda batch, change: batch.domains.append(change.named),
}

"""Folds the log into counts. Milestones fire from here and nowhere else.

The fold goes on from where it was: each turn reads only the lines that the new checkpoint added. At start
it reads the log from index 0 (some seconds for a million lines), so that no count rests on a saved total.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping, Sequence

from undersigned.core.checkpoint import Checkpoint, body_of
from undersigned.core.counts import Counts, Milestone
from undersigned.core.milestones import reached
from undersigned.core.recount import Recount
from undersigned.stages.tally.needs import TallyLedger

__all__ = ["PIECE", "Tally"]

PIECE = 20_000  # lines read at a time


class Tally:
    """The counts of every campaign. Used by one process, the mill."""

    def __init__(self, ledger: TallyLedger) -> None:
        """Take the ledger; nothing is read yet."""
        self._ledger = ledger
        self._folds: dict[str, Recount] = {}
        self._funnels: dict[str, Mapping[str, int]] = {}

    def step(self, campaign: str, goals: Sequence[int]) -> Counts | None:
        """Bring one campaign's counts up to its last signed checkpoint, and save them where they changed.

        `goals` are the milestones of its card. Gives the new counts, or None where nothing changed.

        Raises:
            undersigned.core.recount.Broken: the log breaks a rule; nothing is saved.
        """
        note = self._ledger.signed(campaign)
        if not note:
            return None
        head, at, funnel = body_of(note), self._ledger.signed_at(campaign), self._ledger.funnel(campaign)
        before = self._ledger.counts(campaign)
        unmoved = before is not None and (before.size, before.as_of) == (head.size, at)
        if unmoved and campaign in self._folds and self._funnels.get(campaign) == funnel:
            return None
        self._funnels[campaign] = funnel
        counts = _counts(campaign, self._fold(campaign, head.size), head, at, funnel, goals, before)
        if counts == before:
            return None
        self._ledger.save(counts)
        return counts

    def counted(self, campaign: str) -> Recount | None:
        """Give the fold as the last step left it, to ask for the count at an earlier size; None before the first."""
        return self._folds.get(campaign)

    def _fold(self, campaign: str, size: int) -> Recount:
        fold = self._folds.setdefault(campaign, Recount())
        while fold.size < size:
            fold.feed_all(self._ledger.entries(campaign, fold.size, min(size, fold.size + PIECE)))
        return fold


def _counts(
    campaign: str,
    fold: Recount,
    head: Checkpoint,
    at: int,
    funnel: Mapping[str, int],
    goals: Sequence[int],
    before: Counts | None,
) -> Counts:
    return Counts(
        campaign=campaign,
        standing=fold.standing,
        collected=fold.collected,
        withdrawn=fold.withdrawn,
        struck=fold.struck,
        as_of=at,
        size=head.size,
        root=base64.b64encode(head.root).decode(),
        countries=fold.countries,
        days=fold.days,
        milestones=_milestones(goals, fold.standing, head.size, at, before),
        funnel=dict(funnel),
        removals=fold.removals,
    )


def _milestones(
    goals: Sequence[int], standing: int, size: int, at: int, before: Counts | None
) -> tuple[Milestone, ...]:
    """Give the milestones reached so far; one that was reached stays, whatever is withdrawn later."""
    kept = before.milestones if before else ()
    done = {milestone.number for milestone in kept}
    fresh = [number for number in reached(goals, 0, standing) if number not in done]
    return kept + tuple(Milestone(number, at, size) for number in fresh)

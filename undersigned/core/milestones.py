"""Which milestones a count has reached."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["following", "reached"]


def reached(milestones: Sequence[int], before: int, after: int) -> tuple[int, ...]:
    """Give the milestones passed between two counts, rising: `before` < milestone <= `after`.

    A count that falls (withdrawals) passes none; one that was announced is not taken back.
    """
    return tuple(sorted({number for number in milestones if before < number <= after}))


def following(milestones: Sequence[int], count: int) -> int | None:
    """Give the next milestone above `count`, or None after the last."""
    return min((number for number in milestones if number > count), default=None)

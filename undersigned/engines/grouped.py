"""Rows of (what, state, number) as groups, the largest first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from undersigned.core.review import Group

__all__ = ["grouped"]


def grouped(rows: Iterable[tuple[Any, Any, int]], limit: int) -> Sequence[Group]:
    """Give up to `limit` groups."""
    found: dict[str, dict[Any, int]] = {}
    for what, state, number in rows:
        states = found.setdefault(str(what), {})
        states[state] = states.get(state, 0) + number
    groups = [Group(what, states) for what, states in found.items()]
    return sorted(groups, key=lambda group: (-group.total, group.what))[:limit]

"""What moderators see of signatures: groups, numbers and states. Never a name, an address or a whole record id."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

import msgspec

from undersigned.core.status import Appeal, State

__all__ = ["ALWAYS", "By", "Chosen", "Group", "Kind", "Pool", "Selection", "affected", "dry"]

#: Which signatures are chosen from: all found doubtful and not admitted; struck out; counted or about to be.
Pool: TypeAlias = Literal["review", "struck", "standing"]

#: What signatures are grouped by.
By: TypeAlias = Literal["reason", "hour", "minute", "cohort", "source"]

#: What an act does to a signature.
Kind: TypeAlias = Literal["admit", "strike", "reinstate"]

ALWAYS = 2**40  #: seconds since 1970 after everything

_AFFECTS: Mapping[Kind, frozenset[State]] = {
    "admit": frozenset(["review"]),
    "strike": frozenset(["review", "confirmed", "counted"]),
    "reinstate": frozenset(["struck"]),
}


class Selection(msgspec.Struct, frozen=True):
    """Signatures that have something in common. What is empty chooses nothing out."""

    campaign: str
    pool: Pool
    reason: str = ""  # of the review, or of the striking out in the pool `struck`
    cohort: bytes = b""  # 8 bytes
    source: str = ""  # source code
    since: int = 0  # signed at that second or later
    until: int = ALWAYS  # signed before that second


class Group(msgspec.Struct, frozen=True):
    """Signatures of a selection alike in one thing: `what` is a code, seconds since 1970, or a cohort in hex."""

    what: str
    states: Mapping[State, int]

    @property
    def total(self) -> int:
        """How many there are."""
        return sum(self.states.values())


class Chosen(msgspec.Struct, frozen=True, gc=False):
    """One signature of a selection."""

    record: bytes
    state: State
    appeal: Appeal = ""
    code: str = ""  # reason of the review or of the striking out
    signed: int = 0

    @property
    def reference(self) -> str:
        """Give what a person can tell it by: the end of the record id, which is random; its beginning is a time."""
        return self.record[-4:].hex()


def affected(kind: Kind, chosen: Iterable[Chosen]) -> tuple[bytes, ...]:
    """Give the records, sorted, that an act would change now."""
    return tuple(sorted(one.record for one in chosen if one.state in _AFFECTS[kind]))


def dry(chosen: Iterable[Chosen]) -> dict[State, int]:
    """Count by state."""
    return dict(Counter(one.state for one in chosen))

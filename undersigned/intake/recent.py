"""What was pressed in the last minutes, so that no page tells a signer less than they have just done.

The ledger reads the journal a moment later than the door writes it. In between, the door lays what it has
made durable itself over what the ledger says. Only names of lookups are kept, in memory, for ten minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec.structs import replace

from undersigned.core.events import Appealed, Confirmed, Erased, Event, NotMe, Withdrawn
from undersigned.core.status import State, Status

__all__ = ["Recent", "overlaid"]

KEPT = 600  # seconds
MOST = 100_000
MARGIN = 5  # seconds that the ledger must have read beyond an event before its word alone counts

Deed: TypeAlias = State | Literal["appealed"]

_BECOMES: dict[type, Deed] = {
    Confirmed: "confirmed", NotMe: "refused", Withdrawn: "withdrawn", Erased: "erased", Appealed: "appealed",
}  # fmt: skip

#: What each deed changes; in any other state it changes nothing (`core.sequencing`).
_CHANGES: dict[Deed, frozenset[State]] = {
    "confirmed": frozenset(["waiting"]),
    "refused": frozenset(["waiting", "duplicate", "confirmed", "counted", "review", "withdrawn", "struck"]),
    "withdrawn": frozenset(["waiting", "confirmed", "counted", "review", "struck"]),
    "erased": frozenset(
        ["waiting", "expired", "duplicate", "refused", "confirmed", "counted", "review", "withdrawn", "struck"]
    ),
}


class Recent:
    """The deeds of the last minutes, by lookup."""

    def __init__(self) -> None:
        """Begin with none."""
        self._deeds: dict[bytes, list[tuple[Deed, int]]] = {}

    def note(self, events: Iterable[Event], now: int) -> None:
        """Remember events that are durable; `now` in seconds since 1970."""
        for event in events:
            state = _BECOMES.get(type(event))
            if state is not None and isinstance(event, (Confirmed, NotMe, Withdrawn, Erased, Appealed)):
                deeds = self._deeds.pop(event.lookup, [])
                self._deeds[event.lookup] = [*deeds, (state, event.at)][-8:]
        if self._deeds:
            self._forget(now)

    def deeds(self, lookup: bytes) -> list[tuple[Deed, int]]:
        """Give what was done with that lookup, oldest first: (state, seconds since 1970)."""
        return self._deeds.get(lookup, [])

    def _forget(self, now: int) -> None:
        while self._deeds:
            oldest = next(iter(self._deeds))
            if len(self._deeds) <= MOST and self._deeds[oldest][-1][1] > now - KEPT:
                return
            del self._deeds[oldest]


def overlaid(status: Status, deeds: Iterable[tuple[Deed, int]]) -> Status:
    """Lay deeds over what the ledger said; those that it has surely read change nothing."""
    for state, at in deeds:
        if state == "appealed":
            status = _appealed(status, at)
        elif status.as_of <= at + MARGIN and status.state in _CHANGES[state]:
            after: State = "erased" if state == "refused" and status.state != "waiting" else state
            status = replace(status, state=after, as_of=max(status.as_of, at))
    return status


def _appealed(status: Status, at: int) -> Status:
    if status.as_of > at + MARGIN or status.state != "struck" or status.appeal:
        return status
    return replace(status, appeal="made", as_of=max(status.as_of, at))

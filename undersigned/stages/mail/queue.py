"""The order of the letters: oldest first, and those that wait for another try in between.

No address stands here, and not even a sealed one longer than the few rows that were looked up together.
"""

from __future__ import annotations

import heapq
from collections import deque

import msgspec

from undersigned.stages.mail.needs import Due, Outbox

__all__ = ["Queue", "Try"]

BATCH = 100  # letters looked up at once; looked up anew at every step, so that what is withdrawn is not sent


class Try(msgspec.Struct, frozen=True, order=True):
    """One letter and what was tried with it."""

    when: int  # not before; seconds since 1970
    id: int
    attempts: int = 0
    doubtful: bool = False  # it may have arrived already
    at: int = 0  # when it was asked for


class Queue:
    """Which letter is next.

    While both kinds wait, a letter of its first try and one that was put off take turns: neither a relay
    that defers half of what it gets nor a great backlog can starve the other kind.
    """

    def __init__(self, outbox: Outbox, settled: set[bytes]) -> None:
        """Take the outbox, and the records whose letters are settled already."""
        self._outbox = outbox
        self._settled = settled
        self._after = 0  # every id up to here was looked at
        self._fresh: deque[Due] = deque()
        self._later: list[Try] = []
        self._again = True  # whose turn it is

    def begin(self) -> None:
        """Forget the rows looked up earlier: what was withdrawn meanwhile is no longer due."""
        self._fresh.clear()

    def next(self, now: int) -> tuple[Due, Try] | None:
        """Give the next letter, or None where none is due."""
        self._again = not self._again
        first, second = (self._put_off, self._new) if not self._again else (self._new, self._put_off)
        return first(now) or second(now)

    def put_off(self, trial: Try) -> None:
        """Keep a letter for another try."""
        heapq.heappush(self._later, trial)

    @property
    def soonest(self) -> int | None:
        """When the first letter that was put off is due; None where there is none."""
        return self._later[0].when if self._later else None

    def oldest(self) -> tuple[int | None, int | None]:
        """Give when the letter that waits longest was asked for, of all and of those not tried yet.

        None where none waits or none is known.
        """
        fresh = [due.at for due in self._outbox.due(self._after, 1) if due.at]
        asked = [trial.at for trial in self._later if trial.at] + fresh
        return min(asked, default=None), min(fresh, default=None)

    def _put_off(self, now: int) -> tuple[Due, Try] | None:
        while self._later and self._later[0].when <= now:
            trial = heapq.heappop(self._later)
            # Read anew: what was withdrawn while it waited is no longer due.
            found = self._outbox.due(trial.id - 1, 1)
            if found and found[0].id == trial.id:
                return found[0], trial
        return None

    def _new(self, now: int) -> tuple[Due, Try] | None:
        while True:
            if not self._fresh:
                self._fresh.extend(self._outbox.due(self._after, BATCH))
            if not self._fresh:
                return None
            due = self._fresh.popleft()
            self._after = due.id
            if due.record not in self._settled:
                return due, Try(now, due.id, at=due.at)

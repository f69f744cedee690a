"""What is to be done next: people in the order of their plan, and everything that those who signed do later. Pure."""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from typing import Generic, TypeVar

from undersigned.assemble.simulate.plan import Act, Person

__all__ = ["Agenda", "Task"]

_T = TypeVar("_T")

#: When (seconds since 1970), what, who, and what the caller knows of them.
Task = tuple[float, Act, Person, _T]


class Agenda(Generic[_T]):
    """Merges the people of a plan with the later deeds of those who have signed, by time.

    Of the later deeds only those of people who have signed are held, so its size is that of some days of the
    campaign and not of the whole.
    """

    def __init__(self, people: Iterator[Person]) -> None:
        """Take the people, in the order of signing."""
        self._people = people
        self._next = next(people, None)
        self._later: list[tuple[float, int, Act, Person, _T]] = []
        self._number = 0

    def next_at(self) -> float | None:
        """Give when the next thing is to be done (seconds since 1970), or None where nothing is left."""
        times = [self._next.at] if self._next is not None else []
        times += [self._later[0][0]] if self._later else []
        return min(times, default=None)

    def signer(self, until: float) -> Person | None:
        """Take the next person, if they sign by `until` and nothing else comes before."""
        found = self._next
        if found is None or found.at > until or (self._later and self._later[0][0] < found.at):
            return None
        self._next = next(self._people, None)
        return found

    def task(self, until: float) -> Task[_T] | None:
        """Take the next later deed, if it is due by `until` and nobody signs before."""
        if not self._later or self._later[0][0] > until:
            return None
        if self._next is not None and self._next.at <= self._later[0][0]:
            return None
        at, _, act, person, known = heapq.heappop(self._later)
        return at, act, person, known

    def follow(self, person: Person, known: _T) -> None:
        """Put down everything that somebody who has signed does later."""
        for deed in person.deeds:
            self.put(person.at + deed.after, deed.act, person, known)

    def put(self, at: float, act: Act, person: Person, known: _T) -> None:
        """Put down one deed."""
        self._number += 1
        heapq.heappush(self._later, (at, self._number, act, person, known))

    def __len__(self) -> int:
        """How many later deeds are held."""
        return len(self._later)

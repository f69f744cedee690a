"""What all connections of one worker share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from undersigned.engines.http.limits import Limits
from undersigned.engines.http.needs import App
from undersigned.engines.http.reading import Key
from undersigned.engines.http.wire import Wire
from undersigned.intake.request import Answer, Request

__all__ = ["Expiring", "Served", "Shared"]

SERVED_SECONDS = 0.01
MOST_SERVED = 256


class Expiring(Protocol):
    """Something that must not last for ever."""

    deadline: float

    def expire(self, now: float) -> None:
        """Do what is due at the deadline."""
        ...

    def end(self, now: float) -> None:
        """Finish what is in flight and begin nothing more."""
        ...


class Served:
    """Answers given just now, so that a crowd that asks for the same page costs little. One event loop.

    An answer is given again for a hundredth of a second, as long as the disk is not asked either.
    """

    __slots__ = ("_kept",)

    def __init__(self) -> None:
        """Begin with none."""
        self._kept: dict[Key, tuple[Request, Answer, float]] = {}

    def find(self, key: Key, now: float) -> tuple[Request, Answer] | None:
        """Give the request and the answer of that key, if it was given just now."""
        found = self._kept.get(key)
        return (found[0], found[1]) if found is not None and now < found[2] else None

    def keep(self, key: Key, request: Request, answer: Answer, now: float) -> None:
        """Remember an answer that any other request with that key would get, too."""
        if len(self._kept) >= MOST_SERVED:
            self._kept.clear()
        self._kept[key] = (request, answer, now + SERVED_SECONDS)


class Shared:
    """Owned by the front; one event loop. `now` is its clock as of the last sweep, in seconds."""

    __slots__ = ("app", "connections", "ending", "limits", "now", "served", "wire")

    def __init__(self, app: App, limits: Limits, wire: Wire, clock: Callable[[], float]) -> None:
        """Take the application and what it is served with."""
        self.app = app
        self.limits = limits
        self.wire = wire
        self.now = clock()
        self.connections: set[Expiring] = set()
        self.ending = False
        self.served = Served()

    def idle_seconds(self) -> float:
        """Give how long a connection may be idle: shorter where they grow scarce."""
        crowded = len(self.connections) * 4 > self.limits.connections * 3
        return self.limits.head_seconds if crowded else self.limits.idle_seconds

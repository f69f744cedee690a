"""What all connections of one worker share."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from undersigned.engines.http.needs import App, Limits
from undersigned.engines.http.wire import Wire

__all__ = ["Expiring", "Shared"]


class Expiring(Protocol):
    """Something that must not last for ever."""

    deadline: float

    def expire(self, now: float) -> None:
        """Do what is due at the deadline."""
        ...

    def end(self, now: float) -> None:
        """Finish what is in flight and begin nothing more."""
        ...


class Shared:
    """Owned by the front; one event loop. `now` is its clock as of the last sweep, in seconds."""

    __slots__ = ("app", "connections", "ending", "limits", "now", "wire")

    def __init__(self, app: App, limits: Limits, wire: Wire, clock: Callable[[], float]) -> None:
        """Take the application and what it is served with."""
        self.app = app
        self.limits = limits
        self.wire = wire
        self.now = clock()
        self.connections: set[Expiring] = set()
        self.ending = False

    def idle_seconds(self) -> float:
        """Give how long a connection may be idle: shorter where they grow scarce."""
        crowded = len(self.connections) * 4 > self.limits.connections * 3
        return self.limits.head_seconds if crowded else self.limits.idle_seconds

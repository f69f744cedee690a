"""Lets what is costly and can wait take no more than a share of the time while much is to be done."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

__all__ = ["REST", "Pace"]

REST = 4.0  #: times as long as the work took before it is done again in a surge, so that it takes a fifth of the time


class Pace:
    """One kind of work, done again and again by one thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, least: float = 0.0) -> None:
        """`clock` gives seconds; `least` lie between two beginnings at least, however quick the work was."""
        self._clock = clock
        self._least = least
        self._due = -math.inf

    def do(self, work: Callable[[], object], busy: bool) -> None:
        """Do it; where `busy` and its rest is not over, leave it for a later turn."""
        began = self._clock()
        if busy and began < self._due:
            return
        work()
        done = self._clock()
        self._due = max(done + REST * (done - began), began + self._least)

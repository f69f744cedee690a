"""The clock by which statements are released: it follows a leap ahead only when the leap has lasted.

What was published cannot be taken back. A machine's clock that leaps over the hour of an embargo and is set right
within the minute (a wrong hand, a machine that wakes before it knows the time) must not have published anything. A
clock that is set back is followed at once, for it makes nothing too early.
"""

from __future__ import annotations

from collections.abc import Callable

from undersigned.assemble.steady import since_boot

__all__ = ["LASTS", "LEAP", "ReleaseClock"]

LEAP = 2.0  #: seconds ahead of what has gone by since the last look; less is a clock being set right slowly
LASTS = 45.0  #: seconds after which a leap is believed: with a turn of the mill still within a minute of the hour


class ReleaseClock:
    """Gives seconds since 1970. Look often: what it has not seen it cannot doubt. One thread."""

    def __init__(self, clock: Callable[[], float], steady: Callable[[], float] = since_boot) -> None:
        """Take the process's clock, and one that nobody can set; what the first says now is believed."""
        self._clock = clock
        self._steady = steady
        self._offset = clock() - steady()  # of believed time to steady time
        self._since: float | None = None  # steady time since which the clock is ahead

    def __call__(self) -> float:
        """Give the time that is believed."""
        steady = self._steady()
        offset = self._clock() - steady
        if offset <= self._offset + LEAP:
            self._offset, self._since = offset, None
        elif self._since is None:
            self._since = steady
        elif steady - self._since >= LASTS:
            self._offset, self._since = offset, None
        return steady + self._offset

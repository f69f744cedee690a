"""How fast letters may go: the limit of the settings, and what the server can bear.

Additive increase, multiplicative decrease, as in TCP: every `GROWTH` letters taken one connection more, up to
the setting; a server that pushes back (421, "not now" to MAIL, or 4xx to half of the last `WINDOW` letters)
halves them. With one connection left, the pause between two letters doubles instead, and shrinks again with
every letter taken; 421 on the last connection is left to the post, which then waits with all letters.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

__all__ = ["Pace"]

GROWTH = 16  # letters taken for one connection more
WINDOW = 32  # answers among which too many 4xx are a sign
SHORTEST, LONGEST = 0.05, 10.0  # seconds of the pause between two letters
PATIENCE = 60.0  # seconds before a connection that the server did not want is tried again
CATCH_UP = 0.1  # seconds of the limit that may be caught up with after a stall


class Pace:
    """The pace of one transport; used by one thread."""

    def __init__(self, most: int, rate: float, clock: Callable[[], float] = time.monotonic) -> None:
        """Take the most connections, the most letters a second (0: no limit), and a clock in seconds."""
        self._most = max(1, most)
        self._step = 1 / rate if rate > 0 else 0.0
        self._clock = clock
        self._allowed = 1.0
        self._pause = 0.0
        self._next = clock()
        self._recent: deque[bool] = deque(maxlen=WINDOW)
        self._enough_until = self._next

    @property
    def connections(self) -> int:
        """How many connections may be open."""
        return int(self._allowed)

    @property
    def pause(self) -> float:
        """Seconds that the server's push-back puts between two letters."""
        return self._pause

    def wait(self) -> float:
        """Give the seconds until the next letter may begin; 0 where it may now."""
        if not self._step and not self._pause:
            return 0.0
        return max(0.0, self._next - self._clock())

    def begun(self) -> None:
        """Note that a letter begins now."""
        if self._step or self._pause:
            self._next = max(self._next, self._clock() - CATCH_UP) + max(self._step, self._pause)

    def taken(self) -> None:
        """Note that the server took a letter."""
        self._recent.append(False)
        self._pause = self._pause * 0.9 if self._pause > SHORTEST / 2 else 0.0
        if self._allowed < self._most and self._clock() >= self._enough_until:
            self._allowed = min(self._most, self._allowed + 1 / GROWTH)

    def deferred(self) -> None:
        """Note that the server put a letter off."""
        self._recent.append(True)
        if sum(self._recent) * 2 >= WINDOW:
            self.pushed_back()

    def pushed_back(self) -> None:
        """Note that the server takes no more at this pace."""
        self._recent.clear()
        if self._allowed < 2:
            self._pause = min(LONGEST, max(SHORTEST, self._pause * 2))
            self._next = max(self._next, self._clock() + self._pause)
        self._allowed = max(1.0, self._allowed / 2)

    def enough(self, connections: int) -> None:
        """Note that the server lets nobody in beside the connections that are open."""
        self._allowed = max(1.0, min(self._allowed, float(connections)))
        self._enough_until = self._clock() + PATIENCE

"""A clock that does not believe a jump of more than a day, so that no wrong clock destroys what cannot be made again.

A machine that wakes in 1970 or in ten years' time would destroy every mail key, expire everybody who has not
confirmed, and write days into a log that can never go back. So a process goes on with the time before the jump and
says so; a clock that keeps its new time for a day, as nobody mends it, is believed in the end.
"""

from __future__ import annotations

import contextlib
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from undersigned.engines.files.durable import replace

__all__ = ["BELIEVED_AWAY", "DAY", "SteadyClock", "since_boot"]

DAY = 86_400.0  # seconds: a smaller jump is followed, a larger one believed after so long
BELIEVED_AWAY = 30 * DAY  # seconds that an installation may have been switched off
KEEP = 60.0  # seconds between two notes of the time


#: Gives seconds that no clock setting moves, counted through suspension where the system can.
since_boot: Callable[[], float] = (
    partial(time.clock_gettime, time.CLOCK_BOOTTIME) if sys.platform == "linux" else time.monotonic
)


class SteadyClock:
    """Gives seconds since 1970. One thread or event loop.

    A note is `<name>.time`, one decimal number: from the newest of the folder a start knows a clock that is wrong
    already. Notes are written only with a name, durably, so call it where a flush may be waited for.
    """

    def __init__(
        self,
        folder: Path,
        name: str = "",
        wall: Callable[[], float] = time.time,
        steady: Callable[[], float] = since_boot,
    ) -> None:
        """Take the machine's clock, and what cannot be set; a wrong time is doubted from the start."""
        self._folder = folder
        self._name = name
        self._wall = wall
        self._steady = steady
        self._kept = float("-inf")
        self._doubt: tuple[float, float] | None = None  # the offset that is not believed, and since when
        self._offset = self._first()  # of believed time to steady time

    def __call__(self) -> float:
        """Give the time."""
        steady = self._steady()
        offset = self._wall() - steady
        if abs(offset - self._offset) <= DAY:
            self._offset = offset
            self._doubt = None
        else:
            self._weigh(offset, steady)
        if self._name and steady - self._kept >= KEEP:
            self._keep(steady)
        return steady + self._offset

    @property
    def doubted(self) -> bool:
        """Tell whether the machine's clock is not believed, as of the last time asked."""
        return self._doubt is not None

    def _first(self) -> float:
        now, steady = self._wall(), self._steady()
        noted = self._noted()
        if noted is None or noted - DAY <= now <= noted + BELIEVED_AWAY:
            return now - steady
        return noted - steady

    def _weigh(self, offset: float, steady: float) -> None:
        """Believe a jump that has lasted a day."""
        if self._doubt is None or abs(offset - self._doubt[0]) > DAY:
            self._doubt = (offset, steady)
            self._say((offset - self._offset) / DAY)
        elif steady - self._doubt[1] >= DAY:
            self._offset = offset
            self._doubt = None

    def _say(self, days: float) -> None:
        print(
            f"undersigned: the machine's clock jumped by {days:+.1f} days. It is not believed for 24 hours; the"
            f" time before goes on. Mend the clock. If it is right, remove {self._folder}/*.time and start again.",
            file=sys.stderr,
            flush=True,
        )

    def _noted(self) -> float | None:
        return max(filter(None, map(_read, self._folder.glob("*.time"))), default=None)

    def _keep(self, steady: float) -> None:
        self._kept = steady
        with contextlib.suppress(OSError):  # a full disk: an older note is as good
            replace(self._folder / f"{self._name}.time", b"%d\n" % (steady + self._offset))


def _read(file: Path) -> float | None:
    """Give the time of a note; None where it cannot be read, or is none."""
    try:
        words = file.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return float(words) if words.isdecimal() and len(words) < 12 else None

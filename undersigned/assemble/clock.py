"""The clock of a process: the machine's without its jumps, or simulated time in a simulated installation.

The simulated clock is one file, `run/clock`: how many seconds it is ahead of real time, as a little-endian
double. Every process of the folder maps it, so that all of them live in the same second however fast the days
go by; whoever runs the simulation is its one writer. The eight bytes are written at once, so that no
reader sees half of a time.
"""

from __future__ import annotations

import mmap
import os
import struct
import time
from collections.abc import Callable
from pathlib import Path

from undersigned.assemble.places import Places
from undersigned.assemble.steady import SteadyClock
from undersigned.settings import Settings

__all__ = ["SimulatedClock", "clock"]

_AHEAD = struct.Struct("<d")


class SimulatedClock:
    """Reads, and for its one writer sets, the simulated time of a data folder."""

    def __init__(self, file: Path, start: float | None = None) -> None:
        """Map the file; made with the time `start` (seconds since 1970) where it is absent, else with real time."""
        file.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(file, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            fresh = os.fstat(descriptor).st_size < _AHEAD.size
            if fresh:
                os.pwrite(descriptor, _AHEAD.pack(0.0 if start is None else start - time.time()), 0)
            self._map = mmap.mmap(descriptor, _AHEAD.size)
        finally:
            os.close(descriptor)

    def __call__(self) -> float:
        """Give the simulated time in seconds since 1970."""
        return time.time() + float(_AHEAD.unpack_from(self._map)[0])

    def advance(self, to: float) -> float:
        """Move the clock forward to `to`, never backward; give what it shows then."""
        now = self()
        if to > now:
            self._map[: _AHEAD.size] = _AHEAD.pack(to - time.time())
            return to
        return now

    def close(self) -> None:
        """Release the file."""
        self._map.close()


def clock(settings: Settings, name: str = "") -> Callable[[], float]:
    """Give the clock that a process of these settings lives by (seconds since 1970); `name`: see `SteadyClock`."""
    if settings.simulated and settings.simulated_clock:
        return SimulatedClock(Places(settings.path).clock)
    return SteadyClock(Places(settings.path).run, name)

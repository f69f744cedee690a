"""When the world signs: a launch, a long tail, a day in the press, nights, weekends. Pure.

An hour's share is the envelope of the campaign at that hour, times what every place does at its local time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import accumulate

from undersigned.assemble.simulate.world import Place

__all__ = ["Curve", "awake"]

LAUNCH_HOURS = 22.0  # after which the launch has fallen to a third
PRESS_AT = 0.42  # of the campaign: the day in the press
PRESS_HOURS = 16.0
WEEKEND = 0.68  # of a weekday

# By local hour: few sign at night, most at lunch and in the evening.
_DAY = (
    0.30, 0.17, 0.10, 0.07, 0.06, 0.09, 0.22, 0.48, 0.74, 0.88, 0.95, 1.02,
    1.12, 1.06, 0.94, 0.90, 0.92, 0.98, 1.08, 1.22, 1.30, 1.18, 0.86, 0.54,
)  # fmt: skip


def awake(hour: float) -> float:
    """Give how much a place signs at that local hour (0 to 24), 1 being a usual hour of the day."""
    at = hour % 24
    low = int(at)
    part = at - low
    return _DAY[low] * (1 - part) + _DAY[(low + 1) % 24] * part


class Curve:
    """The hours of one campaign, counted from its launch. `start` is in seconds since 1970, on a whole hour."""

    def __init__(self, places: Sequence[Place], start: int, days: int) -> None:
        """Take the places and the length of the campaign in days."""
        self.hours = days * 24
        self._places = places
        self._first = start // 3600
        self._weights: dict[int, list[float]] = {}

    def weights(self, hour: int) -> list[float]:
        """Give the running sum of the places' weights in that hour of the campaign, in the order of the places."""
        week = (self._first + hour) % 168
        found = self._weights.get(week)
        if found is None:
            found = self._weights[week] = list(accumulate(self._weight(place, week) for place in self._places))
        return found

    def envelope(self, hour: int) -> float:
        """Give the pull of the campaign in that hour, wherever people are."""
        launch = 5.5 * math.exp(-hour / LAUNCH_HOURS)
        since = hour - PRESS_AT * self.hours
        press = 4.2 * math.exp(-since / PRESS_HOURS) if since >= 0 else 4.2 * math.exp(since / 2.0)
        tail = 0.55 + 0.9 * math.exp(-hour / (0.35 * self.hours))
        return launch + press + tail

    def counts(self, total: int) -> list[int]:
        """Give how many sign in each hour; the sum is exactly `total`."""
        shares = list(accumulate(self.envelope(hour) * self.weights(hour)[-1] for hour in range(self.hours)))
        marks = [round(total * share / shares[-1]) for share in shares]
        return [after - before for before, after in zip([0, *marks], marks, strict=False)]

    def _weight(self, place: Place, week: int) -> float:
        # 1970-01-01 was a Thursday: hour 0 of `week` is Thursday 00:00 UTC, so Saturday is the third day.
        local = (week + place.offset) % 168
        weekend = 48 <= local < 96
        return place.weight * awake(local) * (WEEKEND if weekend else 1.0)

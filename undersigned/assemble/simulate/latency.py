"""Percentiles of many durations in little memory: buckets that each are an eighth of a doubling wide. Pure."""

from __future__ import annotations

import math

__all__ = ["Durations"]

_PARTS = 8
_LEAST = 1e-5  # seconds


class Durations:
    """Counts durations in seconds; a percentile is right to about a tenth."""

    def __init__(self) -> None:
        """Begin with none."""
        self._buckets = [0] * (_PARTS * 40)
        self.count = 0

    def add(self, seconds: float) -> None:
        """Take one duration in."""
        place = int(_PARTS * math.log2(seconds / _LEAST)) if seconds > _LEAST else 0
        self._buckets[min(place, len(self._buckets) - 1)] += 1
        self.count += 1

    def percentile(self, part: float) -> float:
        """Give the seconds that `part` of all durations (0 to 1) did not exceed; 0 where there are none."""
        left = part * self.count
        for place, number in enumerate(self._buckets):
            left -= number
            if number and left <= 0:
                return float(_LEAST * 2 ** ((place + 0.5) / _PARTS))
        return 0.0

    def milliseconds(self) -> dict[str, float]:
        """Give the usual percentiles in milliseconds; nothing where there is no duration."""
        if not self.count:
            return {}
        parts = {"p50": 0.5, "p90": 0.9, "p99": 0.99, "p999": 0.999}
        return {name: round(1000 * self.percentile(part), 3) for name, part in parts.items()}

"""How many forms come from one domain: whether that is a reason to have them looked at, and when its name may be told.

Counted in memory, by the keyed hash that signatures carry (`cohort`), so that no domain stands here; forgotten with the
process. Nobody is refused for it. `docs/adr/0025-moderation.md` says why.
"""

from __future__ import annotations

from typing import Final

from undersigned.core.velocity import HOURLY, VELOCITY

__all__ = ["HOURLY", "VELOCITY", "Domains"]

MOST: Final = 20_000  # cohorts remembered at once; whoever falls out begins anew
_RATE: Final = HOURLY / 3600


class Domains:
    """The counters of one campaign. One event loop; times in seconds."""

    def __init__(self, most: int = MOST) -> None:
        """Begin with none."""
        self._most = most
        self._seen: dict[bytes, tuple[int, float, int]] = {}  # cohort -> (forms, tokens left, when)

    def see(self, cohort: bytes, k: int, now: int) -> tuple[bool, bool]:
        """Count one form; tell whether there were more than usual within an hour, and whether this is the k-th.

        With the k-th form of a domain its name may be told.
        """
        forms, left, at = self._seen.pop(cohort, (0, float(HOURLY), now))
        left = min(float(HOURLY), left + max(0, now - at) * _RATE)
        fast = left < 1
        self._seen[cohort] = (forms + 1, left if fast else left - 1, now)
        if len(self._seen) > self._most:
            del self._seen[next(iter(self._seen))]  # the one not seen for longest
        return fast, forms + 1 == k

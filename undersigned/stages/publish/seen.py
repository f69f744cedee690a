"""What readers have seen of a statement is not taken back by a clock that is set back."""

from __future__ import annotations

from undersigned.core.statement import Record, moments

__all__ = ["Seen"]


class Seen:
    """Remembers of each statement how far it has come. Times are seconds since 1970.

    What is kept is a time and not a version: what was released for a later hour stays hidden until it.
    """

    def __init__(self) -> None:
        """Begin having seen nothing."""
        self._last: dict[tuple[str, str], int] = {}

    def time(self, record: Record, now: int) -> int:
        """Give the time at which a statement stands: `now`, or where that is earlier, of the last change seen."""
        key = (record.campaign, record.slug)
        self._last[key] = max(self._last.get(key, 0), *(at for at in moments(record) if at <= now), 0)
        return max(now, self._last[key])

    def passed(self, record: Record, now: int) -> int:
        """Give how many of its changes have come by that time; 0 while it is hidden."""
        at = self.time(record, now)
        return sum(moment <= at for moment in moments(record))

"""From the hour that a clock on somebody's wall shows to the second that is meant."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

__all__ = ["instants"]


def instants(shown: datetime, zone: str) -> tuple[datetime, ...]:
    """Give the times in UTC at which clocks in a zone (its IANA name) show this, rising.

    One as a rule; none where clocks are put forward over it; two where they are put back and show it twice.

    Raises:
        ZoneInfoNotFoundError: there is no such zone.
    """
    place = ZoneInfo(zone)
    meant = {shown.replace(tzinfo=place, fold=fold).astimezone(UTC) for fold in (0, 1)}
    return tuple(at for at in sorted(meant) if at.astimezone(place).replace(tzinfo=None, fold=0) == shown)

"""The hour at which a statement is released: in UTC, and in the zones that its record names."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from babel.dates import format_datetime

from undersigned.core.statement import Record
from undersigned.pages.figures import Moment, moment
from undersigned.pages.words import Words

__all__ = ["Hour", "hour", "iso"]


class Hour(msgspec.Struct, frozen=True):
    """A time: its day, the time in UTC, and the same in other zones, joined by dots."""

    day: str
    at: Moment
    local: str


def hour(record: Record, said: Words) -> Hour:
    """Give the hour of a statement's first release. A zone that this machine does not know is left out."""
    first = max(record.embargo, record.versions[0].released)
    at = datetime.fromtimestamp(first, UTC)
    local = []
    for name in record.zones:
        try:
            there = format_datetime(at, "HH:mm", tzinfo=ZoneInfo(name), locale=said.locale)
        except (ZoneInfoNotFoundError, ValueError):
            continue
        local.append(f"{there} {name.rsplit('/', 1)[-1].replace('_', ' ')}")
    return Hour(said.day(first), moment(first, said), " · ".join(local))


def iso(seconds: int) -> str:
    """Write seconds since 1970 as RFC 3339 does, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

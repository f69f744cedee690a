"""The hour at which a statement is released: in UTC, and in the zones that its record names."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec
from babel import Locale
from babel.dates import format_datetime, format_skeleton

from undersigned.core.statement import Record
from undersigned.pages.figures import Moment, moment
from undersigned.pages.words import Words

__all__ = ["Hour", "hour", "iso", "local"]


class Hour(msgspec.Struct, frozen=True):
    """A time: its day, the time in UTC, and the same in other zones, joined by dots."""

    day: str
    at: Moment
    local: str


def hour(record: Record, said: Words) -> Hour:
    """Give the hour of a statement's first release. A zone that this machine does not know is left out."""
    first = max(record.embargo, record.versions[0].released)
    return Hour(said.day(first), moment(first, said), local(first, record.zones, said))


def local(seconds: int, zones: Sequence[str], said: Words) -> str:
    """Write a time (seconds since 1970) in zones by their IANA names, joined by dots."""
    return " · ".join(filter(None, (_there(seconds, name, said) for name in zones)))


def _there(seconds: int, name: str, said: Words) -> str:
    """Write the time in a zone with the city that the zone is named by, and the day where it is not that of UTC."""
    try:
        at = datetime.fromtimestamp(seconds, ZoneInfo(name))
    except (ZoneInfoNotFoundError, ValueError):
        return ""
    locale = said.locale
    time = format_datetime(at, "HH:mm", tzinfo=at.tzinfo, locale=locale)
    if at.date() != datetime.fromtimestamp(seconds, UTC).date():
        time = f"{format_skeleton('MMMd', at, tzinfo=at.tzinfo, locale=locale)}, {time}"
    return f"{said.written(time)} {_city(name, locale)}"


def _city(name: str, locale: Locale) -> str:
    known = locale.time_zones.get(name, {}).get("city")
    return str(known or name.rsplit("/", 1)[-1].replace("_", " "))


def iso(seconds: int) -> str:
    """Write seconds since 1970 as RFC 3339 does, in UTC."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

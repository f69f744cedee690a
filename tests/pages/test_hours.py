"""The hour of a statement is told in UTC and in the zones of its record, with the day where it is another."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from msgspec.structs import replace

from tests.core import statement_files as files
from undersigned.pages.hours import hour
from undersigned.pages.words import words


def _local(at: str, *zones: str, language: str = "en") -> str:
    seconds = int(datetime.fromisoformat(at).replace(tzinfo=UTC).timestamp())
    record = files.record()
    released = replace(record.versions[0], released=seconds)
    return hour(replace(record, embargo=seconds, versions=(released,), zones=zones), words(language)).local


@pytest.mark.parametrize(
    ("at", "zone", "told"),
    [
        ("2026-03-29T00:59:59", "Europe/Berlin", "01:59 Berlin"),  # the second before clocks go forward
        ("2026-03-29T01:00:00", "Europe/Berlin", "03:00 Berlin"),
        ("2026-10-25T00:30:00", "Europe/Berlin", "02:30 Berlin"),  # summer time, and an hour later again
        ("2026-10-25T01:30:00", "Europe/Berlin", "02:30 Berlin"),
        ("2026-12-01T10:00:00", "Asia/Kolkata", "15:30 Kolkata"),
        ("2026-12-01T10:00:00", "Asia/Kathmandu", "15:45 Kathmandu"),
        ("2026-12-01T10:00:00", "America/St_Johns", "06:30 St John’s"),
        ("2026-07-01T10:00:00", "America/St_Johns", "07:30 St John’s"),
        ("2026-07-01T10:00:00", "Africa/Nairobi", "13:00 Nairobi"),  # no summer time
        ("2026-12-01T20:00:00", "Asia/Kolkata", "2 Dec, 01:30 Kolkata"),  # the next day there
        ("2026-12-01T03:00:00", "America/New_York", "30 Nov, 22:00 New York"),  # the day before there
    ],
)
def test_a_zone_says_its_own_time_and_day(at: str, zone: str, told: str) -> None:
    assert _local(at, zone) == told


def test_two_zones_stand_side_by_side_and_one_that_is_unknown_is_left_out() -> None:
    told = _local("2026-12-01T10:00:00", "Europe/Berlin", "Mars/Olympus", "Asia/Gaza")
    assert told == "11:00 Berlin · 12:00 Gaza"


def test_cities_are_named_in_the_language_of_the_page() -> None:
    assert _local("2026-12-01T10:00:00", "America/New_York", language="ar").endswith("نيويورك")
    assert _local("2026-12-01T10:00:00", "Asia/Jerusalem", language="he").endswith("ירושלים")
    assert _local("2026-12-01T10:00:00", "Africa/Cairo", language="zh").endswith("开罗")

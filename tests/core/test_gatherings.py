"""A gathering is read as it was written, in order and whole; a place told on request stands in no file."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.figures import QUALIFIERS, STATUSES, Source
from undersigned.core.gatherings import KINDS, Gathering, attended, ordered, read, written
from undersigned.core.sheet import Fault

FILE = """
[[gathering]]
id = "vigil"
kind = "vigil"
zone = "Europe/Berlin"
starts = 2026-10-25T18:00:00+01:00
ends = 2026-10-25T20:00:00+01:00
announced = 2026-10-01T09:00:00Z
contact = "vigil@river.example"
title.en = "Lights for the river"
place.en = "Bridge Square"
"""
ZONES = ("Europe/Berlin", "Africa/Nairobi", "Asia/Kathmandu", "America/St_Johns", "Pacific/Auckland", "UTC")
words = st.text("ab\"'\\äع", min_size=1).map(str.strip).filter(bool)
spoken = st.dictionaries(st.sampled_from(["en", "es"]), words, min_size=1)


@st.composite
def gatherings(draw: st.DrawFn) -> Gathering:
    starts = draw(st.integers(1_790_000_000, 1_830_000_000))
    announced, zone = draw(st.integers(1_780_000_000, 1_790_000_000)), draw(st.sampled_from(ZONES))
    figure = None
    if draw(st.booleans()):
        day = datetime.fromtimestamp(starts, ZoneInfo(zone)).date().isoformat()
        qualifier, status = draw(st.sampled_from(QUALIFIERS)), draw(st.sampled_from(STATUSES))
        least = draw(st.integers(0, 10**6))
        ends = {"between": (None, least, least + 1), "none_known": (None, None, None)}
        figure = attended(qualifier, ends.get(qualifier, (least, None, None)), Source(organisation="Post"), day, status)
    return Gathering(
        id=draw(st.from_regex(r"[a-z]{1,8}", fullmatch=True)), kind=draw(st.sampled_from(KINDS)), starts=starts,
        ends=starts + draw(st.integers(60, 200_000)), zone=zone, title=draw(spoken), contact="a@river.example",
        announced=announced, changed=announced + draw(st.integers(0, 10_000)), note=draw(spoken | st.just({})),
        place=draw(spoken | st.just({})), called_off=draw(spoken | st.just({})), attendance=figure,
    )  # fmt: skip


several = st.lists(gatherings(), max_size=5, unique_by=lambda one: one.id)


@given(several)
def test_what_is_written_is_read_again(found: list[Gathering]) -> None:
    assert read(written(found), ("en", "es")) == tuple(sorted(found, key=lambda one: (one.starts, one.id)))


@given(several, st.integers(1_789_000_000, 1_831_000_000))
def test_each_is_to_come_or_over_and_both_are_in_order(found: list[Gathering], now: int) -> None:
    coming, over = ordered(found, now)
    assert sorted(one.id for one in (*coming, *over)) == sorted(one.id for one in found)
    assert [one.starts for one in coming] == sorted(one.starts for one in coming)
    assert [one.starts for one in over] == sorted((one.starts for one in over), reverse=True)
    assert all(one.ends > now for one in coming)
    assert all(one.ends <= now for one in over)


def test_a_place_told_on_request_is_nowhere() -> None:
    found = read(FILE.replace('place.en = "Bridge Square"', 'place_told = "organiser"'), ("en",))
    assert isinstance(found[0], Gathering)
    assert found[0].place == {}
    assert 'place_told = "organiser"' in written([found[0]])


def test_how_many_came_is_a_figure_with_its_source() -> None:
    more = 'attendance = { qualifier = "about", value = 300, organisation = "River Post" }\n'
    found = read(FILE + more, ("en",))
    assert isinstance(found[0], Gathering)
    assert found[0].attendance is not None
    assert (found[0].attendance.value, found[0].attendance.as_of) == (Decimal(300), "2026-10-25")
    assert ZoneInfo(found[0].zone)


@pytest.mark.parametrize(
    ("changed", "to", "what"),
    [
        ('id = "vigil"', 'id = "The vigil"', "cannot be an id"),
        ('kind = "vigil"', 'kind = "party"', "is no kind"),
        ("Europe/Berlin", "Europe/Berlim", "is no zone"),
        ("18:00:00+01:00", "18:00:00+02:00", "has not the offset of Europe/Berlin"),
        ("18:00:00+01:00", "21:00:00+01:00", "ends before it starts"),
        ("2026-10-25T18:00:00+01:00", "2026-10-25T18:00:00", "with its zone"),
        ("title.en", "title.fr", "has no “fr”"),
        ('title.en = "Lights for the river"', "", "“title” is missing"),
        ('place.en = "Bridge Square"', "", "not told at all"),
        ("place.en", 'place_told = "organiser"\nplace.en', "told on request, and stands here"),
        ("contact", "attendance = { value = 3 }\ncontact", "This is no figure"),
        ("contact", 'attendance = { qualifier = "exact", organisation = "x" }\ncontact', ""),
        ("contact", "guests = 3\ncontact", "is not known here"),
    ],
)
def test_every_mistake_is_named(changed: str, to: str, what: str) -> None:
    faults = read(FILE.replace(changed, to, 1), ("en", "es"))
    assert any(isinstance(one, Fault) and what in one.what and one.remedy for one in faults), faults

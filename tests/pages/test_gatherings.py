"""The page and the calendars agree on the hour, on both sides of a change of clocks, and hide what they have to."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from xml.etree import ElementTree

import pytest
import vobject
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.pages import sample
from tests.pages.gathered import AFTER, BEFORE, card
from undersigned.core.gatherings import Gathering
from undersigned.pages import calendars, feeds, gatherings, render
from undersigned.pages.words import LANGUAGES, words


def events(*found: Gathering, language: str = "en") -> list[Any]:
    made = calendars.calendar(card(), found, language, sample.SITE)
    assert all(len(line) <= 75 for line in made.split(b"\r\n"))
    return list(vobject.readOne(made.decode()).vevent_list)


@given(st.integers(0, 2**32), st.integers(60, 10**6))
def test_another_reader_of_calendars_finds_the_same_hours(starts: int, lasts: int) -> None:
    (event,) = events(replace(BEFORE, starts=starts, ends=starts + lasts))
    assert event.dtstart.value.timestamp() == starts
    assert event.dtend.value.timestamp() == starts + lasts


def test_six_in_the_evening_is_six_in_the_evening_in_summer_and_in_winter() -> None:
    summer, winter = events(BEFORE, AFTER)
    assert summer.dtstart.value == datetime(2026, 10, 24, 16, tzinfo=UTC)
    assert winter.dtstart.value == datetime(2026, 12, 25, 17, tzinfo=UTC)
    page = gatherings.gatherings(card(), "en", sample.SITE, sample.AS_OF)
    assert "24 October 2026, 18:00 – 20:00" in page
    assert "25 December 2026, 18:00 – 20:00" in page
    assert 'datetime="2026-12-25T18:00:00+01:00"' in page
    assert 'datetime="2026-12-25T17:00:00Z"' in page


def test_an_event_keeps_its_name_and_the_same_gathering_gives_the_same_bytes() -> None:
    moved = replace(AFTER, starts=AFTER.starts + 3600, ends=AFTER.ends + 3600, changed=AFTER.changed + 60)
    before, after = events(AFTER)[0], events(moved)[0]
    assert before.uid.value == after.uid.value == events(AFTER, language="ar")[0].uid.value
    assert int(after.sequence.value) > int(before.sequence.value)
    assert after.dtstamp.value.timestamp() == moved.changed
    first, again = (calendars.calendar(card(), [AFTER], "en", sample.SITE) for _ in range(2))
    assert first == again


def test_words_of_others_stay_words() -> None:
    assert events(BEFORE)[0].summary.value == "Sign at the market; bring, friends"
    (event,) = events(replace(AFTER, note={"en": "A\r\nATTENDEE:mailto:amal@example.org"}))
    assert not hasattr(event, "attendee")


def test_a_place_told_on_request_has_no_location_but_whom_to_ask() -> None:
    (event,) = events(AFTER)
    assert not hasattr(event, "location")
    assert "on request: vigil@library.example" in event.description.value


def test_what_was_called_off_stays_with_its_reason() -> None:
    event = events(card().gatherings[2])[0]
    assert event.status.value == "CANCELLED"
    assert "The hall is shut." in event.description.value


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_gathering_goes_from_those_to_come_to_those_past(language: str) -> None:
    only = replace(card(), gatherings=(BEFORE,))
    before = gatherings.gatherings(only, language, sample.SITE, BEFORE.ends - 1)
    after = gatherings.gatherings(only, language, sample.SITE, BEFORE.ends)
    assert "stall.ics" in before
    assert "Town Post" not in before
    assert "stall.ics" not in after
    assert 'href="https://post.example/stall"' in after
    assert words(language).gettext("reported") in after
    assert "300" in re.sub(r"<[^>]+>", "", after) or language in ("ar", "hi")


def test_the_petition_leads_there_only_where_there_are_any() -> None:
    assert "/gatherings/" in render.petition(card(), "en", sample.counts(), sample.SITE)
    assert "/gatherings/" not in render.petition(sample.card(), "en", sample.counts(), sample.SITE)


def test_the_feed_holds_each_and_says_what_was_called_off() -> None:
    root = ElementTree.fromstring(feeds.atom(gatherings.feed(card(), "en", sample.SITE)))
    titles = [one.text or "" for one in root.iter("{http://www.w3.org/2005/Atom}title")][1:]
    assert sorted(titles) == [
        "Called off: Lights for the library", "Lights for the library", "Sign at the market; bring, friends",
    ]  # fmt: skip

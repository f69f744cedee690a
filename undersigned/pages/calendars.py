"""Gatherings as calendars (RFC 5545): one event in a file of its own, or all of a campaign, to subscribe to.

Times are written in UTC, which needs no table of zones and is the same in every calendar. The UID never changes, and
DTSTAMP is when the gathering was last changed, so that the same gathering gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

from icalendar import Calendar, Event

from undersigned.core.campaign import Card
from undersigned.core.gatherings import Gathering
from undersigned.pages.gatherings import place, spoken
from undersigned.pages.marked import sentence
from undersigned.pages.views import Site
from undersigned.pages.words import words_of

__all__ = ["calendar"]

_BEGIN = 1_577_836_800  # 2020: SEQUENCE counts the minutes from here, so that it only ever rises
_REFRESH = timedelta(hours=1)


def calendar(card: Card, gatherings: Sequence[Gathering], language: str, site: Site) -> bytes:
    """Give a calendar of these gatherings, in a language of the campaign."""
    said = words_of(card, language)
    made = Calendar()
    made.add("prodid", "-//Undersigned//Gatherings//EN")
    made.add("version", "2.0")
    made.add("x-wr-calname", f"{card.texts[language].title}: {said.gettext('Gatherings')}")
    made.add("refresh-interval", _REFRESH, parameters={"value": "DURATION"})
    for one in gatherings:
        made.add_component(_event(card, one, language, site))
    return bytes(made.to_ical())


def _event(card: Card, one: Gathering, language: str, site: Site) -> Event:
    title, spoken_in = spoken(one.title, language, card)
    note, _ = spoken(one.note, language, card)
    reason, _ = spoken(one.called_off, language, card)
    said = words_of(card, language)
    where, mark = place(one, said, language, card), sentence(card, site, said)
    event = Event()
    event.add("uid", f"{card.campaign}.{one.id}@{urlsplit(site.url).hostname}")
    event.add("dtstamp", _utc(one.changed))
    event.add("created", _utc(one.announced))
    event.add("last-modified", _utc(one.changed))
    event.add("sequence", max(0, (one.changed - _BEGIN) // 60))
    event.add("dtstart", _utc(one.starts))
    event.add("dtend", _utc(one.ends))
    event.add("summary", title, parameters={"language": spoken_in})
    event.add("description", "\n\n".join(filter(None, (mark, reason, note, "" if one.place else where, one.contact))))
    if one.place:
        event.add("location", where)
    event.add("url", f"{site.url}/c/{card.campaign}/{language}/gatherings/#{one.id}")
    event.add("status", "CANCELLED" if one.called_off else "CONFIRMED")
    return event


def _utc(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)

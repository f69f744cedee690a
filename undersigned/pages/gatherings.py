"""The page of a campaign's gatherings: those to come, the next one first, and below them those that are over."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_time, get_timezone_gmt, get_timezone_location

from undersigned.core.campaign import Card
from undersigned.core.gatherings import Gathering, ordered
from undersigned.pages import quantities
from undersigned.pages.feeds import Entry, Feed
from undersigned.pages.figures import moment
from undersigned.pages.marked import marks, sentence
from undersigned.pages.render import page
from undersigned.pages.views import Site
from undersigned.pages.words import ENDONYMS, Words, direction, words_of

__all__ = ["feed", "gatherings", "place", "spoken"]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


KINDS = {"vigil": _("Vigil"), "handover": _("Handover"), "stall": _("Stall"), "meeting": _("Meeting")}


def gatherings(card: Card, language: str, site: Site, now: int) -> str:
    """Give the page at `now`, in seconds since 1970, in a language of the campaign."""
    said = words_of(card, language)
    coming, over = ordered(card.gatherings, now)
    base = f"/c/{card.campaign}/{language}"
    return page(
        "gatherings.html",
        said,
        site,
        card=card,
        text=card.texts[language],
        switch=[
            {"language": one, "name": ENDONYMS[one], "href": f"/c/{card.campaign}/{one}/gatherings/",
             "current": one == language}
            for one in card.languages
        ],
        base=base,
        address=f"{site.url}{base}/gatherings/",
        coming=[_shown(one, said, language, card) for one in coming],
        over=[_shown(one, said, language, card) for one in over],
    )  # fmt: skip


def spoken(said: Mapping[str, str], language: str, card: Card) -> tuple[str, str]:
    """Give the words in that language, or in the first one of the campaign that has them, and which one it is."""
    found = next((one for one in (language, *card.languages) if one in said), language)
    return said.get(found, ""), found


def place(one: Gathering, said: Words, language: str, card: Card) -> str:
    """Give the place, or who tells it."""
    if one.place:
        return spoken(one.place, language, card)[0]
    return said.gettext("The organiser tells the place on request: %(contact)s") % {"contact": one.contact}


def feed(card: Card, language: str, site: Site) -> Feed:
    """Give what was announced, the newest first, to follow; a change and a calling off change its entry."""
    home = f"{site.url}/c/{card.campaign}/{language}/gatherings/"
    title = f"{card.texts[language].title}: {words_of(card, language).gettext('Gatherings')}"
    newest = sorted(card.gatherings, key=lambda one: (-one.announced, one.id))
    entries = tuple(_entry(one, language, card, site, home) for one in newest[:50])
    return Feed(f"{home[:-1]}.atom", home, title, language, card.opens, entries)


def _entry(one: Gathering, language: str, card: Card, site: Site, home: str) -> Entry:
    said = words_of(card, language)
    title, reason = spoken(one.title, language, card)[0], spoken(one.called_off, language, card)[0]
    off = f"{said.gettext('Called off')}: {reason}" if reason else ""
    when = f"{said.moment(one.starts)} ({_local(one, said)})"
    note, _ = spoken(one.note, language, card)
    parts = (sentence(card, site, said), off, when, place(one, said, language, card), note)
    return Entry(
        address=f"{home}#{one.id}", title=f"{said.gettext('Called off')}: {title}" if off else title,
        summary=off or when, parts=parts, published=one.announced, updated=one.changed,
        author=card.texts[language].organiser, marks=tuple(marks(card, site)),
    )  # fmt: skip


def _local(one: Gathering, said: Words) -> str:
    """Write begin and end on the gathering's own clock, with the place that the clock is called after."""
    zone = ZoneInfo(one.zone)
    starts, ends = (datetime.fromtimestamp(at, zone) for at in (one.starts, one.ends))
    first, last = (format_time(at, "short", tzinfo=zone, locale=said.locale) for at in (starts, ends))
    if starts.date() != ends.date():
        last = f"{format_date(ends, 'long', locale=said.locale)}, {last}"
    city = get_timezone_location(zone, locale=said.locale, return_city=True)
    clock = f"{city}, {get_timezone_gmt(starts, locale=said.locale)}"
    return said.written(f"{format_date(starts, 'long', locale=said.locale)}, {first} – {last} ({clock})")


def _shown(one: Gathering, said: Words, language: str, card: Card) -> dict[str, Any]:
    figure = one.attendance
    return {
        "id": one.id,
        "kind": said.gettext(KINDS[one.kind]),
        "title": _words(one.title, language, card),
        "note": _words(one.note, language, card),
        "place": _words(one.place, language, card),
        "contact": one.contact,
        "called_off": _words(one.called_off, language, card),
        "local": _local(one, said),
        "iso": datetime.fromtimestamp(one.starts, ZoneInfo(one.zone)).isoformat(),
        "utc": moment(one.starts, said),
        "source": figure.source if figure else None,
        "people": quantities.quantity(figure, language, said.digits) if figure else "",
        "status": said.gettext(quantities.STATUSES[figure.status]) if figure else "",
    }


def _words(said: Mapping[str, str], language: str, card: Card) -> dict[str, str]:
    found, which = spoken(said, language, card)
    return {"words": found, "language": which, "direction": direction(which)}

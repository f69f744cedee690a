"""What the page of numbers shows: where signatures stand, the days, the countries, and how to quote it all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any, TypeAlias

import msgspec
from babel.dates import format_date
from markupsafe import Markup

from undersigned.core import countries
from undersigned.core.campaign import Card, Text
from undersigned.core.counts import Counts
from undersigned.pages import charts, drawing
from undersigned.pages.citing import tex
from undersigned.pages.figures import Row
from undersigned.pages.marked import marks, sentence
from undersigned.pages.views import Site, Snapshot
from undersigned.pages.words import Words, words_of

__all__ = ["Drawn", "alone", "bibtex", "captioned", "csl", "drawings", "stands", "values"]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


#: (key of the funnel, what it is called). What a campaign never had is left out.
_FUNNEL = (
    ("started", _("Forms sent in")),
    ("waiting", _("Waiting for their signers to confirm")),
    ("expired", _("Not confirmed in time")),
    ("duplicate", _("Confirmed by an address that had signed before")),
    ("review", _("Under review, and not counted meanwhile")),
    ("refused", _("Refused by the holder of the address")),
    ("erased", _("Erased by their signers")),
    ("bounced", _("Letters that could not be delivered")),
)
_CURVE, _WORLD = _("Signatures that stand at the end of each day"), _("Signatures by country or territory")
_ISOLATE, _END = "\u2068", "\u2069"  # between them words keep their own direction, whatever stands beside them
_NAMED = 5  # countries that are named in the words for those who do not see the drawing
#: The curve of the days, and the bubbles of the countries.
Drawn: TypeAlias = tuple[drawing.Drawing, drawing.Drawing]

MONTHS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]


def values(
    card: Card,
    text: Text,
    counts: Counts,
    said: Words,
    site: Site,
    kept: Snapshot | None,
    drawn: Drawn,
    pictured: bool = False,
) -> dict[str, Any]:
    """Give what the template is filled with.

    `kept` is the newest snapshot, which is the one to quote; `pictured` says whether the drawings lie there as PNG.
    """
    curve, world = drawn
    return {
        "stands": stands(counts, said),
        "days": _days(counts, said),
        "curve": Markup(drawing.inline(curve)),
        "world": Markup(drawing.inline(world)),
        "pictured": pictured,
        "cite": _cite(card, text, said, site, kept) if kept else None,
    }


def drawings(card: Card, language: str, counts: Counts, site: Site) -> Drawn:
    """Give the curve of the days and the bubbles of the countries in that language."""
    text = card.texts[card.language(language)]
    said = words_of(card, text.language)
    title = _alt(said.gettext(_CURVE), text, counts, said)
    days = charts.standing_by_day(counts.days)
    curve = charts.curve(days, title, lambda n: said.number(int(n)), lambda day: _short_day(day, said))
    most = [f"{_name(code, said, site)}: {said.number(n)}" for code, n in charts.largest(counts, _NAMED)]
    title = " · ".join((_alt(said.gettext(_WORLD), text, counts, said), *most))
    world = charts.world(counts, title, lambda code: _name(code, said, site), lambda n: said.number(int(n)))
    return curve.mirrored() if said.direction == "rtl" else curve, world


def alone(card: Card, language: str, site: Site, drawn: Drawn) -> Drawn:
    """Give both drawings as files of their own: of a demonstration they say so."""
    said = words_of(card, card.language(language))
    mark = sentence(card, site, said)
    curve, world = drawn
    right = said.direction == "rtl"
    return (curve.noted(mark, right), world.noted(mark, right)) if mark else drawn


def captioned(card: Card, language: str, counts: Counts, site: Site) -> Drawn:
    """Give both drawings as they stand alone: with what they show, of which petition, as of when, and from where."""
    text = card.texts[card.language(language)]
    said = words_of(card, text.language)
    curve, world = drawings(card, language, counts, site)
    told = (_as_of(counts, said), f"{site.url}/c/{card.campaign}/", sentence(card, site, said))
    below = " · ".join(f"{_ISOLATE}{one}{_END}" for one in told if one)
    right = said.direction == "rtl"
    return (
        curve.captioned(said.gettext(_CURVE), text.title, below, right),
        world.captioned(said.gettext(_WORLD), text.title, below, right),
    )


def _alt(what: str, text: Text, counts: Counts, said: Words) -> str:
    """Say what a drawing shows, for those who do not see it; all of it stands in a table as well."""
    number = said.ngettext("%(number)s signature", "%(number)s signatures", counts.standing)
    return f"{what} · {text.title} · {number % {'number': said.number(counts.standing)}} · {_as_of(counts, said)}"


def _as_of(counts: Counts, said: Words) -> str:
    return said.gettext("As of %(moment)s") % {"moment": said.moment(counts.as_of)}


def _name(code: str, said: Words, site: Site) -> str:
    return countries.name(code, said.language, site.country_names)


def _short_day(day: date, said: Words) -> str:
    return said.written(format_date(day, "medium", locale=said.locale))


def stands(counts: Counts, said: Words) -> Sequence[Row]:
    """Give the funnel: what has become of every form that was sent in."""
    rows = [
        Row(said.gettext("Counted now"), said.number(counts.standing)),
        Row(said.gettext("Ever confirmed"), said.number(counts.collected)),
        Row(said.gettext("Taken back by their signers"), said.number(counts.withdrawn)),
        Row(said.gettext("Struck out by the organiser"), said.number(counts.struck)),
    ]
    found = [(label, counts.funnel.get(key, 0)) for key, label in _FUNNEL]
    return [*rows, *(Row(said.gettext(label), said.number(n)) for label, n in found if n)]


def _days(counts: Counts, said: Words) -> Sequence[tuple[str, str, str]]:
    """Give (day, new that day, standing at its end), the newest first."""
    standing = charts.standing_by_day(counts.days)
    rows = [
        (_short_day(day, said), said.number(one.collected), said.number(total))
        for one, (day, total) in zip(counts.days, standing, strict=True)
    ]
    return rows[::-1]


def _cite(card: Card, text: Text, said: Words, site: Site, kept: Snapshot) -> dict[str, str]:
    return {
        "number": said.number(kept.count),
        "moment": said.moment(kept.as_of),
        "address": address(card, site, kept),
        "bibtex": bibtex(card, text, site, kept),
        "csl": csl(card, text, site, kept),
    }


def address(card: Card, site: Site, kept: Snapshot) -> str:
    """Give the permanent address of a snapshot."""
    return f"{site.url}/c/{card.campaign}/at/{kept.size}.json"


def bibtex(card: Card, text: Text, site: Site, kept: Snapshot) -> str:
    """Give the entry for BibTeX of a snapshot."""
    at = datetime.fromtimestamp(kept.as_of, UTC)
    fields = {
        "author": "{" + tex(text.organiser) + "}",
        "title": "{" + tex(text.title) + "}",
        "year": str(at.year),
        "month": MONTHS[at.month - 1],
        "note": "{" + tex(_note(card, site, kept, at)) + "}",
        "url": "{" + address(card, site, kept) + "}",
    }  # fmt: skip
    body = ",\n".join(f"  {name} = {value}" for name, value in fields.items())
    return f"@misc{{{card.campaign}-{kept.size},\n{body}\n}}"


def csl(card: Card, text: Text, site: Site, kept: Snapshot) -> str:
    """Give the entry in CSL-JSON (Citation Style Language 1.0.2) of a snapshot."""
    at = datetime.fromtimestamp(kept.as_of, UTC)
    entry = {
        "id": f"{card.campaign}-{kept.size}",
        "type": "dataset",
        "title": text.title,
        "author": [{"literal": text.organiser}],
        "issued": {"date-parts": [[at.year, at.month, at.day]]},
        "URL": address(card, site, kept),
        "note": _note(card, site, kept, at),
    }
    return msgspec.json.format(msgspec.json.encode([entry]), indent=1).decode()


def _note(card: Card, site: Site, kept: Snapshot, at: datetime) -> str:
    mark = "".join(f"{name}: " for name in marks(card, site))
    return f"{mark}{kept.count} signatures as of {at:%Y-%m-%d %H:%M} UTC, log size {kept.size}, root {kept.root}"

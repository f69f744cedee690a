"""What is asked, of whom and by when, in the words of the page; and the goals that were moved."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from markupsafe import Markup

from undersigned.core import countries
from undersigned.core.campaign import Card, Text
from undersigned.core.demands import INTERNATIONAL, Addressee
from undersigned.pages.views import Site
from undersigned.pages.words import Words

__all__ = ["demands", "goals"]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


_KINDS = {"person": _("person"), "office": _("office"), "body": _("body")}
_INTERNATIONAL = _("international")


def demands(card: Card, text: Text, said: Words, site: Site) -> Sequence[Mapping[str, str]]:
    """Give each demand with those it is asked of, and by when."""
    known = {one.id: one for one in card.addressees}
    return [
        {
            "id": one.id,
            "sentence": text.demands[one.id],
            "addressees": Markup(" · ").join(
                _addressee(text, key, known.get(key), said, site) for key in one.addressees
            ),
            "deadline": _day(one.deadline, said),
        }
        for one in card.demands
    ]


def _addressee(text: Text, key: str, known: Addressee | None, said: Words, site: Site) -> Markup:
    """Give a name, linked to where its holder is reached, with what it is and where it decides."""
    name = Markup.escape(text.addressees[key])
    if known is None:
        return name
    if known.contact:
        address = known.contact if known.contact.startswith("https://") else f"mailto:{known.contact}"
        name = Markup('<a href="{}" rel="noreferrer nofollow">{}</a>').format(address, name)
    place = said.gettext(_INTERNATIONAL) if known.jurisdiction == INTERNATIONAL else ""
    if known.jurisdiction and not place:
        place = countries.name(known.jurisdiction, said.language, site.country_names)
    facts = [said.gettext(_KINDS[known.kind]), *([place] if place else [])]
    return Markup("{} ({})").format(name, ", ".join(facts))


def goals(card: Card, said: Words) -> Sequence[Mapping[str, str]]:
    """Give every change of the goals, the latest first; its reason in the page's language, or in the first one."""
    return [
        {
            "at": said.day(one.at), "before": _numbers(one.before, said), "after": _numbers(one.after, said),
            "arrow": "←" if said.direction == "rtl" else "→",  # no sign is mirrored by itself
            "reason": one.reasons.get(said.language, one.reason),
            "language": said.language if said.language in one.reasons else card.languages[0],
        }
        for one in reversed(card.goal_changes)
    ]  # fmt: skip


def _numbers(numbers: Sequence[int], said: Words) -> str:
    return " · ".join(map(said.number, numbers)) or "–"


def _day(day: str, said: Words) -> str:
    return said.day(int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())) if day else ""

"""What pages call the parts of a text."""

from __future__ import annotations

from django import template
from django.utils.translation import gettext as _

__all__ = ["part", "register"]

register = template.Library()


@register.filter
def part(key: str, place: int = 0) -> str:
    """Give the name of the part with this key, in the language of the page; a key that has none stands as it is.

    A paragraph is called by its `place` among the paragraphs of its text, from 1 on; the number in its key is
    its identity, and says nothing to a reader. One without a place stands in the text no more.
    """
    fixed = {
        "title": _("Title"),
        "summary": _("Summary"),
        "organiser": _("Who calls for it"),
        "consent.processing": _("Consent to signing"),
        "consent.updates": _("Consent to news"),
        "headline": _("Headline"),
        "dateline": _("Place, as the dateline has it"),
        "contact": _("Contact for the press"),
        "photo.alt": _("Picture: alternative text"),
        "photo.credit": _("Picture: credit"),
        "photo.caption": _("Picture: caption"),
        "photo.place": _("Picture: place"),
        "photo.warning": _("Picture: content warning"),
    }
    kind = key.partition(".")[0]
    if kind == "body":
        return _("Paragraph %(number)s") % {"number": place} if place else _("A paragraph of before")
    return fixed.get(key) or _kinds().get(kind, key)


def _kinds() -> dict[str, str]:
    """Give the names of parts of which there are several."""
    return {
        "demand": _("Demand"), "addressee": _("Asked of"), "quote": _("Quote"), "role": _("Role"),
        "organisation": _("Organisation"), "label": _("What it counts, in words"), "unit": _("Unit"),
        "population": _("Population"), "method": _("Method"), "caveat": _("Caveat"), "attribution": _("Attribution"),
        "note": _("Notes to editors"), "goal": _("Why the goals were changed"),
        "alt": _("Picture: alternative text"), "caption": _("Picture: caption"),
        "credit": _("Picture: credit"), "warning": _("Picture: content warning"),
    }  # fmt: skip

"""What oEmbed 1.0 tells about a petition: a link, or the form in a frame where the campaign allows it."""

from __future__ import annotations

from html import escape
from typing import Any
from xml.etree import ElementTree

from undersigned.core.campaign import Card
from undersigned.pages.figures import count_forms
from undersigned.pages.marked import marks
from undersigned.pages.views import Site
from undersigned.pages.words import words_of

__all__ = ["HEIGHT", "WIDTH", "described", "frame", "xml"]

# CSS pixels of the frame, where the asker names no limit. So high is the form with all its fields: a frame learns
# nothing of what is in it, and cannot grow.
WIDTH, HEIGHT = 600, 1300
LEAST = 280


def described(card: Card, language: str, site: Site, most: tuple[int, int] = (WIDTH, HEIGHT)) -> dict[str, Any]:
    """Give the response for the petition page in that language; the frame is at most `most` (width, height) large.

    Ours are, for the web component: `forms`, the words of the count in each plural form of CLDR, with {} for the
    number; `locale` (BCP 47) and `pattern` ({1} for the day, {0} for the time) to write numbers and times by, as the
    petition's pages do; `as_of`, the words around a time, with {} for it; and `sign`, the words of a button.
    """
    text = card.texts[language]
    page = f"{site.url}/c/{card.campaign}/{language}/"
    said = words_of(card, language)
    facts: dict[str, Any] = {
        "version": "1.0",
        "type": "rich" if card.embed else "link",
        "title": text.title,
        "author_name": text.organiser,
        "author_url": page,
        "provider_name": "Undersigned",
        "provider_url": f"{site.url}/",
        "cache_age": 300,
        "language": language,
        "count_url": f"{site.url}/c/{card.campaign}/count.json",
        "forms": count_forms(said),
        "locale": said.tag,
        "pattern": said.pattern,
        "as_of": said.gettext("As of %(moment)s") % {"moment": "{}"},
        "sign": said.gettext("Sign here"),
        **marks(card, site),
    }
    if not card.embed:
        return facts
    width, height = (max(LEAST, min(limit, wanted)) for limit, wanted in zip(most, (WIDTH, HEIGHT), strict=True))
    return facts | {"html": frame(page, text.title, width, height), "width": width, "height": height}


def frame(page: str, title: str, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Give the HTML of a frame with the form of the petition page at that address; it shrinks to what is around it."""
    return (
        f'<iframe src="{escape(page)}embed/" title="{escape(title)}" width="{width}" height="{height}" '
        'style="max-width: 100%; border: 0" loading="lazy" referrerpolicy="no-referrer"></iframe>'
    )


def xml(facts: dict[str, Any]) -> bytes:
    """Give the same as XML, as oEmbed 2.3.2 lays it out."""
    root = ElementTree.Element("oembed")
    for name, value in facts.items():
        if not isinstance(value, dict):
            ElementTree.SubElement(root, name).text = "true" if value is True else str(value)
    said: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return said

"""What oEmbed 1.0 tells about a petition: a link, or the form in a frame where the campaign allows it."""

from __future__ import annotations

from html import escape
from typing import Any
from xml.etree import ElementTree

from undersigned.core.campaign import Card
from undersigned.pages.figures import count_forms
from undersigned.pages.views import Site
from undersigned.pages.words import words

__all__ = ["HEIGHT", "WIDTH", "described", "xml"]

WIDTH, HEIGHT = 600, 900  # CSS pixels of the frame, where the asker names no limit
LEAST = 280


def described(card: Card, language: str, site: Site, most: tuple[int, int] = (WIDTH, HEIGHT)) -> dict[str, Any]:
    """Give the response for the petition page in that language; the frame is at most `most` (width, height) large.

    `forms` is ours: the words of the count in each plural form of CLDR, `{}` where the number goes.
    """
    text = card.texts[language]
    page = f"{site.url}/c/{card.campaign}/{language}/"
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
        "forms": count_forms(words(language)),
    }
    if not card.embed:
        return facts
    width, height = (max(LEAST, min(limit, wanted)) for limit, wanted in zip(most, (WIDTH, HEIGHT), strict=True))
    frame = f'<iframe src="{page}embed/" title="{escape(text.title)}" width="{width}" height="{height}"'
    html = f'{frame} loading="lazy" referrerpolicy="no-referrer"></iframe>'
    return facts | {"html": html, "width": width, "height": height}


def xml(facts: dict[str, Any]) -> bytes:
    """Give the same as XML, as oEmbed 2.3.2 lays it out."""
    root = ElementTree.Element("oembed")
    for name, value in facts.items():
        if not isinstance(value, dict):
            ElementTree.SubElement(root, name).text = str(value)
    said: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return said

"""Statements to follow: Atom (RFC 4287) and JSON Feed 1.1. A feed stands from the first day, also while it is empty.

A correction changes `updated` and says what changed. A statement that was withdrawn stays as an entry that says why.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree

import msgspec
from markupsafe import Markup, escape

from undersigned.core.campaign import Card
from undersigned.core.statement import Record
from undersigned.pages.hours import iso
from undersigned.pages.marked import marks, sentence
from undersigned.pages.shown import Shown
from undersigned.pages.statement_text import corrected, paragraphs, since_then
from undersigned.pages.views import Site
from undersigned.pages.words import words_of

__all__ = ["Entry", "Feed", "atom", "entry", "gone", "json_feed"]

_ATOM = "http://www.w3.org/2005/Atom"
_BREAK = Markup("<br>")
_XML = "http://www.w3.org/XML/1998/namespace"


class Entry(msgspec.Struct, frozen=True):
    """One statement in a feed. Times in seconds since 1970."""

    address: str  # of its page: also the entry's id, which stays the same whatever happens to the statement
    title: str
    summary: str
    parts: tuple[str, ...]  # paragraphs of plain words
    published: int
    updated: int
    author: str
    image: str = ""  # address of the share image
    marks: tuple[str, ...] = ()  # that it is a demonstration's, or simulated; the first part says it in words


class Feed(msgspec.Struct, frozen=True):
    """A feed in one language."""

    address: str  # of the Atom file; the JSON Feed lies beside it
    home: str  # address of the page that it belongs to
    title: str
    language: str
    since: int  # when it was begun: its date while it has no entry
    entries: tuple[Entry, ...]  # the newest first


def entry(shown: Shown) -> Entry:
    """Give a statement as an entry."""
    said = shown.said
    changed = [f"{said.gettext('Corrections')}\n{one}" for one in corrected(shown)]
    newer = [f"{said.gettext('Since then')}\n{one}" for one in since_then(shown)]
    return Entry(
        address=shown.address, title=shown.headline, summary=shown.summary,
        parts=(*filter(None, [shown.mark]), *changed, *paragraphs(shown), *newer),
        published=shown.published, updated=shown.modified, author=shown.text.organiser,
        image=f"{shown.address}{shown.image}" if shown.image else "", marks=tuple(marks(shown.card, shown.site)),
    )  # fmt: skip


def gone(record: Record, language: str, card: Card, site: Site) -> Entry:
    """Give what stands for a statement that was withdrawn: that, and why.

    Raises:
        ValueError: it was not withdrawn.
    """
    if record.withdrawn is None:
        raise ValueError("a statement that stands is an entry of its own")
    why, _ = record.withdrawn.reason(language, record.versions[-1].statement.languages[0])
    said = words_of(card, language)
    return Entry(
        address=f"{site.url}/s/{record.campaign}/{record.slug}/{language}/",
        title=said.gettext("This statement was withdrawn"), summary=why,
        parts=(*filter(None, [sentence(card, site, said)]), why),
        published=max(record.embargo, record.versions[0].released),
        updated=max(record.embargo, record.withdrawn.at), author=card.texts[card.language(language)].organiser,
        marks=tuple(marks(card, site)),
    )  # fmt: skip


def atom(feed: Feed) -> bytes:
    """Write the feed as Atom."""
    ElementTree.register_namespace("", _ATOM)
    root = ElementTree.Element(f"{{{_ATOM}}}feed", {f"{{{_XML}}}lang": feed.language})
    _put(root, "id", feed.address)
    _put(root, "title", feed.title)
    _put(root, "updated", iso(max([feed.since, *(one.updated for one in feed.entries)])))
    _put(root, "link", rel="self", type="application/atom+xml", href=feed.address)
    _put(root, "link", rel="alternate", type="text/html", href=feed.home)
    for one in feed.entries:
        _atom_entry(ElementTree.SubElement(root, f"{{{_ATOM}}}entry"), one)
    ElementTree.indent(root, " ")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"


def _atom_entry(node: ElementTree.Element, one: Entry) -> None:
    _put(node, "id", one.address)
    _put(node, "title", one.title)
    _put(node, "published", iso(one.published))
    _put(node, "updated", iso(one.updated))
    _put(ElementTree.SubElement(node, f"{{{_ATOM}}}author"), "name", one.author)
    _put(node, "link", rel="alternate", type="text/html", href=one.address)
    if one.image:
        _put(node, "link", rel="enclosure", type="image/png", href=one.image)
    for mark in one.marks:
        _put(node, "category", term=mark)
    _put(node, "summary", one.summary)
    _put(node, "content", _html(one), type="html")


def _put(node: ElementTree.Element, name: str, words: str = "", **attributes: str) -> None:
    ElementTree.SubElement(node, f"{{{_ATOM}}}{name}", attributes).text = words or None


def json_feed(feed: Feed) -> bytes:
    """Write the feed as JSON Feed 1.1."""
    whole = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.home,
        "feed_url": f"{feed.address.removesuffix('.atom')}.json",
        "language": feed.language,
        "items": [_item(one, feed.language) for one in feed.entries],
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode() + b"\n"


def _item(one: Entry, language: str) -> dict[str, Any]:
    item: dict[str, Any] = {
        "id": one.address, "url": one.address, "title": one.title, "summary": one.summary,
        "content_text": "\n\n".join(one.parts), "content_html": _html(one), "language": language,
        "date_published": iso(one.published), "date_modified": iso(one.updated), "authors": [{"name": one.author}],
    }  # fmt: skip
    item |= {"image": one.image} if one.image else {}
    return item | ({"tags": list(one.marks)} if one.marks else {})


def _html(one: Entry) -> str:
    return "".join(f"<p>{_BREAK.join(part.split(chr(10)))}</p>" for part in map(escape, one.parts) if part)

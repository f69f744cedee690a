"""The sitemap: every petition and every statement that can be seen, each in all its languages (sitemaps.org 0.9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

import msgspec

from undersigned.pages.hours import iso

__all__ = ["Place", "sitemap"]

_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_XHTML = "http://www.w3.org/1999/xhtml"


class Place(msgspec.Struct, frozen=True):
    """A page in all its languages: language -> address; the first is the one taken where nothing fits."""

    pages: Mapping[str, str]
    changed: int = 0  # seconds since 1970; 0 where it is not said


def sitemap(places: Sequence[Place]) -> bytes:
    """Write the sitemap."""
    ElementTree.register_namespace("", _SITEMAP)
    ElementTree.register_namespace("xhtml", _XHTML)
    root = ElementTree.Element(f"{{{_SITEMAP}}}urlset")
    for place in places:
        for address in place.pages.values():
            node = ElementTree.SubElement(root, f"{{{_SITEMAP}}}url")
            ElementTree.SubElement(node, f"{{{_SITEMAP}}}loc").text = address
            if place.changed:
                ElementTree.SubElement(node, f"{{{_SITEMAP}}}lastmod").text = iso(place.changed)
            for language, other in place.pages.items():
                attributes = {"rel": "alternate", "hreflang": language, "href": other}
                ElementTree.SubElement(node, f"{{{_XHTML}}}link", attributes)
    ElementTree.indent(root, " ")
    written: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return written + b"\n"

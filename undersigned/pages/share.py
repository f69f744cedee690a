"""What the pages for telling others show: links, texts to copy, a QR code, a poster and a sheet to sign on paper.

Nothing of it asks another host for anything until somebody follows a link. A source code of the campaign can stand
in the address that all of it leads to; it says by which poster somebody came, never who.
"""

from __future__ import annotations

import io
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from undersigned.core.campaign import Card, Text
from undersigned.core.sources import PARAMETER
from undersigned.pages import sharing
from undersigned.pages.views import Site

if TYPE_CHECKING:
    from segno import QRCode

__all__ = ["ROWS", "address", "qr_file", "values"]

ROWS = 11  # lines of a paper sheet


def address(card: Card, text: Text, site: Site, source: str = "") -> str:
    """Give the address of the petition page, with the code of a source where one is given."""
    page = f"{site.url}/c/{card.campaign}/{text.language}/"
    return f"{page}?{PARAMETER}={source}" if source else page


def values(card: Card, text: Text, site: Site, source: str = "") -> dict[str, Any]:
    """Give what the three templates are filled with."""
    link = address(card, text, site, source)
    return {
        "link": link,
        "shown": link.split("://", 1)[1],
        "qr": Markup(_qr(link).svg_inline(omitsize=True, svgclass="qr", lineclass=None, border=4, light="#fff")),
        "shares": sharing.links(text.title, link),
        "source": source,
        "query": f"?{PARAMETER}={source}" if source else "",
        "rows": range(1, ROWS + 1),
    }


def qr_file(link: str, kind: str) -> bytes:
    """Give the QR code of an address as a file: `svg`, or `png` with 12 pixels a module.

    Error correction M (15 %), a quiet zone of 4 modules: ISO/IEC 18004.
    """
    drawn = io.BytesIO()
    _qr(link).save(drawn, kind=kind, scale=12, border=4, light="#fff")
    return drawn.getvalue()


@lru_cache(maxsize=4)  # three pages and two files of one language, written one after the other, have the same code
def _qr(link: str) -> QRCode:
    import segno  # here, so that a door that never draws a code does not hold the library

    return segno.make(link, error="m", micro=False)

"""What a share image says: the picture of 1200 x 630 that stands beside a link to a statement, in one language."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

import msgspec

from undersigned.pages.hours import hour
from undersigned.pages.shown import Shown

__all__ = ["HEIGHT", "WIDTH", "Cover", "alt", "cover", "name"]

WIDTH, HEIGHT = 1200, 630
DESIGN = 2  # raised when the drawing changes, so that pictures get new names


class Cover(msgspec.Struct, frozen=True):
    """The words of a share image."""

    language: str
    direction: str
    kicker: str  # who speaks
    headline: str
    foot: str  # where and when
    host: str
    warning: str = ""  # that it is a demonstration, or that its signatures are simulated


def cover(shown: Shown) -> Cover:
    """Give the words of a statement's share image."""
    said = shown.said
    return Cover(
        language=shown.language,
        direction=said.direction,
        kicker=shown.text.organiser,
        headline=shown.headline,
        foot=f"{shown.edition.dateline} · {hour(shown.record, said).day}",
        host=urlsplit(shown.site.url).netloc,
        warning=shown.mark,
    )


def name(shown: Cover) -> str:
    """Give the file name of a share image: another one for other words, so that none shows an older statement."""
    return f"share-{hashlib.sha256(msgspec.json.encode((DESIGN, shown))).hexdigest()[:16]}.png"


def alt(shown: Cover) -> str:
    """Give the words for those who do not see the picture: all that stands on it."""
    return " ".join(filter(None, (f"{shown.kicker}: {shown.headline}.", f"{shown.foot}.", shown.warning)))

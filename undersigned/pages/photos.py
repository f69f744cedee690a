"""The picture of a campaign on its pages: which files for which screen, and what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from undersigned.core.campaign import Card, Text
from undersigned.core.photo import Photo, Rendition
from undersigned.core.statement import Photo as StatementPhoto
from undersigned.pages.shown import Shown as ShownStatement
from undersigned.pages.views import Site
from undersigned.pages.words import Words

__all__ = ["SIZES", "Listed", "Shown", "listed", "of_statement", "shown"]

#: How wide the picture is drawn. A phone is told less than the truth, so that one with many pixels does not take
#: the largest file over a slow line: 800 pixels are sharp enough on it.
SIZES = "(min-width: 44em) 38.5rem, 60vw"
_TYPES = ("avif", "webp")  # the smallest first; JPEG is what every browser can read


class Shown(msgspec.Struct, frozen=True):
    """The picture of a petition page."""

    sources: Sequence[tuple[str, str]]  # media type, srcset
    sizes: str
    src: str
    width: int
    height: int
    alt: str
    caption: str
    credit: str
    place: str
    taken: str
    licence: str
    warning: str  # what it shows that somebody may not want to see; "" where nothing
    share: str  # address of the picture for other sites; "" where it is hidden here


class Listed(msgspec.Struct, frozen=True):
    """The small picture in the list of petitions."""

    sources: Sequence[tuple[str, str]]
    src: str
    width: int
    height: int


def shown(card: Card, text: Text, site: Site, said: Words) -> Shown | None:
    """Give the picture of a petition in a language; None where it has none."""
    photo = card.photo
    if photo is None or not photo.of("page", "jpg") or not text.photo.get("alt"):
        return None
    base = f"/c/{card.campaign}/photo/"
    plain = photo.of("page", "jpg")[-1]
    words = text.photo
    share = next((f"{site.url}{base}{one.name}" for one in photo.of("share", "jpg")), "")
    return Shown(
        sources=_sources(photo, "page", base),
        sizes=SIZES,
        src=f"{base}{plain.name}",
        width=plain.width,
        height=plain.height,
        alt=words["alt"],
        caption=words.get("caption", ""),
        credit=words.get("credit", ""),
        place=words.get("place", ""),
        taken=_day(photo.taken, said),
        licence=photo.licence,
        warning=words.get("warning", ""),
        share="" if words.get("warning") else share,
    )


def of_statement(whole: ShownStatement, photo: StatementPhoto) -> Shown:
    """Give a picture of a statement, in the language that is shown."""
    base, edition = whole.photo("").removeprefix(whole.site.url), whole.edition
    share = next((whole.photo(one.name) for one in photo.of("share", "jpg")), "")
    warning = edition.word("warnings", photo.id)
    return Shown(
        sources=_sources(photo, "page", base),
        sizes=SIZES,
        src=f"{base}{photo.file}",
        width=photo.width,
        height=photo.height,
        alt=edition.word("alts", photo.id),
        caption=whole.plain(edition.word("captions", photo.id)),
        credit=edition.word("credits", photo.id),
        place=photo.place,
        taken=_day(photo.taken, whole.said),
        licence=photo.licence,
        warning=warning,
        share="" if warning else share,
    )


def listed(card: Card, language: str) -> Listed | None:
    """Give the small picture of a petition; None where it has none, or one that somebody may not want to see."""
    photo = card.photo
    text = card.texts[card.language(language)]
    if photo is None or not photo.of("square", "jpg") or text.photo.get("warning"):
        return None
    base, plain = f"/c/{card.campaign}/photo/", photo.of("square", "jpg")[0]
    return Listed(_sources(photo, "square", base), f"{base}{plain.name}", plain.width, plain.height)


def _sources(photo: Photo | StatementPhoto, crop: str, base: str) -> Sequence[tuple[str, str]]:
    return [(f"image/{kind}", _srcset(found, base)) for kind in _TYPES if (found := photo.of(crop, kind))]


def _srcset(renditions: Sequence[Rendition], base: str) -> str:
    return ", ".join(f"{base}{one.name} {one.width}w" for one in renditions)


def _day(taken: str, said: Words) -> str:
    return said.day(int(datetime.fromisoformat(taken).replace(tzinfo=UTC).timestamp())) if taken else ""

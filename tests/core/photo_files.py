"""A campaign with a picture: the files of a picture need only be named by their bytes for the core."""

from __future__ import annotations

from tests.core.campaign_files import CAMPAIGN, RECIPIENT, TEXTS
from undersigned.core.campaign import Card
from undersigned.core.photo import name
from undersigned.core.reading import Fault, read

WITH_PHOTO = CAMPAIGN + b'\n[photo]\nlicence = "CC BY 4.0"\npeople = "nobody"\ntaken = 2026-10-04\n'


def pictures() -> dict[str, bytes]:
    """Give files of every crop."""
    made = (
        ("page", 480, 320, "avif"), ("page", 800, 533, "avif"), ("page", 800, 533, "webp"), ("page", 800, 533, "jpg"),
        ("square", 120, 120, "avif"), ("square", 240, 240, "jpg"), ("share", 1200, 630, "jpg"),
    )  # fmt: skip
    return {name(*one, str(one).encode()): str(one).encode() for one in made}


def texts(more: str = "", arabic: str = "") -> dict[str, bytes]:
    """Give texts that say what the picture shows; `more` and `arabic` are further lines."""
    said = {
        "en": f'[photo]\nalt = "A dry well"\ncredit = "Amal"\n{more}',
        "ar": f'[photo]\nalt = "بئر جافة"\ncredit = "أمل"\n{arabic}',
    }
    return {key: TEXTS[key].replace(b"\n+++\n", f"\n{said[key]}\n+++\n".encode(), 1) for key in said}


def read_photo(
    campaign: bytes = WITH_PHOTO, words: dict[str, bytes] | None = None, files: dict[str, bytes] | None = None
) -> Card | tuple[Fault, ...]:
    """Read a campaign with a picture."""
    return read(campaign, words or texts(), RECIPIENT, None, pictures() if files is None else files)


def card() -> Card:
    """Give the card of one without mistakes."""
    found = read_photo()
    assert isinstance(found, Card), found
    return found

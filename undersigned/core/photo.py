"""The picture of a campaign: what is known of it, and the files it is shown by.

The files lie in the campaign's folder under `photo/`, made beforehand by the desk or by `undersigned photo`. A name
says what the file is: crop, size, and the first 64 bits of the SHA-256 of its bytes, so that a name is for one
content for ever.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Literal, cast

import msgspec

from undersigned.core.sheet import Fault, Part

__all__ = ["KEYS", "PEOPLE", "WORDS", "Photo", "Rendition", "name", "named", "photo", "rendition"]

KEYS = ("licence", "people", "taken")
PEOPLE = ("nobody", "agreed", "public")  #: of the persons shown: none can be known; they agreed; they act in public
WORDS = ("alt", "credit", "caption", "place", "warning")  #: what a text says of the picture; the first two always
_REMEDY = "Make the files in photo/ anew with “undersigned photo”."
_NAME = re.compile(r"(page|square|share)-([1-9][0-9]{1,3})x([1-9][0-9]{1,3})-([0-9a-f]{16})\.(avif|webp|jpg)", re.ASCII)


class Rendition(msgspec.Struct, frozen=True):
    """One file: a crop in one size and one format. Sizes in pixels."""

    crop: Literal["page", "square", "share"]  # 3:2 for the page, 1:1 for lists, 1200 x 630 where it is shared
    width: int
    height: int
    type: Literal["avif", "webp", "jpg"]
    hash: str  # of its bytes: the first 16 hexadecimal digits of the SHA-256

    @property
    def name(self) -> str:
        """The name of the file."""
        return f"{self.crop}-{self.width}x{self.height}-{self.hash}.{self.type}"


class Photo(msgspec.Struct, frozen=True):
    """A campaign's picture. Its words stand in each `Text`."""

    licence: str
    people: Literal["nobody", "agreed", "public"]
    taken: str  # day, YYYY-MM-DD; "" where it is not known
    renditions: tuple[Rendition, ...]

    def of(self, crop: str, kind: str) -> tuple[Rendition, ...]:
        """Give the files of a crop in a format (`avif`, `webp`, `jpg`), the smallest first."""
        found = [one for one in self.renditions if (one.crop, one.type) == (crop, kind)]
        return tuple(sorted(found, key=lambda one: one.width))


def name(crop: str, width: int, height: int, kind: str, data: bytes) -> str:
    """Give the name of a file with these bytes."""
    return f"{crop}-{width}x{height}-{_hash(data)}.{kind}"


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]


def named(file: str) -> Rendition | None:
    """Say what a file is by its name alone; None where the name says nothing."""
    found = _NAME.fullmatch(file)
    if found is None:
        return None
    crop, width, height, digest, kind = found.groups()
    crop, kind = cast(Literal["page", "square", "share"], crop), cast(Literal["avif", "webp", "jpg"], kind)
    return Rendition(crop, int(width), int(height), kind, digest)


def rendition(file: str, data: bytes) -> Rendition | Fault:
    """Read what a file is by its name; `data` are its bytes."""
    found = named(file)
    if found is None:
        return Fault(f"photo/{file}", 0, "The name does not say what the picture is.", _REMEDY)
    if found.hash != _hash(data):
        return Fault(f"photo/{file}", 0, "The picture is not the one that its name was made for.", _REMEDY)
    return found


def photo(top: Part, pictures: Mapping[str, bytes], faults: list[Fault]) -> Photo | None:
    """Read the table `[photo]` of a campaign, and its files by name; None where the campaign has no picture."""
    if "photo" not in top.values:
        return None
    part = top.part("photo")
    part.only(KEYS)
    people = part.values.get("people", "")
    if people not in PEOPLE:
        remedy = f"Say whether the persons shown agreed; write one of: {', '.join(PEOPLE)}."
        part.fault("people", "“people” is missing or not known.", remedy)
    renditions = _renditions(part, pictures, faults)
    shown = cast(Literal["nobody", "agreed", "public"], people)
    return Photo(part.text("licence"), shown, part.day("taken"), renditions)


def _renditions(part: Part, pictures: Mapping[str, bytes], faults: list[Fault]) -> tuple[Rendition, ...]:
    found: dict[tuple[str, int, str], Rendition] = {}
    for file, data in sorted(pictures.items()):
        read = rendition(file, data)
        if isinstance(read, Fault):
            faults.append(read)
        elif found.setdefault((read.crop, read.width, read.type), read) is not read:
            faults.append(Fault(f"photo/{file}", 0, "There is another picture of this crop and size.", _REMEDY))
    for crop in ("page", "share"):
        if not any(key[0] == crop and key[2] == "jpg" for key in found):
            part.fault("", f"photo/ has no “{crop}” picture in JPEG.", _REMEDY)
    return tuple(found.values())

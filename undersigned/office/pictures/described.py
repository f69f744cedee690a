"""What a picture says of itself: IPTC, XMP and Exif, read into the fields of the desk. Nothing of where it was taken
by coordinates is read at all, and none of it goes into a published file.

Sources: IPTC Photo Metadata Standard 2023.2 (IIM record 2 and its XMP properties); Exif 2.32, CIPA DC-008.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from xml.etree.ElementTree import Element, ParseError

import msgspec
from defusedxml import ElementTree as SafeTree
from defusedxml.common import DefusedXmlException
from PIL import ExifTags, Image, ImageFile, IptcImagePlugin

__all__ = ["Described", "completed", "described"]

_MOST_XMP = 1 << 20  # bytes
_RDF = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}"
_DC = "{http://purl.org/dc/elements/1.1/}"
_PHOTOSHOP = "{http://ns.adobe.com/photoshop/1.0/}"
_CORE = "{http://iptc.org/std/Iptc4xmpCore/1.0/xmlns/}"
_RIGHTS = "{http://ns.adobe.com/xap/1.0/rights/}"
_DAY = re.compile(r"(\d{4})[:\-]?(\d{2})[:\-]?(\d{2})")

#: field -> where each standard keeps it, the best first: XMP names, IIM datasets, Exif tags
_XMP = {
    "alt": (_CORE + "AltTextAccessibility",),
    "caption": (_DC + "description", _PHOTOSHOP + "Headline"),
    "creator": (_DC + "creator",),
    "agency": (_PHOTOSHOP + "Credit",),
    "place": (_CORE + "Location", _PHOTOSHOP + "City", _PHOTOSHOP + "State", _PHOTOSHOP + "Country"),
    "licence": (_RIGHTS + "UsageTerms", _DC + "rights"),
    "taken": (_PHOTOSHOP + "DateCreated",),
}
_IIM = {
    "caption": (120, 105), "creator": (80,), "agency": (110,), "place": (92, 90, 95, 101), "licence": (116,),
    "taken": (55,),
}  # fmt: skip
_EXIF = {
    "caption": (ExifTags.Base.ImageDescription,), "creator": (ExifTags.Base.Artist,),
    "licence": (ExifTags.Base.Copyright,), "taken": (ExifTags.Base.DateTimeOriginal,),
}  # fmt: skip
_LONGEST = {"alt": 500, "caption": 600, "credit": 200, "place": 200, "licence": 200}


class Described(msgspec.Struct, frozen=True):
    """What a picture says of itself; "" where it says nothing. `taken` is a day, YYYY-MM-DD."""

    alt: str = ""
    caption: str = ""
    credit: str = ""
    place: str = ""
    licence: str = ""
    taken: str = ""


def described(image: Image.Image) -> Described:
    """Read what an opened picture says of itself. What cannot be read says nothing."""
    found = [_xmp(image), _iim(image), _exif(image)]

    def first(field: str) -> list[str]:
        return next((words for one in found if (words := one.get(field))), [])

    person, agency = ", ".join(first("creator")), "".join(first("agency")[:1])
    credit = person if agency.casefold() in person.casefold() else " / ".join(filter(None, (person, agency)))
    words = {
        "alt": "".join(first("alt")[:1]), "caption": "".join(first("caption")[:1]), "credit": credit,
        "place": ", ".join(dict.fromkeys(first("place"))), "licence": "".join(first("licence")[:1]),
    }  # fmt: skip
    return Described(**{key: value[: _LONGEST[key]] for key, value in words.items()}, taken=_day(first("taken")))


def completed(image: Image.Image, *groups: Mapping[str, str]) -> list[dict[str, str]]:
    """Give groups of fields, those that are empty filled from what the picture says of itself."""
    says: dict[str, str] = msgspec.to_builtins(described(image))
    return [{name: value or says.get(name, "") for name, value in group.items()} for group in groups]


def _clean(words: Iterable[str]) -> list[str]:
    """Give what is left of some words on one line in NFC, without what cannot be seen."""
    spaced = ("".join(" " if unicodedata.category(sign)[0] in "CZ" else sign for sign in one) for one in words)
    return [line for one in spaced if (line := unicodedata.normalize("NFC", " ".join(one.split())))]


def _day(words: list[str]) -> str:
    found = _DAY.match(words[0]) if words else None
    if found is None or not ("01" <= found[2] <= "12" and "01" <= found[3] <= "31" and found[1] > "1800"):
        return ""
    return "-".join(found.groups())


def _xmp(image: Image.Image) -> Mapping[str, list[str]]:
    packet = image.info.get("xmp") or image.info.get("XML:com.adobe.xmp") or b""
    data = packet.encode() if isinstance(packet, str) else bytes(packet)
    if not data or len(data) > _MOST_XMP:
        return {}
    try:
        root = SafeTree.fromstring(data.rstrip(b"\0 \r\n\t"), forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError):
        return {}
    values: dict[str, list[str]] = {}
    for name, words in _properties(root):
        values.setdefault(name, []).extend(_clean(words))
    return {field: [word for name in names for word in values.get(name, ())] for field, names in _XMP.items()}


def _properties(root: Element) -> Iterator[tuple[str, list[str]]]:
    """Give every property of every description, as an attribute or an element, with its words; English ones first."""
    for node in root.iter(_RDF + "Description"):
        yield from ((name, [value]) for name, value in node.attrib.items())
        for one in node:
            items = list(one.iter(_RDF + "li"))
            items.sort(key=lambda item: item.get("{http://www.w3.org/XML/1998/namespace}lang", "") != "x-default")
            yield one.tag, [item.text or "" for item in items] or [one.text or ""]


def _iim(image: Image.Image) -> Mapping[str, list[str]]:
    if not isinstance(image, ImageFile.ImageFile):
        return {}
    try:
        found: Any = IptcImagePlugin.getiptcinfo(image)
    except (OSError, SyntaxError, ValueError, IndexError, KeyError, TypeError):
        return {}
    if not found:
        return {}
    return {
        field: [word for number in numbers for word in _clean(_read(found.get((2, number))))]
        for field, numbers in _IIM.items()
    }


def _read(value: Any) -> list[str]:
    """Read a dataset, which is bytes or a list of them: UTF-8, or else the Latin letters of old programs."""
    found = []
    for one in value if isinstance(value, list) else [value] if value else []:
        try:
            found.append(bytes(one).decode("utf-8"))
        except UnicodeDecodeError:
            found.append(bytes(one).decode("cp1252", "replace"))
    return found


def _exif(image: Image.Image) -> Mapping[str, list[str]]:
    try:
        whole = image.getexif()
        tags: dict[int, Any] = {**whole, **whole.get_ifd(ExifTags.IFD.Exif)}
    except (OSError, SyntaxError, ValueError, KeyError, TypeError):
        return {}
    return {
        field: _clean(str(tags[number]) for number in numbers if isinstance(tags.get(number), str))
        for field, numbers in _EXIF.items()
    }

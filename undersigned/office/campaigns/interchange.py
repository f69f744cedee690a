"""A text in the files of translators: PO, XLIFF 1.2 and 2.0 (xliff2.py). Pure: from values to bytes and back.

Each part is one entry: its key (`msgctxt`, `trans-unit id`), today's source words, the translation, whether that is
unsure (`fuzzy`, `needs-adaptation`), and the translator's note. A file also names the campaign, the language, and the
revision it was made from: what it brings is taken only where that revision is still the last one.
Sources: GNU gettext manual, "The Format of PO Files"; XLIFF 1.2, OASIS standard of 2008-02-01.
"""

from __future__ import annotations

import io
import re
import unicodedata
import xml.etree.ElementTree as ET
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import msgspec
from babel.core import UnknownLocaleError
from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import PoFileError, read_po, write_po
from defusedxml import ElementTree as SafeTree
from defusedxml.common import DefusedXmlException

from undersigned.office.campaigns import xliff2
from undersigned.office.campaigns.exchanged import Entry, Exchange, Unreadable, number, plain
from undersigned.office.campaigns.segments import Segment, state

__all__ = [
    "FORMATS", "LARGEST", "Entry", "Exchange", "Unreadable", "exchange", "lost", "merge", "plain", "read", "write",
]  # fmt: skip

FORMATS = ("po", "xlf", "xlf2")  #: gettext, XLIFF 1.2, XLIFF 2.0
LARGEST = 2 << 20  #: bytes of a file; the longest text allowed makes less than half of it

_XLIFF = "urn:oasis:names:tc:xliff:document:1.2"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_MADE = datetime(2000, 1, 1, tzinfo=UTC)  # the same words make the same bytes, whenever they are fetched
_SURE = frozenset({"translated", "final", "signed-off"})
_LINK = re.compile(r"https?://[^\s)>\]]+")
_FIGURE = re.compile(r"\{[a-z]+:[^{}\s]+\}")
_NUMBER = re.compile(r"\d+(?:[.,\u066b\u066c\u00a0\u202f'’]\d+)*")


class Merged(msgspec.Struct, frozen=True):
    """What of a file can be taken, and what cannot: keys, each in the order of the file."""

    words: dict[str, str]
    notes: dict[str, str]
    still: frozenset[str]  # made sure again without a change
    unsure: frozenset[str]
    changed: tuple[str, ...]  # made from words that are not today's
    unknown: tuple[str, ...]  # not in the text


def exchange(
    campaign: str, source_language: str, language: str, before: int, source: Sequence[Segment], made: Sequence[Segment]
) -> Exchange:
    """Give what a file of one language holds. A part without source words has nothing to translate and is left out."""
    known = {one["key"]: one for one in made}
    entries = tuple(
        Entry(
            key=one["key"], source=one["words"], words=known.get(one["key"], {}).get("words", ""),
            unsure=state(one, known) == "stale", note=known.get(one["key"], {}).get("note", ""),
        )
        for one in source
        if one["words"].strip()
    )  # fmt: skip
    return Exchange(campaign, source_language, language, before, entries)


def merge(file: Exchange, source: Sequence[Segment], made: Sequence[Segment]) -> Merged:
    """Sort a file's entries into what can be taken and what cannot. An empty translation takes nothing away."""
    now = {one["key"]: one["words"] for one in source if one["words"].strip()}
    known = {one["key"]: one for one in made}
    fits = [one for one in file.entries if one.key in now and plain(now[one.key]) == plain(one.source)]
    taken = {one.key: one for one in fits if one.words.strip()}
    words = {key: known.get(key, {}).get("words", "") for key in now}
    words |= {key: one.words for key, one in taken.items() if plain(one.words).strip() != plain(words[key])}
    return Merged(
        words=words,
        notes={one.key: one.note for one in fits},
        still=frozenset(key for key, one in taken.items() if not one.unsure),
        unsure=frozenset(key for key, one in taken.items() if one.unsure),
        changed=tuple(one.key for one in file.entries if one.key in now and one not in fits),
        unknown=tuple(one.key for one in file.entries if one.key not in now),
    )


def lost(source: str, words: str) -> list[str]:
    """Give the links, figures and numbers of the source that the translation does not have; digits of any script."""
    kept = _precious(words)
    return [one for one in dict.fromkeys(_precious(source)) if one not in kept]


def _precious(words: str) -> list[str]:
    links = [one.rstrip(".,;:!?") for one in _LINK.findall(words)]
    figures = _FIGURE.findall(words)
    rest = _FIGURE.sub(" ", _LINK.sub(" ", words))
    return [*links, *figures, *(_digits(one) for one in _NUMBER.findall(rest))]


def _digits(number: str) -> str:
    return "".join(str(unicodedata.digit(one)) for one in number if one.isdigit())


def write(file: Exchange, form: str) -> bytes:
    """Write a file in one of `FORMATS`, in UTF-8; the same words make the same bytes."""
    return {"po": _write_po, "xlf": _write_xliff, "xlf2": xliff2.write}[form](file)


def read(data: bytes, form: str) -> Exchange:
    """Read a file in one of `FORMATS`.

    Raises:
        Unreadable: it is too large, not UTF-8, or not of that format. Which XLIFF it is, the file says itself.
    """
    if len(data) > LARGEST:
        raise Unreadable("large")
    try:
        data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Unreadable("encoding") from None
    return _read_po(data.removeprefix(b"\xef\xbb\xbf")) if form == "po" else _read_xliff(data)


def _write_po(file: Exchange) -> bytes:
    catalog = Catalog(
        locale=file.language, project=file.campaign, version=str(file.before), fuzzy=False, creation_date=_MADE,
        header_comment=f"# Translated from: {file.source_language}",
    )  # fmt: skip
    for one in file.entries:
        notes = [one.note] if one.note else []
        message = catalog.add(one.source, one.words, context=one.key, user_comments=notes)
        message.flags = {"fuzzy"} if one.unsure else set()
    out = io.BytesIO()
    write_po(out, catalog, width=2 * LARGEST)  # no line is broken: a part is read as it was written
    return out.getvalue()


def _read_po(data: bytes) -> Exchange:
    try:
        catalog = read_po(io.BytesIO(data), abort_invalid=True, charset="utf-8")
    except (PoFileError, ValueError, LookupError, UnknownLocaleError, AttributeError, TypeError, IndexError):
        raise Unreadable("format") from None
    source = (catalog.header_comment or "").rpartition("Translated from: ")[2].split()
    return Exchange(
        campaign=str(catalog.project),
        source_language=source[0] if source else "",
        language=str(catalog.locale_identifier or ""),
        before=number(catalog.version),
        entries=tuple(_entry(message) for message in catalog if message.id),
    )


def _entry(message: Message) -> Entry:
    if not (isinstance(message.id, str) and isinstance(message.string, str | None)):
        raise Unreadable("format")  # plural forms: no part of a text has them
    note = " ".join(" ".join(message.user_comments).split())
    return Entry(str(message.context or ""), message.id, message.string or "", message.fuzzy, note)


def _write_xliff(file: Exchange) -> bytes:
    ET.register_namespace("", _XLIFF)
    root = ET.Element(f"{{{_XLIFF}}}xliff", {"version": "1.2"})
    facts = {
        "original": file.campaign, "source-language": file.source_language, "target-language": file.language,
        "datatype": "plaintext", "product-version": str(file.before),
    }  # fmt: skip
    body = _child(_child(root, "file", facts), "body")
    for one in file.entries:
        unit = _child(body, "trans-unit", {"id": one.key, "resname": one.key, _SPACE: "preserve"})
        _child(unit, "source").text = plain(one.source)
        mark = "needs-adaptation" if one.unsure else "translated" if one.words.strip() else "needs-translation"
        _child(unit, "target", {"state": mark}).text = plain(one.words)
        if one.note:
            _child(unit, "note", {"from": "translator"}).text = plain(one.note)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _child(parent: ET.Element, name: str, facts: Mapping[str, str] | None = None) -> ET.Element:
    return ET.SubElement(parent, f"{{{_XLIFF}}}{name}", dict(facts or {}))


def _read_xliff(data: bytes) -> Exchange:
    try:
        root: Any = SafeTree.fromstring(data, forbid_dtd=True)
    except (ET.ParseError, DefusedXmlException, ValueError, LookupError):
        raise Unreadable("format") from None
    if root.tag == xliff2.ROOT:
        return xliff2.read(root)
    files = root.findall(f"{{{_XLIFF}}}file")
    if root.tag != f"{{{_XLIFF}}}xliff" or len(files) != 1:
        raise Unreadable("format")
    facts = files[0].attrib
    return Exchange(
        campaign=facts.get("original", ""),
        source_language=facts.get("source-language", ""),
        language=facts.get("target-language", ""),
        before=number(facts.get("product-version", "")),
        entries=tuple(_units(files[0])),
    )


def _units(file: ET.Element) -> Iterator[Entry]:
    for unit in file.iter(f"{{{_XLIFF}}}trans-unit"):
        source, target = unit.find(f"{{{_XLIFF}}}source"), unit.find(f"{{{_XLIFF}}}target")
        if source is None or len(source) or (target is not None and len(target)):
            raise Unreadable("format")  # elements inside words: ours have none, and taking them away would lose them
        mark = target.get("state", "translated") if target is not None else ""
        words = (target.text or "") if target is not None else ""
        notes = (one.text or "" for one in unit.findall(f"{{{_XLIFF}}}note"))
        note = " ".join(" ".join(notes).split())
        yield Entry(unit.get("id", ""), source.text or "", words, bool(words.strip()) and mark not in _SURE, note)

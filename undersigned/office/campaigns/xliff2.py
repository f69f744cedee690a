"""A text as XLIFF 2.0, out and in. Pure. Source: OASIS XLIFF Version 2.0 of 2014-08-05.

A part is a `unit` with one `segment`: `translated`, or `initial` where a translation is missing or unsure. The revision
that the file was made from is a note of the file, so that tools keep it.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from undersigned.office.campaigns.exchanged import Entry, Exchange, Unreadable, number, plain

__all__ = ["ROOT", "read", "write"]

_SPACE_OF_NAMES = "urn:oasis:names:tc:xliff:document:2.0"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_SURE = frozenset({"translated", "reviewed", "final"})


def _name(tag: str) -> str:
    return f"{{{_SPACE_OF_NAMES}}}{tag}"


ROOT = _name("xliff")  #: the tag by which a reader knows the format


def write(file: Exchange) -> bytes:
    """Write a file in UTF-8; the same words make the same bytes."""
    root = ET.Element("xliff", {"xmlns": _SPACE_OF_NAMES, "version": "2.0"})
    root.attrib |= {"srcLang": file.source_language, "trgLang": file.language}
    body = ET.SubElement(root, "file", {"id": "text", "original": file.campaign, "canResegment": "no"})
    note = ET.SubElement(ET.SubElement(body, "notes"), "note", {"category": "revision"})
    note.text = str(file.before)
    for one in file.entries:
        _write_unit(body, one)
    ET.indent(root, " ")
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True)) + b"\n"


def _write_unit(body: ET.Element, one: Entry) -> None:
    unit = ET.SubElement(body, "unit", {"id": one.key, "name": one.key, _SPACE: "preserve"})
    if one.note:
        note = ET.SubElement(ET.SubElement(unit, "notes"), "note", {"category": "translator"})
        note.text = plain(one.note)
    sure = bool(one.words.strip()) and not one.unsure
    segment = ET.SubElement(unit, "segment", {"state": "translated" if sure else "initial"})
    ET.SubElement(segment, "source").text = plain(one.source)
    if one.words:
        ET.SubElement(segment, "target").text = plain(one.words)


def read(root: Any) -> Exchange:
    """Read a parsed file.

    Raises:
        Unreadable: it holds several files, a part in several segments, or elements inside the words.
    """
    files = root.findall(_name("file"))
    if len(files) != 1:
        raise Unreadable("format")
    notes = files[0].findall(f"{_name('notes')}/{_name('note')}")
    marks = [one.text for one in notes if one.get("category") == "revision"]
    return Exchange(
        campaign=files[0].get("original", ""),
        source_language=root.get("srcLang", ""),
        language=root.get("trgLang", ""),
        before=number(marks[0].strip() if len(marks) == 1 and marks[0] else None),
        entries=tuple(_units(files[0])),
    )


def _units(file: Any) -> Iterator[Entry]:
    for unit in file.iter(_name("unit")):
        segments = unit.findall(_name("segment"))
        if len(segments) != 1 or unit.find(_name("ignorable")) is not None:
            raise Unreadable("format")
        source, target = segments[0].find(_name("source")), segments[0].find(_name("target"))
        if source is None or len(source) or (target is not None and len(target)):
            raise Unreadable("format")  # elements inside words: ours have none, and taking them away would lose them
        words = (target.text or "") if target is not None else ""
        notes = (one.text or "" for one in unit.findall(f"{_name('notes')}/{_name('note')}"))
        note = " ".join(" ".join(notes).split())
        unsure = bool(words.strip()) and segments[0].get("state", "initial") not in _SURE
        yield Entry(unit.get("id", ""), source.text or "", words, unsure, note)

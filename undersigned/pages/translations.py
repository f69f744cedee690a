"""The catalogues, read: PO files as `undersigned.pages.catalogue` writes them, for Python's gettext.

Babel reads them too, and everything else that PO can say, but takes four times as long: a seventh of a second in every
process that starts.
"""

from __future__ import annotations

import io
import re
import struct
from collections.abc import Iterator, Mapping
from gettext import GNUTranslations

__all__ = ["read"]

_STRING = re.compile(r'(?:(msgid|msgid_plural|msgstr|msgstr\[\d\]) )?"(.*)"')
_ESCAPED = re.compile(r"\\(.)")
_MEANT = {"n": "\n", "t": "\t", "r": "\r"}
_MAGIC = 0x950412DE  # of a MO file, whose numbers are little-endian here


def read(source: str) -> GNUTranslations:
    """Give the translations of a PO file. What is fuzzy or has no translation is left out: English stands for it.

    Raises:
        ValueError: a line is none that our catalogues have.
    """
    return GNUTranslations(io.BytesIO(_mo(dict(_entries(source)))))


def _entries(source: str) -> Iterator[tuple[str, str]]:
    """Give (sentence, translation); the forms of a plural are joined by NUL, as in a MO file."""
    for block in source.split("\n\n"):
        lines = block.splitlines()
        fields = _fields(line for line in lines if not line.startswith("#"))
        fuzzy = any(line.startswith("#,") and "fuzzy" in line for line in lines)
        ids = [text for name, text in fields if name.startswith("msgid")]
        said = [text for name, text in fields if name.startswith("msgstr")]
        if said and all(said) and not (fuzzy and ids[0]):
            yield "\0".join(ids), "\0".join(said)


def _fields(lines: Iterator[str]) -> list[tuple[str, str]]:
    fields: list[tuple[str, str]] = []
    for line in filter(None, lines):
        found = _STRING.fullmatch(line)
        if found is None or not (found[1] or fields):
            raise ValueError(f"a catalogue has a line that is not read here: {line}")
        text = _ESCAPED.sub(lambda sign: _MEANT.get(sign[1], sign[1]), found[2])
        if found[1]:
            fields.append((found[1], text))
        else:
            name, before = fields.pop()
            fields.append((name, before + text))
    return fields


def _mo(entries: Mapping[str, str]) -> bytes:
    """Write a MO file (GNU gettext manual, "The Format of GNU MO Files"), without its table of hashes."""
    texts = [text.encode() for text in (*entries, *entries.values())]
    table, place = [], 28 + 8 * len(texts)
    for text in texts:
        table += [len(text), place]
        place += len(text) + 1
    head = struct.pack("<7I", _MAGIC, 0, len(entries), 28, 28 + 8 * len(entries), 0, 0)
    return head + struct.pack(f"<{len(table)}I", *table) + b"".join(text + b"\0" for text in texts)

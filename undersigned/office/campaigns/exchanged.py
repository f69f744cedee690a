"""What a translator's file holds, whatever its format. Pure."""

from __future__ import annotations

import re

import msgspec

__all__ = ["Entry", "Exchange", "Unreadable", "number", "plain"]

_NOT_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Unreadable(Exception):
    """A file is not what it should be. The argument is one of `format`, `encoding`, `large`."""


class Entry(msgspec.Struct, frozen=True):
    """One part of a text in a file."""

    key: str
    source: str
    words: str
    unsure: bool = False
    note: str = ""


class Exchange(msgspec.Struct, frozen=True):
    """All that a file holds."""

    campaign: str
    source_language: str
    language: str
    before: int  # id of the revision of the translation that it was made from, 0 for none
    entries: tuple[Entry, ...]


def plain(words: str) -> str:
    """Give words as XML can hold them: lines end in a line feed, a control character is a replacement character."""
    return _NOT_XML.sub("\ufffd", words.replace("\r\n", "\n").replace("\r", "\n"))


def number(words: str | None) -> int:
    """Read the id of a revision; -1 where it is none."""
    return int(words) if words is not None and re.fullmatch(r"[0-9]{1,18}", words) else -1

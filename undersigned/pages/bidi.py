"""Pieces of another direction within a line of plain words: kept together, and their neighbours kept in place.

In HTML this is the work of `bdi`; where there is no markup, the isolates of Unicode do it (UAX 9, 2.4).
"""

from __future__ import annotations

from typing import Literal
from unicodedata import bidirectional

__all__ = ["isolated"]

_LEFT_TO_RIGHT, _RIGHT_TO_LEFT, _FIRST_STRONG, _POP = "\u2066", "\u2067", "\u2068", "\u2069"
_LEFT_TO_RIGHT_MARK = "\u200e"  # keeps a sign at the end on its side also where a program breaks the line within
_OTHERS = {"ltr": frozenset({"R", "AL"}), "rtl": frozenset({"L"})}


def isolated(words: str, direction: Literal["ltr", "rtl"], own: bool = False) -> str:
    """Isolate words that hold letters of the other direction than that of their line; others stay as they are.

    They are read in the direction of their first letter; `own` words, of the line's language, in the line's.
    """
    if not any(bidirectional(sign) in _OTHERS[direction] for sign in words):
        return words
    if own:
        opening = _RIGHT_TO_LEFT if direction == "rtl" else _LEFT_TO_RIGHT
    else:
        opening = _LEFT_TO_RIGHT if words.isascii() else _FIRST_STRONG
        words += "" if words[-1].isalnum() or not words.isascii() else _LEFT_TO_RIGHT_MARK
    return f"{opening}{words}{_POP}"

"""Quotation marks, commas and colons of each language, as CLDR has them; French with the spaces of print."""

from __future__ import annotations

from types import MappingProxyType

__all__ = ["colon", "comma", "quoted"]

_ENGLISH = ("“", "”")
_ANGLES = ("«", "»")
_MARKS = MappingProxyType({
    "fr": ("«\N{NARROW NO-BREAK SPACE}", "\N{NARROW NO-BREAK SPACE}»"), "es": _ANGLES, "ru": _ANGLES, "ar": _ANGLES,
    "he": ("״", "״"),
})  # fmt: skip


def quoted(words: str, language: str) -> str:
    """Put words between the quotation marks of a language."""
    before, after = _MARKS.get(language, _ENGLISH)
    return f"{before}{words}{after}"


def comma(language: str) -> str:
    """Give the comma of a language with the space that follows it."""
    return {"ar": "، ", "zh": "，"}.get(language, ", ")


def colon(language: str) -> str:
    """Give the colon of a language with the spaces that stand around it."""
    return {"fr": "\N{NO-BREAK SPACE}: ", "zh": "："}.get(language, ": ")

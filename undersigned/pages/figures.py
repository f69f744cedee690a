"""The count as a page shows it: every number in the language's own writing, and never without its "as of"."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, datetime

import msgspec

from undersigned.core import countries
from undersigned.core.counts import Counts
from undersigned.pages.words import Words

__all__ = ["Figures", "Moment", "Row", "count_forms", "figures", "moment", "root_words"]

#: Whole numbers that between them have every plural form of every language of the interface.
_SAMPLES = (0, 1, 2, 3, 5, 11, 100, 1_000_000)


class Moment(msgspec.Struct, frozen=True):
    """A time, for people and for programs."""

    words: str
    iso: str


class Row(msgspec.Struct, frozen=True):
    """One line of a table of numbers."""

    label: str
    number: str


class Figures(msgspec.Struct, frozen=True):
    """The numbers of one campaign at one checkpoint."""

    standing: int
    number: str
    as_of: Moment
    collected: str
    withdrawn: str
    struck: str
    size: str
    root: str
    short_root: str
    places: Sequence[Row]
    elsewhere: str  # standing signatures not yet shown by country, or "" where there are none
    milestones: Sequence[tuple[str, Moment]]
    forms: str  # JSON: plural category -> the words around the number, for the script


def figures(counts: Counts, words: Words, names: countries.Overrides | None = None) -> Figures:
    """Write the counts in a language."""
    rest = counts.standing - sum(counts.countries.values())
    return Figures(
        standing=counts.standing,
        number=words.number(counts.standing),
        as_of=moment(counts.as_of, words),
        collected=words.number(counts.collected),
        withdrawn=words.number(counts.withdrawn),
        struck=words.number(counts.struck),
        size=words.number(counts.size),
        root=counts.root,
        short_root=root_words(counts.root),
        places=_places(counts, words, names),
        elsewhere=words.number(rest) if rest > 0 else "",
        milestones=[(words.number(one.number), moment(one.at, words)) for one in counts.milestones],
        forms=json.dumps(count_forms(words), ensure_ascii=False, separators=(",", ":")),
    )


def moment(seconds: int, words: Words, exact: bool = False) -> Moment:
    """Write a time, given in seconds since 1970."""
    iso = datetime.fromtimestamp(seconds, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return Moment(words.moment(seconds, exact), iso)


def root_words(root: str) -> str:
    """Shorten the base64 of a root so that a person can compare it."""
    return f"{root[:8]}…"


def _places(counts: Counts, words: Words, names: countries.Overrides | None) -> Sequence[Row]:
    """Give the released groups, the largest first."""
    released = [(code, number) for code, number in counts.countries.items() if number > 0]
    named = [(countries.name(code, words.language, names), number) for code, number in released]
    return [Row(name, words.number(number)) for name, number in sorted(named, key=lambda one: (-one[1], one[0]))]


def count_forms(words: Words) -> dict[str, str]:
    """Give the sentence of the count in each plural form (CLDR's names), with {} where the number goes."""
    forms = {}
    for sample in _SAMPLES:
        sentence = words.ngettext("%(number)s signature", "%(number)s signatures", sample)
        forms[words.category(sample)] = sentence % {"number": "{}"}
    return forms

"""What a person of a plan is called, where they live and how they write their address. Pure.

The number of a person stands in their address, behind letters only, so that a letter can be told from its
recipient alone. Most domains are reserved ones (RFC 2606). Those of real providers are there because their
spellings count as one; no letter of a simulation leaves the machine (`sink.py`).
"""

from __future__ import annotations

import re
from bisect import bisect
from collections.abc import Sequence
from random import Random
from typing import TypeVar

from undersigned.assemble.simulate.world import Place, World

__all__ = ["UNDELIVERABLE", "Sketcher", "number_of"]

#: Domains at which no mailbox exists: a slip of the keyboard.
UNDELIVERABLE = frozenset({"gmial.example", "outlok.example", "mail.exmaple.example"})

_DOMAINS = ("mail.example", "post.example", "school.example", "letters.example", "university.example", "work.example")
_WORDS = (
    "amina", "sol", "kofi", "mei", "ivan", "lucia", "noor", "tomas", "grace", "pierre", "asha", "yusuf", "dana",
    "olga", "ravi", "zara",
)  # fmt: skip
_NUMBER = re.compile(r"(\d+)\Z")
_T = TypeVar("_T")


def number_of(recipient: str) -> int | None:
    """Give the number of the person that a letter went to, or None where it is nobody of a plan."""
    local = recipient.partition("@")[0].partition("+")[0].replace(".", "")
    found = _NUMBER.search(local)
    return int(found.group(1)) if found else None


class Sketcher:
    """Draws what is told of a person from the world, by chance."""

    def __init__(self, world: World, chance: Random) -> None:
        """Take the world and the chance that everything is drawn with."""
        self._world = world
        self._draw = chance.random

    def place(self, weights: Sequence[float]) -> Place:
        """Draw a place by running sums of weights."""
        return self._world.places[bisect(weights, self._draw() * weights[-1], 0, len(weights) - 1)]

    def language(self, place: Place) -> str:
        """Draw the language in which somebody there signs."""
        if len(place.languages) == 1:
            return place.languages[0][0]
        drawn = self._draw() * 100
        for language, share in place.languages:
            drawn -= share
            if drawn < 0:
                return language
        return place.languages[-1][0]

    def name(self, place: Place, language: str) -> str:
        """Draw a name in the script of the place or of the language."""
        names = self._world.by_country.get(place.code)
        # Half of the people sign in the script of the page they read.
        if names is None or self._draw() < 0.5:
            names = self._world.by_language[language]
        given, family = self._one(names.given), self._one(names.family)
        parts = (family, given) if names.family_first else (given, family)
        return ("" if names.joint else " ").join(part for part in parts if part)

    def comment(self, language: str) -> str:
        """Draw a comment."""
        return self._one(self._world.comments[language])

    def address(self, number: int, fate: str, repeats: bool) -> tuple[str, str]:
        """Give the address, and the other spelling of it where it is used again."""
        word = self._one(_WORDS)
        drawn = self._draw()
        if fate == "bounced":
            return f"{word}{number}@{self._one(tuple(sorted(UNDELIVERABLE)))}", ""
        if fate == "review" and drawn < 0.4:
            return f"\u0430{word}{number}@{self._one(_DOMAINS)}", ""  # a Cyrillic letter before Latin ones
        if drawn < 0.3:
            spelled = f"{word}.{number}+{self._one(_WORDS)}@GMAIL.com"
            return f"{word}{number}@gmail.com", spelled if repeats else ""
        if drawn < 0.42:
            return f"{word}{number}@outlook.com", f"{word.title()}{number}+list@outlook.com" if repeats else ""
        domain = self._one(_DOMAINS)
        return f"{word}{number}@{domain}", f"{word.upper()}{number}@{domain.title()}" if repeats else ""

    def _one(self, choices: Sequence[_T]) -> _T:
        return choices[int(self._draw() * len(choices))]

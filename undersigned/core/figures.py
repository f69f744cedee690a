"""A number as it is stated in public: with its qualifier, its day and its source, and never too large.

There is no "about" and no "nearly": a statement may fall short of the truth, never go beyond it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal, TypeAlias

import msgspec

__all__ = ["MESSAGES", "WORDING", "Figure", "Qualifier", "holds", "stated", "words"]

Qualifier: TypeAlias = Literal["exactly", "at-least", "more-than"]

#: Qualifier -> English msgid; `%(number)s` is the number as the language writes it.
WORDING: Mapping[Qualifier, str] = {
    "exactly": "%(number)s",
    "at-least": "at least %(number)s",
    "more-than": "more than %(number)s",
}

#: Every sentence of this module, for the catalogues.
MESSAGES: tuple[str, ...] = tuple(WORDING.values())


class Figure(msgspec.Struct, frozen=True):
    """One figure of a statement."""

    value: int  # the number that is stated
    qualifier: Qualifier
    as_of: str  # YYYY-MM-DD, or a time in seconds since 1970 written out: when it was true
    source: str  # who says so; for our own count, the checkpoint


def holds(figure: Figure, actual: int) -> bool:
    """Tell whether the figure is true where the exact number is `actual`."""
    if figure.qualifier == "exactly":
        return actual == figure.value
    return actual > figure.value if figure.qualifier == "more-than" else actual >= figure.value


def stated(actual: int, digits: int, as_of: str, source: str) -> Figure:
    """State `actual`, rounded down to `digits` leading digits.

    1,023,456 with two digits is "more than 1,000,000"; 1,000,000 is itself.

    Raises:
        ValueError: `actual` is negative, or `digits` is not positive.
    """
    if actual < 0 or digits < 1:
        raise ValueError("a figure needs a number from 0 and at least one digit")
    step: int = 10 ** max(len(str(actual)) - digits, 0)
    value = actual // step * step
    return Figure(value, "more-than" if value < actual else "exactly", as_of, source)


def words(figure: Figure, number: str, translate: Mapping[str, str] | None = None) -> str:
    """Put the figure in words; `number` is its value as the language writes numbers."""
    message = WORDING[figure.qualifier]
    return (translate or {}).get(message, message) % {"number": number}

"""How long letters take: one public value, of times alone."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Sequence

import msgspec

__all__ = ["BORDERS", "LETTER", "STALE", "WINDOW", "LetterDelay", "Told", "joined", "of", "told", "within"]

WINDOW = 600  #: seconds that the figure looks back
STALE = 120  #: seconds after which a figure that was not renewed says nothing
LETTER = "letter-"  #: before the border of a letter's age, among what is counted by the hour
BORDERS = (10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400, 259200)


class LetterDelay(msgspec.Struct, frozen=True):
    """Ages of the letters handed over in the last `WINDOW` seconds, rounded up to one of `BORDERS`.

    An age is the time from the form to the hand-over, in seconds; None where there was no such letter. The
    borders are coarse, so that the figure of a quiet hour does not tell when one person signed.
    """

    as_of: int  # seconds since 1970
    sent: tuple[int, ...]  # how many letters of each border
    oldest: int | None = None  # age of the letter that waits longest
    untried: int | None = None  # the same among those not tried yet: what nobody's mail server has put off

    def share(self, part: float) -> int | None:
        """Give the age that this part of the letters does not exceed: 0.5 the median, 0.9 nine in ten."""
        total, sum_ = sum(self.sent), 0
        for border, number in zip(BORDERS, self.sent, strict=False):
            sum_ += number
            if total and sum_ >= part * total:
                return border
        return None


class Told(msgspec.Struct, frozen=True):
    """The figure as it is published: ages in seconds, each one of `BORDERS`; None where there is none."""

    as_of: str  # RFC 3339
    half_within: int | None = None
    nine_in_ten_within: int | None = None
    oldest_waiting: int | None = None
    oldest_untried: int | None = None

    @property
    def expected(self) -> int | None:
        """What a letter asked for now may take: what nine in ten took, or the longest that one has waited untried.

        A letter that its own mail server puts off says nothing about the others, and is left out.
        """
        return _longest((self.nine_in_ten_within, self.oldest_untried))


def told(delay: LetterDelay, as_of: str) -> Told:
    """Give what is published; `as_of` is the delay's, written as RFC 3339."""
    return Told(as_of, delay.share(0.5), delay.share(0.9), delay.oldest, delay.untried)


def of(ages: Iterable[int], oldest: int | None, as_of: int, untried: int | None = None) -> LetterDelay:
    """Sort ages (seconds) into borders."""
    sent = [0] * len(BORDERS)
    for age in ages:
        sent[_border(age)] += 1
    return LetterDelay(as_of, tuple(sent), _rounded(oldest), _rounded(untried))


def joined(delays: Sequence[LetterDelay], now: int) -> LetterDelay | None:
    """Give the figure of all posts together, at `now`; None where no post has said anything lately."""
    fresh = [one for one in delays if one.as_of > now - STALE and len(one.sent) == len(BORDERS)]
    if not fresh:
        return None
    return LetterDelay(
        max(one.as_of for one in fresh),
        tuple(map(sum, zip(*(one.sent for one in fresh), strict=True))),
        _longest(one.oldest for one in fresh),
        _longest(one.untried for one in fresh),
    )


def _longest(ages: Iterable[int | None]) -> int | None:
    return max((age for age in ages if age is not None), default=None)


def _rounded(age: int | None) -> int | None:
    return None if age is None else BORDERS[_border(age)]


def within(age: int) -> int:
    """Give the border that an age in seconds does not exceed; the last one for everything above it."""
    return BORDERS[_border(age)]


def _border(age: int) -> int:
    return min(bisect_left(BORDERS, age), len(BORDERS) - 1)

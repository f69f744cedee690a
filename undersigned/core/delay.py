"""How long letters take: one public value, of times alone."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

__all__ = ["WINDOW", "LetterDelay", "joined", "of"]

WINDOW = 600  #: seconds that the figure looks back
STALE = 120  #: seconds after which a figure that was not renewed says nothing
BORDERS = (10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14400, 28800, 86400, 259200)


class LetterDelay(msgspec.Struct, frozen=True):
    """Ages of the letters handed over in the last `WINDOW` seconds, rounded up to one of `BORDERS`.

    An age is the time from the form to the hand-over, in seconds; None where there was no such letter. The
    borders are coarse, so that the figure of a quiet hour does not tell when one person signed.
    """

    as_of: int  # seconds since 1970
    sent: tuple[int, ...]  # how many letters of each border
    oldest: int | None = None  # age of the letter that waits longest

    def share(self, part: float) -> int | None:
        """Give the age that this part of the letters does not exceed: 0.5 the median, 0.9 nine in ten."""
        total, sum_ = sum(self.sent), 0
        for border, number in zip(BORDERS, self.sent, strict=False):
            sum_ += number
            if total and sum_ >= part * total:
                return border
        return None


def of(ages: Iterable[int], oldest: int | None, as_of: int) -> LetterDelay:
    """Sort ages (seconds) into borders."""
    sent = [0] * len(BORDERS)
    for age in ages:
        sent[_border(age)] += 1
    return LetterDelay(as_of, tuple(sent), None if oldest is None else BORDERS[_border(oldest)])


def joined(delays: Sequence[LetterDelay], now: int) -> LetterDelay | None:
    """Give the figure of all posts together, at `now`; None where no post has said anything lately."""
    fresh = [one for one in delays if one.as_of > now - STALE and len(one.sent) == len(BORDERS)]
    if not fresh:
        return None
    oldest = max((one.oldest for one in fresh if one.oldest is not None), default=None)
    return LetterDelay(
        max(one.as_of for one in fresh), tuple(map(sum, zip(*(one.sent for one in fresh), strict=True))), oldest
    )


def _border(age: int) -> int:
    return next((at for at, border in enumerate(BORDERS) if age <= border), len(BORDERS) - 1)

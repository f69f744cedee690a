"""Where a Chinese heading may break: between words, so that a narrow screen does not cut one in two.

Chinese has no spaces, and browsers break it between any two signs. BudouX, a small model, scores the places between
signs; only those that it is sure of are taken, and none within a word of `phrases.txt`: what petitions often say.
"""

from __future__ import annotations

import re
from functools import lru_cache
from importlib import resources
from itertools import pairwise
from typing import TYPE_CHECKING

from markupsafe import Markup, escape

if TYPE_CHECKING:
    from budoux import Parser

__all__ = ["breakable", "phrases"]

_SURE = 600  # the score from which on a place is taken; the model itself takes all above 0
_NUMBER = r"[0-9A-Za-z.,%-]+"
_BEGINS_NO_LINE = "，。、；：！？）》」』”’…%,.;:!?"


@lru_cache(maxsize=512)
def phrases(words: str, language: str) -> tuple[str, ...]:
    """Cut words where a line may end, spaces left out of account; in a language with spaces they stay whole."""
    if language != "zh" or len(words) < 2:
        return (words,)
    held = {place for found in _together().finditer(words) for place in range(found.start() + 1, found.end())}
    cuts = [place for place in _places(words) if place not in held and words[place] not in _BEGINS_NO_LINE]
    ends = [0, *cuts, len(words)]
    return tuple(words[start:end] for start, end in pairwise(ends))


def breakable(words: str, language: str) -> Markup:
    """Give a heading's HTML, with `<wbr>` where it may break; the style sheet breaks Chinese headings nowhere else."""
    return Markup("<wbr>").join(map(escape, phrases(words, language)))


def _places(words: str) -> list[int]:
    """Give the places (a break before the sign of that number) that the model is sure of."""
    return [place for place, score in enumerate(_scores(words), start=1) if score >= _SURE]


def _scores(words: str) -> list[float]:
    """Score each place between two signs, as BudouX does: half of all weights is its zero."""
    model = _parser().model
    zero = -sum(sum(group.values()) for group in model.values()) * 0.5
    windows = {
        "UW1": (-3, -2), "UW2": (-2, -1), "UW3": (-1, 0), "UW4": (0, 1), "UW5": (1, 2), "UW6": (2, 3), "BW1": (-2, 0),
        "BW2": (-1, 1), "BW3": (0, 2), "TW1": (-3, 0), "TW2": (-2, 1), "TW3": (-1, 2), "TW4": (0, 3),
    }  # fmt: skip
    return [
        zero
        + sum(
            model.get(name, {}).get(words[place + start : place + end], 0)
            for name, (start, end) in windows.items()
            if place + start >= 0 and place + end <= len(words)
        )
        for place in range(1, len(words))
    ]


@lru_cache(maxsize=1)
def _together() -> re.Pattern[str]:
    whole = (resources.files(__package__) / "phrases.txt").read_text("utf-8").split()
    return re.compile("|".join([*sorted(whole, key=len, reverse=True), _NUMBER]))


@lru_cache(maxsize=1)
def _parser() -> Parser:
    import budoux  # here, so that a door that writes no Chinese does not hold the model

    return budoux.load_default_simplified_chinese_parser()

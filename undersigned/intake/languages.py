"""Which language to answer in (RFC 9110 12.5.4)."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

__all__ = ["best"]

LONGEST = 512  # characters of the header that are looked at


def best(accepted: str, offered: Sequence[str]) -> str:
    """Give the language of `offered` that an Accept-Language header likes best; the first where none fits."""
    return _best(accepted[:LONGEST], tuple(offered))


@lru_cache(maxsize=256)
def _best(accepted: str, offered: tuple[str, ...]) -> str:
    ranges = sorted(_ranges(accepted), key=lambda found: -found[1])
    for wanted, _ in ranges:
        for language in offered:
            if wanted in (language.lower(), "*") or wanted.split("-")[0] == language.lower():
                return language
    return offered[0]


def _ranges(accepted: str) -> list[tuple[str, float]]:
    found = []
    for part in accepted.split(","):
        name, _, parameters = part.partition(";")
        weight = _weight(parameters)
        if name.strip() and weight > 0:
            found.append((name.strip().lower(), weight))
    return found


def _weight(parameters: str) -> float:
    name, _, value = parameters.strip().partition("=")
    if name.strip().lower() != "q":
        return 1.0
    try:
        return min(1.0, max(0.0, float(value)))
    except ValueError:
        return 0.0

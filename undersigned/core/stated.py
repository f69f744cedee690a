"""A figure of the log's own, stated in public and entered as a `c` line: what it claims, and whether that is so.

It claims a number at a size of the log. Anybody who recounts the log passes that size, so nothing of it has to be
believed. The rules, by the codes that `fault` gives:

| code | what must hold |
|---|---|
| `form` | measure, qualifier, number, size and root are there, spelled exactly, and known |
| `size` | the line stands behind the lines that it was counted from |
| `root` | the root is that of the log at that size |
| `value` | with its qualifier it claims no more than what the lines up to there give |
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeAlias

import msgspec

from undersigned.core.counts import AtSize
from undersigned.core.figures import Figure
from undersigned.core.strict import Malformed, decimal, from_base64

__all__ = ["MEASURES", "Fault", "Stated", "facts_of", "fault", "of_figure", "read"]

Fault: TypeAlias = Literal["form", "size", "root", "value"]

#: What a log counts of itself, and under which name `AtSize` has it.
MEASURES: Mapping[str, str] = {
    "signatures-standing": "standing", "signatures-collected": "collected", "places-of-signatures": "places",
}  # fmt: skip
_HOLDS: Mapping[str, Callable[[int, int], bool]] = {
    "exact": operator.eq, "at_least": operator.ge, "more_than": operator.gt, "at_most": operator.le,
    "fewer_than": operator.lt,
}  # fmt: skip
# A country with few signatures is told as part of its region, so the log gives a least number of places and no other.
_FROM_BELOW = ("at_least", "more_than")


class Stated(msgspec.Struct, frozen=True):
    """What a figure of the log's own claims."""

    measure: str  # of MEASURES
    qualifier: str
    value: int
    size: int  # lines it was counted from
    root: bytes  # 32 bytes


def read(facts: Mapping[str, Any]) -> Stated:
    """Read the JSON of a `c` line.

    Raises:
        Malformed: it claims nothing that can be recounted.
    """
    words = [facts.get(name) for name in ("measure", "qualifier", "value", "root")]
    size = facts.get("size")
    if not all(isinstance(word, str) for word in words) or type(size) is not int or size < 1:
        raise Malformed("a field is missing")
    measure, qualifier, value, root = map(str, words)
    if measure not in MEASURES or qualifier not in (_FROM_BELOW if MEASURES[measure] == "places" else _HOLDS):
        raise Malformed("a log cannot count that")
    hashed = from_base64(root)
    if len(hashed) != 32:
        raise Malformed("a root has 32 bytes")
    return Stated(measure, qualifier, decimal(value), size, hashed)


def facts_of(figure: Figure) -> dict[str, Any]:
    """Give what a `c` line says of a figure that was counted from the log itself.

    Raises:
        ValueError: the figure was not.
    """
    own = figure.checkpoint
    if own is None:
        raise ValueError("only a count of the log itself is entered in it")
    return {
        "measure": figure.measure, "qualifier": figure.qualifier,
        "value": format(figure.value, "f") if figure.value is not None else "", "size": own.size, "root": own.root,
    }  # fmt: skip


def of_figure(figure: Figure) -> Stated:
    """Give what a figure with a checkpoint claims.

    Raises:
        Malformed: it claims nothing that can be recounted.
    """
    return read(facts_of(figure))


def fault(stated: Stated, lines: int, root: Callable[[int], bytes], at: Callable[[int], AtSize]) -> Fault | None:
    """Say in what a claim is false, or None.

    `lines` is how many lines stand before it; `root` and `at` give root and count of so many of them.
    """
    if stated.size > lines:
        return "size"
    if root(stated.size) != stated.root:
        return "root"
    counted: int = getattr(at(stated.size), MEASURES[stated.measure])
    return None if _HOLDS[stated.qualifier](counted, stated.value) else "value"

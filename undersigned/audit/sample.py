"""Which signatures a sample audit opens: numbers that anybody can draw again from the beacon and the root."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from hashlib import sha256

__all__ = ["TooFew", "draws", "sample"]

_DOMAIN = b"undersigned/sample/v1"


class TooFew(ValueError):
    """More signatures were asked for than stand."""


def draws(beacon: bytes, root: bytes, size: int) -> Iterator[int]:
    """Give the endless row of indices drawn, repeats and all (log.md, "Sample audit").

    The j-th is `SHA-256("undersigned/sample/v1" || beacon || root || u64 j) mod size`, the digest and j
    big-endian, nothing between the parts.

    Args:
        beacon: the raw bytes of the beacon's value.
        root: the 32 raw bytes of the root.
        size: the tree size named in the announcement, at least 1.

    Raises:
        ValueError: the root has not 32 bytes, or the size is not positive.
    """
    if len(root) != 32 or size < 1:
        raise ValueError("a sample needs a root of 32 bytes and a size of at least 1")
    start = sha256(_DOMAIN + beacon + root)
    number = 0
    while True:
        digest = start.copy()
        digest.update(number.to_bytes(8, "big"))
        yield int.from_bytes(digest.digest(), "big") % size
        number += 1


def sample(beacon: bytes, root: bytes, size: int, live: Collection[int], n: int) -> list[int]:
    """Give the first n different indices drawn that are live `s` lines, in the order of drawing.

    `live` holds the indices of the standing signatures of the tree of that size (a set, for speed).

    Raises:
        TooFew: fewer than n signatures stand within that size.
        ValueError: see `draws`.
    """
    within = sum(0 <= index < size for index in live)
    if n > within:
        raise TooFew(f"{n} signatures cannot be drawn: {within} stand. Ask for fewer.")
    chosen: dict[int, None] = {}
    for index in draws(beacon, root, size):
        if len(chosen) >= n:
            break
        if index in live:
            chosen.setdefault(index)
    return list(chosen)

"""The Merkle tree of RFC 6962 section 2.1 over SHA-256.

A tree is named by its size and its root. Growing it needs only its **edge**: the roots of its perfect
subtrees from left to right, the largest first, one for every bit of the size. Making proofs needs a
`Read`: a function that gives the root of any perfect subtree, `read(height, position)` being the root of
the leaves `position * 2**height` up to `(position + 1) * 2**height`, leaves themselves at height 0.
All hashes are 32 bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import TypeAlias

__all__ = [
    "EMPTY",
    "Edge",
    "Read",
    "Wrong",
    "check_consistency",
    "check_inclusion",
    "consistency",
    "edge",
    "extend",
    "inclusion",
    "leaf",
    "leaves",
    "node",
    "perfect",
    "root",
    "root_of",
    "roots",
    "span",
]

Edge: TypeAlias = tuple[bytes, ...]
Read: TypeAlias = Callable[[int, int], bytes]

EMPTY = sha256(b"").digest()


class Wrong(ValueError):
    """A proof does not show what it should."""


def leaf(data: bytes) -> bytes:
    """Hash an entry: SHA-256(00 || entry)."""
    return sha256(b"\x00" + data).digest()


def leaves(lines: Iterable[bytes]) -> list[bytes]:
    """Hash many entries."""
    return [sha256(b"\x00" + line).digest() for line in lines]


def node(left: bytes, right: bytes) -> bytes:
    """Hash two subtrees: SHA-256(01 || left || right)."""
    return sha256(b"\x01" + left + right).digest()


def extend(size: int, edge: Sequence[bytes], hashes: Iterable[bytes]) -> tuple[int, Edge]:
    """Append leaf hashes to a tree given by size and edge, and give the new size and edge."""
    grown, rest, at = list(edge), list(hashes), 0
    while at < len(rest):
        height = _fitting(size, len(rest) - at)
        hashed = perfect(rest[at : at + (1 << height)])
        carry = size >> height
        while carry & 1:
            hashed = sha256(b"\x01" + grown.pop() + hashed).digest()
            carry >>= 1
        grown.append(hashed)
        size, at = size + (1 << height), at + (1 << height)
    return size, tuple(grown)


def _fitting(size: int, more: int) -> int:
    """Give the height of the largest perfect subtree that may begin at `size` and has at most `more` leaves."""
    largest = more.bit_length() - 1
    return min(largest, (size & -size).bit_length() - 1) if size else largest


def perfect(hashes: Sequence[bytes]) -> bytes:
    """Give the root over a row of sibling hashes whose number is a power of two."""
    return roots(hashes, len(hashes))[0]


def roots(hashes: Sequence[bytes], width: int) -> Sequence[bytes]:
    """Give the roots over each `width` (a power of two) of a row of hashes, which is a whole number of them long."""
    while width > 1:
        hashes = [
            sha256(b"\x01" + left + right).digest() for left, right in zip(hashes[::2], hashes[1::2], strict=True)
        ]
        width //= 2
    return hashes


def root(size: int, edge: Sequence[bytes]) -> bytes:
    """Give the root of a tree from its edge; SHA-256 of nothing for the empty tree."""
    if not size:
        return EMPTY
    folded = edge[-1]
    for left in reversed(edge[:-1]):
        folded = node(left, folded)
    return folded


def root_of(hashes: Sequence[bytes]) -> bytes:
    """Give the root over a row of sibling hashes, for instance those of one tile."""
    return root(*extend(0, (), hashes))


def span(start: int, stop: int, read: Read) -> bytes:
    """Give the hash of the leaves `start` up to `stop`, where `start` is where a subtree of that size begins.

    The leaves are cut into perfect subtrees from the left, which are hashed together from the right.
    """
    parts = _parts(start, stop, read)
    return root(len(parts), parts)


def edge(size: int, read: Read) -> Edge:
    """Give the edge of a tree of that size out of its perfect subtrees."""
    return _parts(0, size, read)


def _parts(start: int, stop: int, read: Read) -> Edge:
    parts = []
    while start < stop:
        height = (stop - start).bit_length() - 1
        parts.append(read(height, start >> height))
        start += 1 << height
    return tuple(parts)


def _split(count: int) -> int:
    """Give the largest power of two below `count` (which is at least 2)."""
    return 1 << ((count - 1).bit_length() - 1)


def inclusion(index: int, size: int, read: Read) -> list[bytes]:
    """Make the inclusion proof of a leaf, the leaf's sibling first (RFC 6962 section 2.1.1).

    Raises:
        ValueError: there is no such leaf.
    """
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} leaves has no leaf {index}")
    start, stop, proof = 0, size, []
    while stop - start > 1:
        middle = start + _split(stop - start)
        if index < middle:
            proof.append(span(middle, stop, read))
            stop = middle
        else:
            proof.append(span(start, middle, read))
            start = middle
    return proof[::-1]


def consistency(old: int, new: int, read: Read) -> list[bytes]:
    """Make the consistency proof between two sizes (RFC 6962 section 2.1.2); empty from 0 or to itself.

    Raises:
        ValueError: the old tree is larger than the new one.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {new} leaves does not grow from one of {old}")
    if old in (0, new):
        return []
    start, stop, proof = 0, new, []
    while stop != old:
        middle = start + _split(stop - start)
        if old <= middle:
            proof.append(span(middle, stop, read))
            stop = middle
        else:
            proof.append(span(start, middle, read))
            start = middle
    if start:  # else the old tree is itself the last part, and its root is known
        proof.append(span(start, stop, read))
    return proof[::-1]


def _hashes(proof: Sequence[bytes], *roots: bytes) -> None:
    if any(len(item) != 32 for item in (*proof, *roots)):
        raise Wrong("a hash is not 32 bytes long")


def check_inclusion(index: int, size: int, hashed: bytes, proof: Sequence[bytes], expected: bytes) -> None:
    """Check that the leaf hash stands at `index` in the tree of that size and root (RFC 9162 2.1.3.2).

    Raises:
        Wrong: it does not, or the proof has not the exact length.
    """
    _hashes(proof, hashed, expected)
    if not 0 <= index < size:
        raise Wrong("the index lies outside the tree")
    place, last = index, size - 1
    for sibling in proof:
        if not last:
            raise Wrong("the inclusion proof is too long")
        if place & 1 or place == last:
            hashed = node(sibling, hashed)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            hashed = node(hashed, sibling)
        place, last = place >> 1, last >> 1
    if last:
        raise Wrong("the inclusion proof is too short")
    if hashed != expected:
        raise Wrong("the inclusion proof leads to another root")


def check_consistency(old: int, new: int, before: bytes, after: bytes, proof: Sequence[bytes]) -> None:
    """Check that the tree (`new`, `after`) holds the tree (`old`, `before`) unchanged (RFC 9162 2.1.4.2).

    Raises:
        Wrong: it does not, or the proof has not the exact length.
    """
    _hashes(proof, before, after)
    if not 0 <= old <= new:
        raise Wrong("the old tree is larger than the new one")
    if old in (0, new):
        _trivial(old, new, before, after, proof)
        return
    path = list(proof)
    if old & (old - 1) == 0:  # a perfect tree: its root is the first part
        path.insert(0, before)
    if not path:
        raise Wrong("the consistency proof is empty")
    _climb(old - 1, new - 1, path, before, after)


def _trivial(old: int, new: int, before: bytes, after: bytes, proof: Sequence[bytes]) -> None:
    if proof:
        raise Wrong("the consistency proof should be empty")
    if not old and before != EMPTY:
        raise Wrong("the empty tree has another root")
    if old == new and before != after:
        raise Wrong("two roots for one size")


def _climb(place: int, last: int, path: Sequence[bytes], before: bytes, after: bytes) -> None:
    while place & 1:
        place, last = place >> 1, last >> 1
    small = large = path[0]
    for part in path[1:]:
        if not last:
            raise Wrong("the consistency proof is too long")
        if place & 1 or place == last:
            small, large = node(part, small), node(part, large)
            while not place & 1 and place:
                place, last = place >> 1, last >> 1
        else:
            large = node(large, part)
        place, last = place >> 1, last >> 1
    if last:
        raise Wrong("the consistency proof is too short")
    if small != before or large != after:
        raise Wrong("the consistency proof leads to other roots")

"""How a log grows: from new lines to the new edge of its tree, and to the tiles and bundles it has now.

Every line is hashed once; the tiles take over what the tree was grown with.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from undersigned.core import merkle
from undersigned.core.strict import Malformed
from undersigned.core.tiles import WIDTH, Entries, Get, bundle, bundle_path, hashes_of, tile_path

__all__ = ["Growth", "grow", "tiles_for"]

_PART = 16 * WIDTH  # entries read at once where a log is made again


class Growth(msgspec.Struct, frozen=True):
    """The right end of a tree of `size` entries: all from `start` on, where a tile begins, each hashed once."""

    start: int
    size: int
    lines: Sequence[bytes]
    hashes: Sequence[bytes]  # of the lines
    roots: Sequence[bytes]  # of the full tiles that begin there


def _growth(start: int, lines: Sequence[bytes]) -> Growth:
    hashes = merkle.leaves(lines)
    full = len(hashes) - len(hashes) % WIDTH
    roots = merkle.roots(hashes[:full], WIDTH)
    return Growth(start, start + len(lines), lines, hashes, roots)


def grow(size: int, edge: merkle.Edge, lines: Sequence[bytes], entries: Entries) -> tuple[Growth, merkle.Edge]:
    """Append lines to a tree given by size and edge; give its right end, for `tiles_for`, and its new edge.

    `entries` serves the entries of the tile that the old tree has not filled; they are hashed again.

    Raises:
        Malformed: they are not those of the edge.
    """
    start, whole = size - size % WIDTH, (size // WIDTH).bit_count()
    growth = _growth(start, [*entries(start, size), *lines])
    if growth.size != size + len(lines) or _edge(growth.hashes[: size - start]) != edge[whole:]:
        raise Malformed("the last entries are not those of the tree")
    _, left = merkle.extend(size // WIDTH, edge[:whole], growth.roots)
    return growth, (*left, *_edge(growth.hashes[len(growth.roots) * WIDTH :]))


def _edge(hashes: Sequence[bytes]) -> merkle.Edge:
    return merkle.extend(0, (), hashes)[1]


def tiles_for(
    old: int, new: int, entries: Entries, get: Get, growth: Growth | None = None
) -> Iterator[tuple[str, bytes]]:
    """Give path and bytes of every tile and bundle that a tree of `new` entries has and one of `old` has not.

    `get` serves the tiles of the old size, to spare hashing again what lies left of the edge; a tile
    that is not there is made again from the entries. What it gives is not believed here: compare the
    root of the tiles (`Reader.root`) with the tree's before signing. `growth`, where it is the one from
    `old` to `new`, spares reading and hashing the entries.
    """
    start = old - old % WIDTH
    if new <= old:
        return
    fits = growth is not None and (growth.start, growth.size) == (start, new)
    roots: list[bytes] = []
    for part in [growth] if growth and fits else _parts(start, new, entries):
        yield from _row(part)
        roots += part.roots
    yield from _upper(1, start // WIDTH, roots, entries, get)


def _parts(start: int, stop: int, entries: Entries) -> Iterator[Growth]:
    """Read and hash entries from `start` on, not all of them at once."""
    for at in range(start, stop, _PART):
        yield _growth(at, entries(at, min(at + _PART, stop)))


def _row(growth: Growth) -> Iterator[tuple[str, bytes]]:
    for place in range(0, len(growth.lines), WIDTH):
        index, hashes = (growth.start + place) // WIDTH, growth.hashes[place : place + WIDTH]
        yield bundle_path(index, len(hashes)), bundle(growth.lines[place : place + WIDTH])
        yield tile_path(0, index, len(hashes)), b"".join(hashes)


def _upper(level: int, start: int, hashes: list[bytes], entries: Entries, get: Get) -> Iterator[tuple[str, bytes]]:
    """Give the new tiles of a level whose hashes from position `start` on are new, and of those above."""
    if not hashes:
        return
    first = start // WIDTH
    row = _earlier(level, first, start % WIDTH, entries, get) + hashes
    roots = []
    for place in range(0, len(row), WIDTH):
        part = row[place : place + WIDTH]
        yield tile_path(level, first + place // WIDTH, len(part)), b"".join(part)
        if len(part) == WIDTH:
            roots.append(merkle.perfect(part))
    yield from _upper(level + 1, first, roots, entries, get)


def _earlier(level: int, index: int, width: int, entries: Entries, get: Get) -> list[bytes]:
    """Give the first `width` hashes of a tile, from the store or else from the entries."""
    if not width:
        return []
    stored = get(tile_path(level, index, width))
    if stored is not None and len(stored) == 32 * width:
        return hashes_of(stored, width)
    return [_hash(level, index * WIDTH + place, entries) for place in range(width)]


def _hash(level: int, position: int, entries: Entries) -> bytes:
    """Hash the full tile of `level - 1` at that position from the entries alone."""
    if level == 1:
        lines = entries(position * WIDTH, (position + 1) * WIDTH)
        return merkle.root_of(merkle.leaves(lines))
    below = range(position * WIDTH, (position + 1) * WIDTH)
    return merkle.root_of([_hash(level - 1, place, entries) for place in below])

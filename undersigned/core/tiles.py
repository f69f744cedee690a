"""Tiles and entry bundles of a log, as C2SP tlog-tiles lays them out. Paths are relative to the log.

A tile is up to 256 hashes of 32 bytes in a row: at level 0 the leaf hashes, at every level above the
roots of the full tiles below. A bundle is the up to 256 entries of a level-0 tile, each behind its
length as a big-endian 16-bit number. What is full is never written again; what is not carries its width
in its name (`tile/0/003.p/17`), so every file is immutable.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import Literal, TypeAlias

import msgspec

from undersigned.core import merkle
from undersigned.core.strict import Malformed

__all__ = [
    "WIDTH",
    "Entries",
    "Get",
    "Missing",
    "Place",
    "Reader",
    "bundle",
    "bundle_path",
    "entries_of",
    "hashes_of",
    "paths",
    "place_of",
    "tile_path",
    "width_at",
]

WIDTH = 256

Entries: TypeAlias = Callable[[int, int], Sequence[bytes]]
"""`entries(start, stop)` gives the entries of that half-open range."""
Get: TypeAlias = Callable[[str], bytes | None]
"""`get(path)` gives a file of the log, or None."""


class Missing(LookupError):
    """A tile or bundle that the checkpoint implies is not there."""


class Place(msgspec.Struct, frozen=True):
    """What a path names. `width` is 256 for a full tile."""

    level: int | Literal["entries"]
    index: int
    width: int


def _number(index: int) -> str:
    groups = [f"{index % 1000:03}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03}")
    return "/".join(reversed(groups))


def _path(level: int | str, index: int, width: int) -> str:
    if not 1 <= width <= WIDTH:
        raise ValueError(f"a tile has no width of {width}")
    return f"tile/{level}/{_number(index)}" + (f".p/{width}" if width < WIDTH else "")


def tile_path(level: int, index: int, width: int = WIDTH) -> str:
    """Give the path of a hash tile, for instance `tile/1/x001/x234/067.p/17`."""
    if not 0 <= level < 64:
        raise ValueError(f"there is no level {level}")
    return _path(level, index, width)


def bundle_path(index: int, width: int = WIDTH) -> str:
    """Give the path of an entry bundle, for instance `tile/entries/003.p/17`."""
    return _path("entries", index, width)


_PATH = re.compile(r"tile/(entries|0|[1-9][0-9]?)/((?:x[0-9]{3}/){0,5}[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?", re.ASCII)


def place_of(path: str) -> Place:
    """Read a path back.

    Raises:
        Malformed: not a path of tlog-tiles, or another spelling of one.
    """
    match = _PATH.fullmatch(path)
    if not match:
        raise Malformed("not the path of a tile")
    level, groups, width = match.groups()
    index = int(groups.replace("x", "").replace("/", ""))
    if _number(index) != groups or (width is not None and int(width) >= WIDTH):
        raise Malformed("not the path of a tile")
    if level == "entries":
        return Place("entries", index, int(width or WIDTH))
    if int(level) > 63:
        raise Malformed("there is no such level")
    return Place(int(level), index, int(width or WIDTH))


def width_at(level: int, index: int, size: int) -> int:
    """Give how wide that tile is in a tree of `size` entries; 0 where it does not exist yet."""
    below = size >> (8 * level)
    return max(0, min(WIDTH, below - index * WIDTH))


def paths(size: int) -> Iterator[str]:
    """Give the path of every hash tile and bundle of a tree of that size."""
    for index in range(-(-size // WIDTH)):
        yield bundle_path(index, width_at(0, index, size))
    level, below = 0, size
    while below:
        for index in range(-(-below // WIDTH)):
            yield tile_path(level, index, width_at(level, index, size))
        level, below = level + 1, below // WIDTH


def bundle(lines: Sequence[bytes]) -> bytes:
    """Write entries (each at most 65,535 bytes) as one bundle."""
    lengths = set(map(len, lines))
    if len(lengths) == 1:  # as those of `s` lines alone
        length = lengths.pop().to_bytes(2, "big")
        return length + length.join(lines)
    return b"".join([part for line in lines for part in (len(line).to_bytes(2, "big"), line)])


def entries_of(data: bytes, width: int) -> list[bytes]:
    """Read a bundle of exactly `width` entries.

    Raises:
        Malformed: cut short, too long, or another number of entries.
    """
    lines = _alike(data) or _one_by_one(data)
    if len(lines) != width:
        raise Malformed("an entry bundle holds another number of entries")
    return lines


def _alike(data: bytes) -> list[bytes]:
    """Give the entries of a bundle in which all are as long as the first, as `s` lines are; none where they are not."""
    step = 2 + int.from_bytes(data[:2], "big")
    number, rest = divmod(len(data), step)
    if step == 2 or rest or data[::step] != data[:1] * number or data[1::step] != data[1:2] * number:
        return []
    return [data[place : place + step - 2] for place in range(2, len(data), step)]


def _one_by_one(data: bytes) -> list[bytes]:
    lines, place, size = [], 0, len(data)
    while place + 2 <= size:
        end = place + 2 + (data[place] << 8 | data[place + 1])
        lines.append(data[place + 2 : end])
        place = end
    if place != size:
        raise Malformed("an entry bundle is cut short")
    return lines


def hashes_of(data: bytes, width: int) -> list[bytes]:
    """Read a tile of exactly `width` hashes.

    Raises:
        Malformed: another length.
    """
    if len(data) != 32 * width:
        raise Malformed("a tile has another length")
    return [data[place : place + 32] for place in range(0, len(data), 32)]


class Reader:
    """Reads hashes and entries of a tree of one size out of its tiles; keeps what it has read."""

    def __init__(self, size: int, get: Get) -> None:
        """Read a tree of `size` entries with `get`."""
        self.size = size
        self._get = get
        self._tiles: dict[tuple[int, int], list[bytes]] = {}

    def __call__(self, height: int, position: int) -> bytes:
        """Give the root of a perfect subtree: this object is a `merkle.Read`.

        Raises:
            Missing: a tile is not there.
            Malformed: a tile has a wrong length.
        """
        level, inner = divmod(height, 8)
        first = position << inner
        tile = self._tile(level, first // WIDTH)
        place = first % WIDTH
        return merkle.root_of(tile[place : place + (1 << inner)])

    def root(self) -> bytes:
        """Give the root that the tiles have."""
        return merkle.span(0, self.size, self)

    def bundle(self, index: int) -> list[bytes]:
        """Give the entries of a bundle.

        Raises:
            Missing: it is not there.
            Malformed: it is cut short or holds another number of entries.
        """
        width = width_at(0, index, self.size)
        data, there = self._file(bundle_path(index, width), bundle_path(index), width)
        return entries_of(data, there)[:width]

    def _tile(self, level: int, index: int) -> list[bytes]:
        found = self._tiles.get((level, index))
        if found is None:
            width = width_at(level, index, self.size)
            data, there = self._file(tile_path(level, index, width), tile_path(level, index), width)
            found = hashes_of(data, there)[:width]
            self._tiles[level, index] = found
        return found

    def _file(self, path: str, full: str, width: int) -> tuple[bytes, int]:
        """Give a file and its width; a partial one may have been dropped once the full one was there."""
        data = self._get(path)
        if data is not None:
            return data, width
        data = self._get(full)
        if data is None:
            raise Missing(path)
        return data, WIDTH

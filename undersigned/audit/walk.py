"""Walks a log from its first line to its last: root, tiles and count are made anew from the lines alone."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from hashlib import sha256

import msgspec

from undersigned.audit.fetch import Source, Unreadable, several
from undersigned.core import lines, merkle, tiles
from undersigned.core.counts import Day
from undersigned.core.recount import Broken, Recount
from undersigned.core.strict import Malformed

__all__ = ["Snapshot", "Walk", "bundles", "wrong_tile"]

_BUNDLE = tiles.WIDTH * 65_537  # the most bytes that a bundle can have
_TILE = tiles.WIDTH * 32


class Snapshot(msgspec.Struct, frozen=True):
    """What the first `size` lines of the log say, and their root (32 bytes)."""

    size: int
    root: bytes
    standing: int
    collected: int
    withdrawn: int
    struck: int
    countries: Mapping[str, int]
    days: tuple[Day, ...]
    texts: Mapping[str, str]  # language -> hash of the text version open for signature


class Walk:
    """Takes bundles of lines in order, and remembers what it was asked to look out for."""

    def __init__(self, marks: Collection[int] = (), wanted: int | None = None) -> None:
        """Begin before the first line.

        Args:
            marks: sizes at which a snapshot is wanted; they end up in `seen`.
            wanted: index of a line that is wanted; it ends up in `line`, and in `last` the kind of the
                last line that changed it (`s` where none did).
        """
        self.recount = Recount()
        self.fault: Broken | None = None
        self.size = 0
        self.seen: dict[int, Snapshot] = {}
        self.digests: dict[str, bytes] = {}  # path of a tile -> SHA-256 of the bytes it must have
        self.line = b""
        self.last = ""
        self.stated: list[tuple[int, bytes]] = []  # index and line of every figure stated of this log
        self.tops: list[bytes] = []  # the root of every bundle
        self._wanted = wanted
        self._name = None if wanted is None else b"%d" % wanted
        self._marks = set(marks)
        self._texts: Mapping[str, str] = {}
        self._edge: merkle.Edge = ()  # over whole bundles
        self._rows: list[list[bytes]] = []  # the last, unfinished tile of every level above 0
        self._partial: list[bytes] = []  # leaf hashes of the last bundle, if it is not full
        self._mark(0, [])

    def take(self, bundle: Sequence[bytes]) -> None:
        """Take the lines of the next bundle: 256, or fewer if it is the last one."""
        hashes = merkle.leaves(bundle)
        done, stop = 0, self.size + len(bundle)
        for mark in sorted(mark for mark in self._marks if self.size < mark <= stop):
            self._fold(self.size + done, bundle[done : mark - self.size])
            done = mark - self.size
            self._mark(mark, hashes[:done])
        self._fold(self.size + done, bundle[done:])
        self._tile(0, self.size // tiles.WIDTH, hashes)
        self._partial = hashes if len(hashes) < tiles.WIDTH else []
        if self._partial:
            self.tops.append(merkle.root_of(hashes))
        self.size = stop

    def end(self) -> Snapshot:
        """Finish the tiles on the right edge and give the whole log's snapshot."""
        for level, row in enumerate(self._rows, 1):
            if row:
                index = (self.size >> (8 * level)) // tiles.WIDTH
                self.digests[tiles.tile_path(level, index, len(row))] = sha256(b"".join(row)).digest()
        return self.seen.get(self.size) or self._snapshot(self.size, self._partial)

    def _mark(self, size: int, hashes: Sequence[bytes]) -> None:
        if size in self._marks:
            self.seen[size] = self._snapshot(size, hashes)

    def _snapshot(self, size: int, hashes: Sequence[bytes]) -> Snapshot:
        edge = (*self._edge, merkle.root_of(hashes)) if hashes else self._edge
        return Snapshot(
            size=size,
            root=merkle.root(len(edge), edge),
            standing=self.recount.standing,
            collected=self.recount.collected,
            withdrawn=self.recount.withdrawn,
            struck=self.recount.struck,
            countries=self.recount.countries,
            days=self.recount.days,
            texts=self._texts,
        )

    def _fold(self, start: int, taken: Sequence[bytes]) -> None:
        self._watch(start, taken)
        if self.fault is None:
            try:
                self.recount.feed_all(taken)
            except Broken as error:
                self.fault = error

    def _watch(self, start: int, taken: Sequence[bytes]) -> None:
        wanted = self._wanted is not None and start <= self._wanted < start + len(taken)
        if not wanted and lines.are_signatures(taken):
            return
        for index, line in enumerate(taken, start):
            if index == self._wanted:
                self.line, self.last = line, "s"
            if line[:2] in (b"g ", b"v "):
                self._texts = _texts(line) or self._texts
            elif line[:2] == b"c ":
                self.stated.append((index, line))
            elif self._name is not None and line[:2] in (b"w ", b"x ", b"r ") and line.split(b" ")[1] == self._name:
                self.last = line[:1].decode()

    def _tile(self, level: int, index: int, hashes: Sequence[bytes]) -> None:
        """Take the hashes of a tile; a full one gives a hash to the level above."""
        self.digests[tiles.tile_path(level, index, len(hashes))] = sha256(b"".join(hashes)).digest()
        if len(hashes) < tiles.WIDTH:
            return
        root = merkle.root_of(hashes)
        if level == 0:
            self.tops.append(root)
            _, self._edge = merkle.extend(index, self._edge, [root])
        while len(self._rows) <= level:
            self._rows.append([])
        row = self._rows[level]
        row.append(root)
        if len(row) == tiles.WIDTH:
            self._rows[level] = []
            self._tile(level + 1, index // tiles.WIDTH, row)


def _texts(line: bytes) -> Mapping[str, str]:
    try:
        fields = lines.parse(line)
    except Malformed:
        return {}  # the recount says so
    texts = fields.facts.get("texts") if isinstance(fields, lines.Document) else None
    return {str(language): str(digest) for language, digest in texts.items()} if isinstance(texts, dict) else {}


def bundles(log: Source, size: int, indices: Sequence[int] | None = None) -> Iterator[list[bytes]]:
    """Read the lines of a log of that size, bundle by bundle: all of them, or those of `indices`.

    Raises:
        Unreadable: a bundle is absent or damaged; the message says which.
    """
    indices = range(-(-size // tiles.WIDTH)) if indices is None else indices
    paths = (tiles.bundle_path(index, tiles.width_at(0, index, size)) for index in indices)
    for index, data in zip(indices, several(log, paths, _BUNDLE), strict=True):
        yield _entries(log, index, tiles.width_at(0, index, size), data)


def _entries(log: Source, index: int, width: int, data: bytes | None) -> list[bytes]:
    path, there = tiles.bundle_path(index, width), width
    if data is None and width < tiles.WIDTH:  # a partial bundle may go once the full one is there
        path, there = tiles.bundle_path(index), tiles.WIDTH
        data = log.get(path, _BUNDLE)
    if data is None:
        raise Unreadable(f"{path} is not there, though the checkpoint covers it. Lines of the log are missing.")
    try:
        return tiles.entries_of(data, there)[:width]
    except Malformed as error:
        raise Unreadable(f"{path} is damaged: {error}. The log cannot be recounted.") from None


def wrong_tile(log: Source, digests: Mapping[str, bytes], told: Callable[[], None] = lambda: None) -> str:
    """Give the path of the first tile that differs from what the lines give or is absent, or "".

    `digests` gives the SHA-256 that every tile must have, by path.
    """
    for (path, digest), data in zip(digests.items(), several(log, digests, _TILE), strict=True):
        place = tiles.place_of(path)
        if data is None and place.width < tiles.WIDTH:
            full = log.get(path.partition(".p/")[0], _TILE)
            data = full and full[: 32 * place.width]
        if data is None or sha256(data).digest() != digest:
            return path
        told()
    return ""

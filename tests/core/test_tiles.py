"""Tiles lie where C2SP tlog-tiles puts them, hold what it says, and can always be made again."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.core import growth, merkle, tiles
from undersigned.core.strict import Malformed


def lines(count: int) -> list[bytes]:
    return [b"line %d" % number for number in range(count)]


def grow(sizes: list[int]) -> tuple[dict[str, bytes], list[bytes]]:
    """Grow a log from size to size, keeping every file ever written."""
    files: dict[str, bytes] = {}
    entries = lines(max(sizes))
    old = 0
    for new in sizes:
        for path, data in growth.tiles_for(old, new, lambda start, stop: entries[start:stop], files.get):
            assert files.setdefault(path, data) == data, "a published tile changed"
        old = new
    return files, entries


def root_of(entries: list[bytes]) -> bytes:
    return merkle.root(*merkle.extend(0, (), map(merkle.leaf, entries)))


@pytest.mark.parametrize(
    ("index", "path"),
    [
        (0, "000"),
        (7, "007"),
        (999, "999"),
        (1000, "x001/000"),
        (1234067, "x001/x234/067"),
        (10**9, "x001/x000/x000/000"),
    ],
)
def test_numbers_are_groups_of_three_digits_all_but_the_last_with_x(index: int, path: str) -> None:
    assert tiles.tile_path(1, index) == f"tile/1/{path}"
    assert tiles.bundle_path(index, 17) == f"tile/entries/{path}.p/17"
    assert tiles.place_of(f"tile/1/{path}") == tiles.Place(1, index, 256)
    assert tiles.place_of(f"tile/entries/{path}.p/17") == tiles.Place("entries", index, 17)


@pytest.mark.parametrize(
    "path",
    [
        "tile/0/0", "tile/0/0000", "tile/0/x000/001", "tile/00/000", "tile/64/000", "tile/-1/000", "tile/0/000.p/0",
        "tile/0/000.p/256", "tile/0/000.p/017", "tile/0/000.p/", "tile/0/001/000", "tile/0/x001", "tile/entries/",
        "tile/0/０００", "tile/0/000\n", "/tile/0/000", "tile/8/0/000", "tile/0/../0/000", "checkpoint", "",
    ],
)  # fmt: skip
def test_another_spelling_of_a_path_is_no_path(path: str) -> None:
    with pytest.raises(Malformed):
        tiles.place_of(path)


def test_a_tree_of_70_000_entries_has_the_tiles_of_the_specification() -> None:
    every = list(tiles.paths(70_000))
    hashes = [path for path in every if "entries" not in path]
    assert len(hashes) == 277
    assert len(every) - len(hashes) == 274
    assert {path for path in hashes if ".p/" in path} == {
        "tile/0/273.p/112", "tile/1/001.p/17", "tile/2/000.p/1",
    }  # fmt: skip
    assert [path for path in tiles.paths(256) if "entries" not in path] == ["tile/0/000", "tile/1/000.p/1"]
    assert list(tiles.paths(0)) == []


def test_a_tile_of_no_width_or_too_high_is_never_named() -> None:
    for width in (0, 257, -1):
        with pytest.raises(ValueError, match="width"):
            tiles.tile_path(0, 0, width)
    with pytest.raises(ValueError, match="level"):
        tiles.tile_path(64, 0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(1, 900), min_size=1, max_size=6))
def test_growing_in_any_portions_leaves_every_tile_of_every_size(steps: list[int]) -> None:
    sizes = [sum(steps[: place + 1]) for place in range(len(steps))]
    files, entries = grow(sizes)
    for size in sizes:
        assert set(tiles.paths(size)) <= set(files)
        read = tiles.Reader(size, files.get)
        assert read.root() == root_of(entries[:size])
        bundles = [line for index in range(-(-size // 256)) for line in read.bundle(index)]
        assert bundles == entries[:size]


def test_three_levels_of_tiles_prove_every_kind_of_leaf_and_growth() -> None:
    size = 256 * 256 * 2 + 256 * 3 + 5
    files, entries = grow([1, 255, 256, 257, 65_535, 65_536, 65_537, 70_000, size - 1, size])
    read = tiles.Reader(size, files.get)
    root = root_of(entries)
    assert read.root() == root
    for index in (0, 255, 256, 65_535, 65_536, 131_072, size - 1):
        merkle.check_inclusion(index, size, merkle.leaf(entries[index]), merkle.inclusion(index, size, read), root)
    for old in (1, 255, 256, 65_536, 65_537, 70_000, size - 1):
        before = tiles.Reader(old, files.get).root()
        merkle.check_consistency(old, size, before, root, merkle.consistency(old, size, read))


def test_tiles_left_of_the_edge_that_were_lost_are_made_again_from_the_entries() -> None:
    old, new = 256 * 300 + 7, 256 * 301 + 1
    files, _ = grow([old])
    whole = dict(growth.tiles_for(old, new, lambda a, b: lines(new)[a:b], files.get))
    for path in ["tile/1/001.p/44", "tile/0/300.p/7", "tile/2/000.p/1"]:
        spoilt = {name: data for name, data in files.items() if name != path}
        assert dict(growth.tiles_for(old, new, lambda a, b: lines(new)[a:b], spoilt.get)) == whole
    short = {**files, "tile/1/001.p/44": b"cut"}
    assert dict(growth.tiles_for(old, new, lambda a, b: lines(new)[a:b], short.get)) == whole


def test_only_what_is_new_is_written() -> None:
    files, _ = grow([256 * 2 + 3])
    written = [path for path, _ in growth.tiles_for(515, 516, lambda a, b: lines(516)[a:b], files.get)]
    assert written == ["tile/entries/002.p/4", "tile/0/002.p/4"]
    assert not list(growth.tiles_for(515, 515, lambda a, b: lines(515)[a:b], files.get))


def test_a_dropped_partial_is_read_out_of_the_full_tile() -> None:
    files, entries = grow([300, 600])
    for path in [path for path in files if path.startswith(("tile/0/001.p", "tile/entries/001.p"))]:
        del files[path]
    read = tiles.Reader(300, files.get)
    assert read.root() == root_of(entries[:300])
    assert read.bundle(1) == entries[256:300]


def test_what_is_missing_or_has_a_wrong_length_is_said() -> None:
    files, _ = grow([300])
    with pytest.raises(tiles.Missing, match=r"tile/0/001\.p/44"):
        tiles.Reader(300, {k: v for k, v in files.items() if k != "tile/0/001.p/44"}.get).root()
    with pytest.raises(Malformed):
        tiles.Reader(300, {**files, "tile/0/001.p/44": b"short"}.get).root()


def _spoilt_bundles(good: bytes) -> Iterator[bytes]:
    yield good[:-1]
    yield good + b"\x00"
    yield good + b"\x00\x05abc"
    yield good + b"\x00\x00"
    yield b""


def test_a_bundle_of_entries_of_one_length_is_written_like_any_other() -> None:
    for entries in ([], [b""], [b"ab", b"cd", b"ef"], [b"ab", b"cd", b"efg"]):
        assert tiles.bundle(entries) == b"".join(len(one).to_bytes(2, "big") + one for one in entries)


def test_a_bundle_is_exactly_its_entries() -> None:
    entries = [b"", b"a", b"b" * 65_535]
    good = tiles.bundle(entries)
    assert good[:5] == b"\x00\x00\x00\x01a"
    assert tiles.entries_of(good, 3) == entries
    for data in _spoilt_bundles(good):
        with pytest.raises(Malformed):
            tiles.entries_of(data, 3)
    with pytest.raises(OverflowError):
        tiles.bundle([b"c" * 65_536])

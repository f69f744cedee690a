"""A batch grows the tree to the same edge and the same files as everything made again from the entries."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.core import merkle
from undersigned.core.growth import grow, tiles_for
from undersigned.core.strict import Malformed

LINES = [b"line %d" % number for number in range(256 * 257 + 300)]


def entries(start: int, stop: int) -> list[bytes]:
    return LINES[start:stop]


def never(start: int, stop: int) -> list[bytes]:
    raise AssertionError(f"{start} to {stop} are read again")


def edge(size: int) -> merkle.Edge:
    return merkle.extend(0, (), merkle.leaves(LINES[:size]))[1]


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 1500), st.integers(1, 1500))
def test_a_batch_of_any_size_gives_the_edge_that_line_by_line_gives(size: int, more: int) -> None:
    growth, grown = grow(size, edge(size), LINES[size : size + more], entries)
    assert (growth.size, grown) == (size + more, edge(size + more))


@pytest.mark.parametrize("old", [0, 1, 255, 256, 257, 700, 256 * 256 - 1, 256 * 256, 256 * 257])
@pytest.mark.parametrize("more", [1, 255, 256, 257, 300])
def test_what_was_grown_gives_the_files_without_reading_a_line_again(old: int, more: int) -> None:
    files = dict(tiles_for(0, old, entries, lambda path: None))
    growth, _ = grow(old, edge(old), LINES[old : old + more], entries)
    made = dict(tiles_for(old, old + more, never, files.get, growth))
    assert made == dict(tiles_for(old, old + more, entries, files.get))


def test_a_growth_from_elsewhere_is_not_used() -> None:
    growth, _ = grow(300, edge(300), [b"other"] * 10, entries)
    for old, new in ((0, 310), (300, 311), (300, 309)):
        made = dict(tiles_for(old, new, entries, lambda path: None, growth))
        assert made == dict(tiles_for(old, new, entries, lambda path: None))


@pytest.mark.parametrize("changed", [256, 299])
def test_a_changed_line_in_the_unfinished_tile_is_never_built_upon(changed: int) -> None:
    spoilt = [*LINES[:changed], b"another", *LINES[changed + 1 :]]
    with pytest.raises(Malformed):
        grow(300, edge(300), [b"new"], lambda start, stop: spoilt[start:stop])
    with pytest.raises(Malformed):
        grow(300, edge(300), [b"new"], lambda start, stop: LINES[start : stop - 1])

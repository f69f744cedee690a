"""Anybody draws the same sample from the beacon and the root, and the organiser cannot steer it."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.audit.sample import TooFew, draws, sample

ROOT = bytes(range(32))
BEACON = bytes.fromhex("00ff10")
VECTOR = [552607, 149206, 12590, 633787, 788686]


def independent(beacon: bytes, root: bytes, number: int, size: int) -> int:
    """The sentence of log.md, written down a second time in another way."""
    text = "undersigned/sample/v1".encode("ascii").hex() + beacon.hex() + root.hex() + f"{number:016x}"
    return int(sha256(bytes.fromhex(text)).hexdigest(), 16) % size


def test_the_indices_drawn_never_change() -> None:
    stream = draws(BEACON, ROOT, 1_000_000)
    assert [next(stream) for _ in range(5)] == VECTOR


@given(st.binary(max_size=64), st.binary(min_size=32, max_size=32), st.integers(1, 2**40))
def test_a_second_program_draws_the_same(beacon: bytes, root: bytes, size: int) -> None:
    stream = draws(beacon, root, size)
    assert [next(stream) for _ in range(4)] == [independent(beacon, root, j, size) for j in range(4)]


@given(st.sets(st.integers(0, 199), min_size=1), st.data())
def test_a_sample_holds_each_standing_signature_at_most_once(live: set[int], data: st.DataObject) -> None:
    n = data.draw(st.integers(0, len(live)))
    drawn = sample(BEACON, ROOT, 200, live, n)
    assert len(drawn) == len(set(drawn)) == n
    assert set(drawn) <= live


def test_a_larger_sample_begins_with_the_smaller_one() -> None:
    live = set(range(3, 900, 2))
    assert sample(BEACON, ROOT, 900, live, 40)[:15] == sample(BEACON, ROOT, 900, live, 15)


def test_more_than_stand_cannot_be_drawn() -> None:
    with pytest.raises(TooFew, match="3 signatures cannot be drawn: 2 stand"):
        sample(BEACON, ROOT, 10, {1, 2}, 3)


@pytest.mark.parametrize(("root", "size"), [(b"short", 5), (ROOT, 0)])
def test_a_sample_of_nothing_is_refused(root: bytes, size: int) -> None:
    with pytest.raises(ValueError, match="a root of 32 bytes"):
        next(draws(BEACON, root, size))


def test_signatures_beyond_the_announced_size_are_never_waited_for() -> None:
    with pytest.raises(TooFew):
        sample(BEACON, ROOT, 10, {3, 4, 50}, 3)

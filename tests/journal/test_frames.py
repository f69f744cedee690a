"""A segment comes back whole or not at all."""

from __future__ import annotations

from hashlib import blake2b

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.journal.frames import MAGIC, MOST_BYTES, pack, unpack
from undersigned.journal.needs import Broken

SEGMENT = pack([b"first record", b"", b"\x00" * 40])


@given(st.lists(st.binary(max_size=200), min_size=1, max_size=20))
def test_records_come_back_as_they_were(records: list[bytes]) -> None:
    assert unpack(pack(records)) == records


def test_the_bytes_are_those_that_were_agreed() -> None:
    body = b"USG1" + (2).to_bytes(4, "big") + (3).to_bytes(4, "big") + b"abc" + (0).to_bytes(4, "big")
    assert pack([b"abc", b""])[:-16] == body
    # b2sum -l 128 of the bytes above
    assert pack([b"abc", b""])[-16:].hex() == "427df228733516934a0adf30813cd299"


@pytest.mark.parametrize("length", range(len(SEGMENT)))
def test_a_segment_cut_short_at_any_byte_is_refused(length: int) -> None:
    with pytest.raises(Broken):
        unpack(SEGMENT[:length])


@pytest.mark.parametrize("place", range(len(SEGMENT)))
def test_a_segment_with_any_bit_changed_is_refused(place: int) -> None:
    for bit in range(8):
        changed = bytearray(SEGMENT)
        changed[place] ^= 1 << bit
        with pytest.raises(Broken):
            unpack(bytes(changed))


@pytest.mark.parametrize("more", [b"\x00", b"USG1", SEGMENT])
def test_a_segment_with_bytes_behind_it_is_refused(more: bytes) -> None:
    with pytest.raises(Broken):
        unpack(SEGMENT + more)


@pytest.mark.parametrize(
    "body",
    [
        MAGIC + b"\x00\x00\x00\x00",
        MAGIC + b"\x00\x00\x00\x01",
        MAGIC + b"\x00\x00\x00\x01" + b"\x00\x00\x00\x09abc",
        MAGIC + b"\x00\x00\x00\x01" + b"\x00\x00\x00\x01abc",
        MAGIC + b"\xff\xff\xff\xff" + b"\x00\x00\x00\x01a",
        b"USG2" + b"\x00\x00\x00\x01" + b"\x00\x00\x00\x01a",
    ],
    ids=["no record", "no length", "short", "long", "count", "magic"],
)
def test_a_checksum_alone_makes_no_segment(body: bytes) -> None:
    with pytest.raises(Broken):
        unpack(body + blake2b(body, digest_size=16).digest())


def test_an_empty_segment_or_one_too_long_is_never_made() -> None:
    with pytest.raises(ValueError, match="at least one"):
        pack([])
    with pytest.raises(ValueError, match="at most"):
        pack([bytes(MOST_BYTES)])

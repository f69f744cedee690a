"""The journal of an earlier release is read for ever."""

from __future__ import annotations

import msgspec
import pytest
from msgspec.structs import replace

from tests.core.small_ledger import SmallLedger
from tests.made import name, signed
from undersigned.core.events import Damaged, Signed, decode, encode

AMAL = signed("amal")


def first_version(event: Signed) -> bytes:
    """Give the bytes that a door of before November 2026 wrote."""
    kind, *fields = msgspec.msgpack.decode(encode(event))
    assert kind == "signed/2"
    return msgspec.msgpack.encode(["signed/1", *fields[:18]])


def test_a_signature_of_the_first_version_is_read_without_source_and_cohort() -> None:
    assert decode(first_version(AMAL)) == AMAL
    assert (AMAL.source, AMAL.cohort) == ("", b"")


def test_both_versions_have_the_same_outcome() -> None:
    old, new = SmallLedger(), SmallLedger()
    assert old.take(decode(first_version(AMAL))) == new.take(decode(encode(AMAL))) == "started"
    assert old.rows == new.rows


def test_source_and_cohort_come_back_as_they_were_written() -> None:
    whole = replace(AMAL, source="poster-1", cohort=name("cohort", 8))
    assert decode(encode(whole)) == whole


@pytest.mark.parametrize("length", [1, 7, 9, 16])
def test_a_cohort_of_another_length_is_damaged(length: int) -> None:
    assert SmallLedger().take(replace(AMAL, cohort=bytes(length))) == "damaged"


def test_a_version_that_is_not_known_is_damaged() -> None:
    later = msgspec.msgpack.encode(["signed/3", *msgspec.msgpack.decode(encode(AMAL))[1:]])
    with pytest.raises(Damaged):
        decode(later)

"""A line has one spelling, and what a leaf commits to is fixed to the byte."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core import leaves

C = "A" * 43


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        (b"d 2026-02-28", leaves.DayBegins("2026-02-28")),
        (b"s " + C.encode(), leaves.Signature(C)),
        (b"w 12 withdrawn", leaves.TakenBack(12, "withdrawn")),
        (b"x 12 under-age", leaves.Struck(12, "under-age")),
        (b"r 0", leaves.Reinstated(0)),
        (b"t KE e 10", leaves.Tally("KE", "e", 10)),
        (b"t 014 p -12", leaves.Tally("014", "p", -12)),
        (b"t ZZ m 10", leaves.Tally("ZZ", "m", 10)),
        (b'g {"format":1,"k":10}', leaves.Document("g", {"format": 1, "k": 10})),
        (b"n {}", leaves.Document("n", {})),
    ],
)
def test_each_kind_is_read(line: bytes, fields: leaves.Line) -> None:
    assert leaves.parse(line) == fields


@pytest.mark.parametrize(
    "line",
    [
        b"", b"s", b"q 1", b"S " + C.encode(), b"s  " + C.encode(), b" s " + C.encode(), b"s " + C.encode() + b"\n",
        b"s " + C[:-1].encode(), b"s " + C[:-1].encode() + b"B", b"s " + C[:-1].encode() + b"=",
        b"s " + C[:-1].encode() + b"+",
        b"s " + C.encode() + b" e", b"d 2026-2-28", b"d 2026-02-30", b"d 2026-13-01", b"d 0000-01-01",
        b"d 2026-02-28T00",
        "d ２０２６-02-28".encode(), b"w 12", b"w 012 a", b"w -1 a", b"w +1 a", b"w 1_0 a", b"w 1 A", b"w 1 ",
        b"w 1  a",
        b"w 1 a b", b"w 1 " + b"a" * 33, b"x 1", "x １ a".encode(), b"r 1 a", b"r 01", b"r", b"r " + b"1" * 17,
        b"t KE e 0", b"t KE e -0", b"t KE e +10", b"t KE e 010", b"t ke e 10", b"t K e 10", b"t 14 e 10", b"t KE z 10",
        b"t KE 10", b"t KE e 1.5", b"t KEN e 10", "t KE e １０".encode(), b"g", b"g []", b'g {"a":1,"a":2}', b"g {",
        b'g {"a":"\xc3\xa9"}', b'g {"a":NaN}', b'g {"a":Infinity}', b"n {}\n", b"n {} ", b"n {\n}", b"v null", b"a 1",
        b'g {"a":' + b"[" * 30_000 + b"]" * 30_000 + b"}", b"n {" + b" " * 65_535 + b"}",
    ],
)  # fmt: skip
def test_anything_else_is_refused(line: bytes) -> None:
    with pytest.raises(leaves.Malformed):
        leaves.parse(line)


@given(st.binary(max_size=60))
def test_reading_foreign_bytes_never_fails_in_another_way(data: bytes) -> None:
    assert leaves.is_signature(data) == (data[:2] == b"s " and _reads(data))


def _reads(data: bytes) -> bool:
    try:
        return bool(leaves.parse(data))
    except leaves.Malformed:
        return False


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=40))
def test_many_signatures_are_written_as_each_of_them_is(committed: list[bytes]) -> None:
    written = leaves.signatures(committed)
    assert written == [leaves.signature(one) for one in committed]
    assert leaves.are_signatures(written) == bool(written)


def test_many_commitments_are_refused_for_one_of_another_length() -> None:
    for wrong in (bytes(31), bytes(33), b""):
        with pytest.raises(leaves.Malformed):
            leaves.signatures([bytes(32), wrong])


@given(st.lists(st.binary(min_size=32, max_size=32), min_size=1, max_size=5), st.data())
def test_a_run_is_of_signatures_exactly_where_each_line_is_one(committed: list[bytes], data: st.DataObject) -> None:
    joined = bytearray(b"".join(leaves.signatures(committed)))
    place = data.draw(st.integers(0, len(joined) - 1))
    joined[place] = data.draw(st.sampled_from(b"sAZaz09-_ +/=\n\x00\xffBDE48w"))
    cut = data.draw(st.sampled_from([45, 44, 46]))
    run = [bytes(joined[at : at + cut]) for at in range(0, len(joined), cut)]
    assert leaves.are_signatures(run) == all(map(leaves.is_signature, run))


@given(st.binary(min_size=32, max_size=32), st.integers(0, 10**12), st.integers(1, 10**9))
def test_what_is_written_is_read_back(commitment: bytes, index: int, n: int) -> None:
    for line in (
        leaves.signature(commitment), leaves.withdrawal(index, "withdrawn"), leaves.strike(index, "court"),
        leaves.reinstatement(index), leaves.tally("KE", "e", -n), leaves.day("2026-01-01"),
        leaves.document("n", {"index": index, "names": ["é", "\u2028"]}),
    ):  # fmt: skip
        leaves.parse(line)
        assert line.isascii()
        assert b"\n" not in line


@pytest.mark.parametrize(
    "write",
    [
        lambda: leaves.signature(b"short"), lambda: leaves.day("2026-02-30"), lambda: leaves.withdrawal(-1, "a"),
        lambda: leaves.strike(1, "Not A Code"), lambda: leaves.tally("KE", "e", 0), lambda: leaves.tally("", "e", 5),
        lambda: leaves.document("g", "[]"), lambda: leaves.document("v", '{"a":"é"}'), lambda: leaves.document("s", {}),
        lambda: leaves.document("n", "{}\ns"),
    ],
)  # fmt: skip
def test_a_line_that_a_recount_would_refuse_is_never_written(write: Callable[[], bytes]) -> None:
    with pytest.raises(leaves.Malformed):
        write()


def test_json_is_written_in_one_spelling() -> None:
    assert leaves.document("n", {"b": 1, "a": "é"}) == b'n {"a":"\\u00e9","b":1}'


def test_a_commitment_is_fixed_to_the_byte() -> None:
    record = leaves.record("peace", "T", "é@example.org", "Amal", "KE", "e", "2026-01-31")
    fields = ("peace", "T", "é@example.org", "Amal", "KE", "e", "2026-01-31")
    expected = b"".join(len(f.encode()).to_bytes(4, "big") + f.encode() for f in fields)
    assert record == expected
    assert record.startswith(b"\x00\x00\x00\x05peace\x00\x00\x00\x01T\x00\x00\x00\x0e")
    blinder = bytes(range(32))
    assert leaves.commitment(blinder, record) == sha256(b"undersigned/leaf/v1\n" + blinder + record).digest()


def test_fields_cannot_be_shifted_into_each_other() -> None:
    assert leaves.record("ab", "c", "", "", "", "", "") != leaves.record("a", "bc", "", "", "", "", "")


@pytest.mark.parametrize("blinder", [b"", bytes(31), bytes(33)])
def test_a_short_blinder_is_refused_for_it_would_let_the_record_be_guessed(blinder: bytes) -> None:
    with pytest.raises(ValueError, match="32 bytes"):
        leaves.commitment(blinder, b"record")

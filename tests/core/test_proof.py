"""A receipt shows offline that a line stands in the log, and a spoilt one shows nothing."""

from __future__ import annotations

import pytest

from undersigned.core import checkpoint as heads
from undersigned.core import growth, merkle, proof, tiles
from undersigned.core.strict import Malformed
from undersigned.vault import notes

SEED = bytes(range(32))
WITNESS = bytes(32)
ORIGIN = "petitions.example/log/peace"
SIZE = 300
LINES = [b"line %d" % number for number in range(SIZE)]
FILES = dict(growth.tiles_for(0, SIZE, lambda start, stop: LINES[start:stop], lambda path: None))
BODY = heads.format_body(ORIGIN, SIZE, tiles.Reader(SIZE, FILES.get).root())
NOTE = heads.format_note(
    BODY,
    [
        *heads.parse_note(notes.sign_note(SEED, ORIGIN, BODY)).signatures,
        notes.cosign(WITNESS, "witness.example/w", BODY, 1_700_000_000),
    ],
)
KEY = heads.parse_vkey(heads.format_vkey(ORIGIN, heads.ED25519, notes.public_key(SEED)))
WITNESS_KEY = heads.parse_vkey(heads.format_vkey("witness.example/w", heads.COSIGNATURE, notes.public_key(WITNESS)))


def receipt(index: int = 7) -> bytes:
    return proof.format_proof(proof.prove(index, NOTE, FILES.get))


def test_amal_keeps_a_file_that_proves_her_line_without_any_network() -> None:
    shown = proof.check(proof.parse_proof(receipt()), b"line 7", KEY, notes.verify, witnesses=[WITNESS_KEY], quorum=1)
    assert shown.index == 7
    assert shown.checkpoint.size == SIZE
    assert [seen.name for seen in shown.cosignatures] == ["witness.example/w"]


@pytest.mark.parametrize("index", [0, 255, 256, SIZE - 1])
def test_every_line_has_its_receipt(index: int) -> None:
    proof.check(proof.parse_proof(receipt(index)), b"line %d" % index, KEY, notes.verify)


def test_the_file_is_laid_out_as_c2sp_says() -> None:
    lines = receipt().split(b"\n")
    assert lines[:2] == [b"c2sp.org/tlog-proof@v1", b"index 7"]
    assert all(len(line) == 44 for line in lines[2:11])
    assert lines[11] == b""
    assert b"\n".join(lines[12:]) == NOTE
    with_extra = proof.format_proof(proof.prove(0, NOTE, FILES.get, extra=b"salt"))
    assert with_extra.startswith(b"c2sp.org/tlog-proof@v1\nextra c2FsdA==\nindex 0\n")
    assert proof.parse_proof(with_extra).extra == b"salt"


def test_a_log_of_one_line_needs_no_hashes() -> None:
    body = heads.format_body(ORIGIN, 1, merkle.leaf(b"only"))
    made = proof.Proof(0, (), notes.sign_note(SEED, ORIGIN, body))
    assert proof.format_proof(made).startswith(b"c2sp.org/tlog-proof@v1\nindex 0\n\n")
    proof.check(proof.parse_proof(proof.format_proof(made)), b"only", KEY, notes.verify)


def test_eve_cannot_use_a_receipt_for_another_line_or_place() -> None:
    good = proof.parse_proof(receipt())
    with pytest.raises(merkle.Wrong):
        proof.check(good, b"line 8", KEY, notes.verify)
    with pytest.raises(merkle.Wrong):
        proof.check(proof.Proof(8, good.hashes, good.checkpoint), b"line 7", KEY, notes.verify)
    with pytest.raises(merkle.Wrong):
        proof.check(proof.Proof(7, good.hashes[:-1], good.checkpoint), b"line 7", KEY, notes.verify)


def test_a_receipt_of_another_log_or_without_enough_witnesses_is_refused() -> None:
    good = proof.parse_proof(receipt())
    stranger = heads.parse_vkey(heads.format_vkey(ORIGIN, heads.ED25519, notes.public_key(bytes(32))))
    with pytest.raises(heads.Forged):
        proof.check(good, b"line 7", stranger, notes.verify)
    with pytest.raises(proof.Quorum):
        proof.check(good, b"line 7", KEY, notes.verify, witnesses=[], quorum=1)


_GOOD = receipt()


@pytest.mark.parametrize(
    "data",
    [
        b"", b"\n\n", _GOOD.split(b"\n\n")[0], _GOOD.replace(b"@v1", b"@v2"), _GOOD.replace(b"c2sp", b"C2SP", 1),
        b" " + _GOOD, b"\n" + _GOOD, _GOOD.replace(b"index 7", b"index 07"), _GOOD.replace(b"index 7", b"index +7"),
        _GOOD.replace(b"index 7", b"index  7"), _GOOD.replace(b"index 7", b"index -7"),
        _GOOD.replace(b"index 7\n", b""),
        _GOOD.replace(b"index 7", "index ７".encode()), _GOOD.replace(b"index 7", b"index 7\nindex 7"),
        _GOOD.replace(b"index 7", b"index 7\nextra AAAA"), _GOOD.replace(b"index 7", b"extra A\nindex 7"),
        _GOOD.replace(b"index 7", b"extra AAAA\nextra AAAA\nindex 7"), _GOOD.replace(b"index 7", b"index 7\nAAAA"),
        _GOOD.replace(b"index 7", b"index 7\n" + b"A" * 43 + b"B"), _GOOD.replace(b"\n", b"\r\n"),
        _GOOD.replace(b"index 7", b"index 7\n" + b"\n".join([b"A" * 43 + b"="] * 64)),
    ],
)  # fmt: skip
def test_what_is_not_a_receipt_is_refused(data: bytes) -> None:
    with pytest.raises(Malformed):
        proof.parse_proof(data)


def test_no_receipt_is_made_for_a_line_the_checkpoint_does_not_reach_or_without_tiles() -> None:
    with pytest.raises(ValueError, match="no leaf"):
        proof.prove(SIZE, NOTE, FILES.get)
    with pytest.raises(tiles.Missing):
        proof.prove(7, NOTE, lambda path: None)

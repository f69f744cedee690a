"""Notes, keys, checkpoints and cosignatures are those of C2SP, read strictly, and forgeries are found."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core import checkpoint as heads
from undersigned.core import merkle
from undersigned.core.note import Signature, parse_lines
from undersigned.core.strict import Malformed, from_base64
from undersigned.vault import notes

# C2SP signed-note, section Verifier keys.
SPEC_KEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"
SPEC_NOTE = (
    "This is an example message.\n\n"
    "— example.com/foo Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM=\n"
).encode()
# golang.org/x/mod sumdb/note.
GO_KEY = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
GO_NOTE = (
    "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n\n"
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n"
).encode()
# A checkpoint of a public certificate log with two keys of the log's name and a witness's cosignature.
LOG_KEY = "arche2025h1.staging.ct.transparency.dev+ba2f06c0+AU0vHmlGCS/PdN8b2OaGmKprLI8HKM+dJ472xgFYh15f"
WITNESS_KEY = "remora.n621.de+da77ade7+BOvN63jn/bLvkieywe8R6UYAtVtNbZpXh34x7onlmtw2"
COSIGNED = (
    "arche2025h1.staging.ct.transparency.dev\n1432088532\nU7WM79jrzyhGZ5/GUBTpM7NzwdyfFx61t3RovgcC4Ro=\n\n"
    "— arche2025h1.staging.ct.transparency.dev"
    " zTM8sQAAAZ5W0WdjBAMARjBEAiBjW5IQf9pvsYLfQFX6hoGREPMHbdQ3urbllzalApkptQIgIpwtEroeW2BXaHAI4kJXFbon5Ch9MNL5zRNZ"
    "55lvGt0=\n"
    "— arche2025h1.staging.ct.transparency.dev"
    " ui8GwCF1+kWqZrxGdhj4aX3gcw7XUlXQQabg/27lefwhUkzbC3NygNI75MdhL1bfTW9g8Ei59RA23oHP7Ry1k3ZFWwQ=\n"
    "— remora.n621.de"
    " 2net5wAAAABqEiEgPlfF3V06o0Y+fHM+J5J9s27wgxxcOVSpZ/2g/KSiXCg9DEZI+aVCIobWX9sXTynk5XeU/zZ0WBxtqB0DrAWfBw==\n"
).encode()

SEED = bytes(range(32))
ORIGIN = "petitions.example/log/peace"
BODY = heads.format_body(ORIGIN, 3, bytes(32))


def signed(text: str = BODY, name: str = ORIGIN, seed: bytes = SEED) -> bytes:
    return notes.sign_note(seed, name, text)


def key_of(name: str = ORIGIN, seed: bytes = SEED, kind: int = heads.ED25519) -> heads.VerifierKey:
    return heads.parse_vkey(heads.format_vkey(name, kind, notes.public_key(seed)))


@pytest.mark.parametrize(("vkey", "note"), [(SPEC_KEY, SPEC_NOTE), (GO_KEY, GO_NOTE)])
def test_the_examples_of_the_specification_and_of_go_verify_and_are_written_back(vkey: str, note: bytes) -> None:
    key = heads.parse_vkey(vkey)
    assert heads.format_vkey(key.name, key.type, key.public) == vkey
    opened = heads.open_note(note, [key], notes.verify)
    assert heads.format_note(opened.text, opened.signatures) == note
    with pytest.raises(heads.Forged):
        heads.open_note(note.replace(b"pro", b"Pro").replace(b"example m", b"Example m"), [key], notes.verify)


def test_a_checkpoint_of_a_public_log_verifies_with_its_key_and_its_witness() -> None:
    key, witness = heads.parse_vkey(LOG_KEY), heads.parse_vkey(WITNESS_KEY)
    opened = heads.open_checkpoint(COSIGNED, key, notes.verify)
    assert (opened.origin, opened.size) == (key.name, 1_432_088_532)
    (seen,) = heads.cosignatures(heads.parse_note(COSIGNED), [witness], notes.verify)
    assert (seen.name, seen.at) == ("remora.n621.de", 0x6A122120)
    other = COSIGNED.replace(b"1432088532", b"1432088533")
    with pytest.raises(heads.Forged):
        heads.open_checkpoint(other, key, notes.verify)
    with pytest.raises(heads.Forged):
        heads.cosignatures(heads.parse_note(other), [witness], notes.verify)


def test_what_we_sign_verifies_and_is_ed25519_of_the_text_alone() -> None:
    note = signed()
    assert heads.open_checkpoint(note, key_of(), notes.verify) == heads.Checkpoint(ORIGIN, 3, bytes(32))
    (line,) = heads.parse_note(note).signatures
    assert notes.verify(notes.public_key(SEED), BODY.encode(), line.data)
    assert note == signed(), "signing again gives the same bytes"


def test_eve_changes_one_character_anywhere_and_nothing_opens() -> None:
    note = signed().decode()
    for place, letter in enumerate(note):
        spoilt = note[:place] + ("B" if letter != "B" else "C") + note[place + 1 :]
        with pytest.raises((Malformed, heads.Forged)):
            heads.open_checkpoint(spoilt.encode(), key_of(), notes.verify)


@pytest.mark.parametrize(
    "vkey",
    [
        "", "example.com/foo", "example.com/foo+530d903a", "+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k",
        SPEC_KEY.replace("530d903a", "530D903A"), SPEC_KEY.replace("530d903a", "530d903b"),
        SPEC_KEY.replace("foo", "fo o"), SPEC_KEY.replace("foo", "fo\u2003o"), SPEC_KEY + "\n", SPEC_KEY + "=",
        SPEC_KEY[:-1] + "l", SPEC_KEY[:-4], SPEC_KEY.replace("+Ae", "+Be"), SPEC_KEY.replace("+Ae", "+ Ae"),
    ],
)  # fmt: skip
def test_another_spelling_of_a_key_is_refused(vkey: str) -> None:
    with pytest.raises(Malformed):
        heads.parse_vkey(vkey)


SIGNATURE = SPEC_NOTE.split(b"\n\n")[1]


@pytest.mark.parametrize(
    "note",
    [
        b"", b"text\n", b"text\n\n", b"text\n\n\n", b"text\n" + SIGNATURE, b"text\n\n" + SIGNATURE[:-1],
        b"text\r\n\r\n" + SIGNATURE, b"te\x00xt\n\n" + SIGNATURE, b"te\txt\n\n" + SIGNATURE, b"\xff\n\n" + SIGNATURE,
        b"text\n\n" + SIGNATURE.replace("—".encode(), b"-"), b"text\n\n" + SIGNATURE.replace(b" example", b"  example"),
        b"text\n\n" + SIGNATURE.replace(b"example.com/foo", b"example.com/foo+"),
        b"text\n\n" + SIGNATURE.replace(b"example.com/foo", "example.com\u2028/foo".encode()),
        b"text\n\n" + SIGNATURE.replace(b"aQM=", b"aQM"), b"text\n\n" + SIGNATURE.replace(b"aQM=", b"aQN="),
        b"text\n\n" + SIGNATURE.replace(b"Uw2Q", b"Uw2Q "), b"text\n\n" + SIGNATURE + b"\n" + b"rest\n",
        "text\n\n— a QUJD\n".encode(), b"text\n\n" + SIGNATURE * 101, b"x" * (1 << 20) + b"\n\n" + SIGNATURE,
    ],
)  # fmt: skip
def test_what_is_not_a_note_is_refused(note: bytes) -> None:
    with pytest.raises(Malformed):
        heads.parse_note(note)


def test_the_last_empty_line_ends_the_text_and_foreign_line_ends_stay_inside() -> None:
    text = "one\n\ntwo\u2028three\u0085four\n"
    note = heads.parse_note(text.encode() + b"\n" + SIGNATURE)
    assert note.text == text
    assert len(note.signatures) == 1


def test_sixteen_signatures_and_more_are_accepted() -> None:
    assert len(heads.parse_note(b"text\n\n" + SIGNATURE * 100).signatures) == 100


def test_unknown_keys_are_ignored_but_one_known_key_must_hold() -> None:
    own = heads.parse_note(signed()).signatures[0]
    stranger = heads.parse_note(signed(seed=bytes(32))).signatures[0]
    assert heads.open_note(heads.format_note(BODY, [stranger, own]), [key_of()], notes.verify)
    with pytest.raises(heads.Forged, match="no known key"):
        heads.open_note(heads.format_note(BODY, [stranger]), [key_of()], notes.verify)
    failing = Signature(own.name, own.id, bytes(64))
    with pytest.raises(heads.Forged, match="fails"):
        heads.open_note(heads.format_note(BODY, [own, failing]), [key_of()], notes.verify)
    renamed = heads.parse_note(signed(name="petitions.example/log/other")).signatures[0]
    with pytest.raises(heads.Forged, match="no known key"):
        heads.open_note(heads.format_note(BODY, [renamed]), [key_of()], notes.verify)


@pytest.mark.parametrize(
    "text",
    [
        "", "origin\n3\n", "origin\n3\nAAAA\n", BODY[:-1], "\n" + BODY, BODY + "\n", BODY.replace("\n3\n", "\n03\n"),
        BODY.replace("\n3\n", "\n+3\n"), BODY.replace("\n3\n", "\n３\n"), BODY.replace("\n3\n", "\n3 \n"),
        BODY.replace("\n3\n", "\n-3\n"), BODY.replace("\n3\n", "\n0\n"), BODY.replace("\n3\n", "\r\n3\r\n"),
        BODY.replace("\n3\n", "\u20283\n"), BODY.replace("=\n", "\n"), BODY.replace("AA=\n", "AB=\n"),
        BODY.replace("\n3\n", "\n\n3\n"), BODY.replace("\n3\n", f"\n{1 << 63}\n"),
    ],
)  # fmt: skip
def test_what_is_not_a_checkpoint_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        heads.parse_body(text)


def test_extension_lines_of_others_are_kept() -> None:
    assert heads.parse_body(BODY + "more\n").extensions == ("more",)


def test_the_empty_tree_has_its_own_root_only() -> None:
    assert heads.parse_body(heads.format_body("o", 0, merkle.EMPTY)).size == 0
    with pytest.raises(Malformed):
        heads.parse_body(heads.format_body("o", 0, bytes(32)))


@given(
    st.text(st.characters(blacklist_characters="\n"), min_size=1),
    st.integers(1, (1 << 63) - 1),
    st.binary(min_size=32, max_size=32),
)
def test_every_tree_head_is_read_back(origin: str, size: int, root: bytes) -> None:
    assert heads.parse_body(heads.format_body(origin, size, root)) == heads.Checkpoint(origin, size, root)


def test_a_checkpoint_of_another_log_by_the_same_key_is_refused() -> None:
    note = signed(heads.format_body("petitions.example/log/other", 3, bytes(32)))
    with pytest.raises(heads.Forged, match="another log"):
        heads.open_checkpoint(note, key_of(), notes.verify)


def test_a_cosignature_binds_time_and_text() -> None:
    at = 1_700_000_000
    assert heads.cosignature_message(at, BODY) == f"cosignature/v1\ntime {at}\n{BODY}".encode()
    line = notes.cosign(bytes(32), "witness.example/w", BODY, at)
    key = key_of("witness.example/w", bytes(32), heads.COSIGNATURE)
    note = heads.parse_note(heads.format_note(BODY, [line]))
    assert heads.cosignatures(note, [key], notes.verify) == [heads.Cosignature("witness.example/w", at, line)]
    for data in (
        (at + 1).to_bytes(8, "big") + line.data[8:], line.data[:-1], line.data + b"\x00",
        (1 << 63).to_bytes(8, "big") + line.data[8:],
    ):  # fmt: skip
        forged = heads.parse_note(heads.format_note(BODY, [Signature(line.name, line.id, data)]))
        with pytest.raises(heads.Forged):
            heads.cosignatures(forged, [key], notes.verify)


def test_a_log_key_does_not_pass_as_a_witness_and_a_witness_not_as_the_log() -> None:
    as_witness = key_of(ORIGIN, SEED, heads.COSIGNATURE)
    assert heads.cosignatures(heads.parse_note(signed()), [as_witness], notes.verify) == []
    cosigned = heads.format_note(BODY, [notes.cosign(SEED, ORIGIN, BODY, 5)])
    with pytest.raises(heads.Forged):
        heads.open_checkpoint(cosigned, as_witness, notes.verify)


def test_one_witness_counts_once_however_often_it_signs() -> None:
    key = key_of("witness.example/w", bytes(32), heads.COSIGNATURE)
    lines = [notes.cosign(bytes(32), "witness.example/w", BODY, at) for at in (1, 2, 3)]
    assert len(heads.cosignatures(heads.parse_note(heads.format_note(BODY, lines)), [key], notes.verify)) == 1


def test_lines_of_a_witness_need_their_newline() -> None:
    assert parse_lines(SIGNATURE.decode())
    with pytest.raises(Malformed):
        parse_lines(SIGNATURE.decode()[:-1])


def test_another_programs_whole_log_has_our_root_and_its_signature_is_the_one_we_would_make() -> None:
    # The small test log of transparency-dev/tessera: fifteen entries, its last checkpoint, and its published test key.
    words = "one two three four five six seven eit nain ten ileven twelf threeten fourten fivten"
    entries = words.encode().split(b" ")
    seed = from_base64("AeymY/SZAX0jZcJ8enZ5FY1Dz+wTML2yWSkK+9DSF3eg")[1:]
    note = (
        "example.com/log/testdata\n15\nrKbDipCvhuX1GZ7g5BBe8sA6BbJ7ja/1nk427v383cs=\n\n— example.com/log/testdata"
        " M9e0luh4jTG+UMBqOUo9/q+yAEvx1ilBEniMvjf1zfcBOhg+CKubMt53MvIt/uEWP6zdkdIQzd/fmwlM/dlPWF74ewI=\n"
    ).encode()
    head = heads.body_of(note)
    assert merkle.root(*merkle.extend(0, (), map(merkle.leaf, entries))) == head.root
    assert notes.sign_note(seed, head.origin, heads.format_body(head.origin, head.size, head.root)) == note

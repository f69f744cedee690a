"""The key of a log is made once, for an empty log, and never silently a second time."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest

from undersigned.core import checkpoint as heads
from undersigned.vault import notes
from undersigned.vault.notes import LogKeys, NoKey


def keys(folder: Path) -> LogKeys:
    return LogKeys(folder, "petitions.example")


def test_an_empty_log_gets_its_key_once_for_its_owner_only(tmp_path: Path) -> None:
    assert keys(tmp_path).make("peace", empty=True) is True
    file = tmp_path / "peace" / "log.key"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert len(file.read_bytes()) == 40  # the seed and its sum
    vkey = keys(tmp_path).vkey("peace")
    assert keys(tmp_path).make("peace", empty=True) is False
    assert keys(tmp_path).make("peace", empty=False) is False
    assert keys(tmp_path).vkey("peace") == vkey


def test_a_log_with_lines_never_gets_a_second_key_and_frida_is_told_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(NoKey, match="backup of the secrets"):
        keys(tmp_path).make("peace", empty=False)
    assert not (tmp_path / "peace" / "log.key").exists()
    for ask in (lambda: keys(tmp_path).vkey("peace"), lambda: keys(tmp_path).sign("peace", "text\n")):
        with pytest.raises(NoKey):
            ask()


def test_a_key_cut_short_or_open_to_others_is_refused_and_not_shown(tmp_path: Path) -> None:
    keys(tmp_path).make("peace", empty=True)
    file = tmp_path / "peace" / "log.key"
    os.chmod(file, 0o640)
    with pytest.raises(NoKey, match="others"):
        keys(tmp_path).vkey("peace")
    os.chmod(file, 0o600)
    file.write_bytes(b"secret seed")
    for empty in (True, False):
        with pytest.raises(NoKey) as error:
            keys(tmp_path).make("peace", empty=empty)
        assert "secret seed" not in str(error.value)


def test_notes_verify_with_the_key_named_after_the_log(tmp_path: Path) -> None:
    keys(tmp_path).make("peace", empty=True)
    key = heads.parse_vkey(keys(tmp_path).vkey("peace"))
    assert key.name == "petitions.example/log/peace"
    note = keys(tmp_path).sign("peace", "a card\n")
    assert heads.open_note(note, [key], notes.verify).text == "a card\n"
    keys(tmp_path).make("library", empty=True)
    with pytest.raises(heads.Forged):
        heads.open_note(keys(tmp_path).sign("library", "a card\n"), [key], notes.verify)


def test_verifying_never_raises_whatever_it_is_given() -> None:
    public = notes.public_key(bytes(32))
    for key, signature in [
        (public, b""),
        (public, bytes(64)),
        (b"", bytes(64)),
        (bytes(31), bytes(64)),
        (b"\xff" * 32, bytes(64)),
    ]:
        assert notes.verify(key, b"message", signature) is False


def test_ed25519_is_that_of_rfc_8032() -> None:
    seed = bytes.fromhex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb")
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
        "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert notes.public_key(seed) == public
    assert notes.verify(public, b"\x72", signature)
    assert not notes.verify(public, b"\x73", signature)

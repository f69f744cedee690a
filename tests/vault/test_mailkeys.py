"""Addresses in the outbox can be read for 72 hours at most; then their key is gone from the disk."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.vault.keys import Unusable
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.secret_files import destroy, write_once

NOW = 1_800_000_000
HOUR = NOW // 3600


class Clock:
    def __init__(self, now: float) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now


def test_one_key_an_hour_that_every_process_finds(tmp_path: Path) -> None:
    clock = Clock(NOW)
    door, post = MailKeys(tmp_path, clock), MailKeys(tmp_path, clock)
    hour, key = door.current()
    assert (hour, len(key)) == (HOUR, 32)
    assert door.current() == post.current() == (hour, key)
    assert post.key(hour) == key
    clock.now += 3600
    assert door.current()[0] == hour + 1
    assert door.current()[1] != key
    assert post.key(hour) == key
    assert stat.S_IMODE((tmp_path / f"{hour}.key").stat().st_mode) == 0o600


def test_a_key_of_72_hours_is_not_given_and_is_gone_after_destroy(tmp_path: Path) -> None:
    clock = Clock(HOUR * 3600)
    keys = MailKeys(tmp_path, clock)
    hour, key = keys.current()
    clock.now += 72 * 3600 - 1
    assert keys.key(hour) == key
    assert keys.destroy(clock.now) == 0
    clock.now += 1
    assert keys.key(hour) is None
    assert keys.destroy(clock.now) == 1
    assert list(tmp_path.iterdir()) == []
    assert keys.destroy(clock.now) == 0
    clock.now -= 3600  # not even a clock that is turned back brings it again
    assert keys.key(hour) is None


def test_a_destroyed_key_is_overwritten_before_it_is_unlinked(tmp_path: Path) -> None:
    keys = MailKeys(tmp_path, Clock(NOW))
    hour, key = keys.current()
    (tmp_path / "witness").hardlink_to(tmp_path / f"{hour}.key")
    keys.destroy(NOW + 72 * 3600)
    assert (tmp_path / "witness").read_bytes() == bytes(40)
    assert key != bytes(32)


def test_drafts_that_a_killed_process_left_are_destroyed_too_and_other_files_left_alone(
    tmp_path: Path,
) -> None:
    (tmp_path / f".{HOUR}.key.0123").write_bytes(os.urandom(32))
    (tmp_path / "README").write_text("about this folder")
    assert MailKeys(tmp_path, Clock(NOW)).destroy(NOW) == 0
    assert MailKeys(tmp_path, Clock(NOW)).destroy(NOW + 72 * 3600) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["README"]
    assert MailKeys(tmp_path / "absent", Clock(NOW)).destroy(NOW) == 0


def test_a_key_that_never_was_is_none_and_a_damaged_one_is_said(tmp_path: Path) -> None:
    keys = MailKeys(tmp_path, Clock(NOW))
    assert keys.key(HOUR) is None
    write_once(tmp_path / f"{HOUR}.key", bytes(31))
    with pytest.raises(Unusable):
        keys.key(HOUR)
    with pytest.raises(Unusable):
        keys.current()


@given(data=st.binary(min_size=1, max_size=64))
@settings(deadline=None, max_examples=20)
def test_a_file_is_written_once_and_whole(data: bytes) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "secret"
        assert write_once(path, data)
        assert not write_once(path, b"another")
        assert path.read_bytes() == data
        assert destroy(path)
        assert not destroy(path)

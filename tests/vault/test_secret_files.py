"""A secret with a flipped bit is refused and named; one that an older version wrote is still read."""

from __future__ import annotations

from pathlib import Path

import pytest

from undersigned.vault.secret_files import Unusable, read_secret, write_once, write_secret

SECRET = bytes(range(32))


@pytest.mark.parametrize("bit", range(0, 40 * 8, 7))
def test_no_flipped_bit_is_taken_for_the_secret(tmp_path: Path, bit: int) -> None:
    file = tmp_path / "pepper"
    assert write_secret(file, SECRET)
    data = bytearray(file.read_bytes())
    data[bit // 8] ^= 1 << bit % 8
    file.write_bytes(data)
    with pytest.raises(Unusable, match="pepper is damaged"):
        read_secret(file, 32)


def test_a_secret_is_read_with_its_sum_and_as_an_older_version_wrote_it(tmp_path: Path) -> None:
    write_secret(tmp_path / "new", SECRET)
    write_once(tmp_path / "old", SECRET)
    assert read_secret(tmp_path / "new", 32) == read_secret(tmp_path / "old", 32) == SECRET


@pytest.mark.parametrize("size", [0, 31, 33, 39, 41, 64])
def test_any_other_size_is_refused(tmp_path: Path, size: int) -> None:
    write_once(tmp_path / "pepper", bytes(size))
    with pytest.raises(Unusable):
        read_secret(tmp_path / "pepper", 32)

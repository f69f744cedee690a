"""The journals of a folder, and how far they are covered."""

from __future__ import annotations

from pathlib import Path

import pytest

from undersigned.engines.sqlite.shelf import SqliteShelf


@pytest.mark.parametrize(
    ("text", "position"),
    [(b"12\n", 12), (b"0", 0), (b"", 0), (b"-1", 0), (b"1e3", 0), (b"\xff", 0), (b"9" * 30, 0), (b" 7 ", 7)],
)
def test_covered_is_a_plain_number_or_nothing(tmp_path: Path, text: bytes, position: int) -> None:
    shelf = SqliteShelf(tmp_path)
    assert shelf.covered("door-1") == 0
    (tmp_path / "door-1.covered").write_bytes(text)
    assert shelf.covered("door-1") == position

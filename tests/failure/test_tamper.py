"""Scoreboard S23 in small: each kind of edit of a published log is found. `make drill` makes a thousand."""

from __future__ import annotations

from pathlib import Path

from bench.drills.tamper import EDITS, tamper


def test_every_kind_of_edit_is_found(tmp_path: Path) -> None:
    assert not tamper(tmp_path, len(EDITS))


def test_the_drill_can_fail(tmp_path: Path) -> None:
    """An edit that changes nothing passes, and is counted as passed."""
    before = dict(EDITS)
    EDITS.clear()
    EDITS["none"] = lambda made, chance: None
    try:
        assert tamper(tmp_path, 2) == {"none": 2}
    finally:
        EDITS.clear()
        EDITS.update(before)

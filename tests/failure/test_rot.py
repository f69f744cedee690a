"""A bit flips in a file at rest: scoreboard S9 in small. `make drill` flips a thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.drills.rot import KINDS, Kind, flips

DATABASES = ("journal", "ledger", "slots")


def test_no_flipped_bit_of_log_card_page_high_water_or_secret_is_taken_for_whole(tmp_path: Path) -> None:
    kinds = [kind for kind in KINDS if kind not in DATABASES]
    found = flips(tmp_path, 2 * len(kinds), without=DATABASES)
    assert {kind: counts["missed"] for kind, counts in found.items()} == dict.fromkeys(kinds, 0)
    assert all(counts["found"] for counts in found.values())


def test_the_drill_can_fail(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose bytes are taken as they come is missed."""
    monkeypatch.setitem(KINDS, "blind", Kind(("secrets/token.key",), lambda folder, file: file.read_bytes(), ""))
    assert flips(tmp_path, 1, without=[kind for kind in KINDS if kind != "blind"])["blind"]["missed"] == 1

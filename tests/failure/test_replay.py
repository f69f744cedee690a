"""Scoreboard S6 in small: replayed, doubled and shuffled deliveries give one tree. `make drill` takes 100,000."""

from __future__ import annotations

import random
from pathlib import Path

from bench.drills.replay import deliver, heads, journals


def test_every_way_of_delivery_gives_one_head(tmp_path: Path) -> None:
    met, standing, _ = heads(tmp_path, 2000)
    assert {count for _, count in met} == {standing}
    assert len(met) == 1


def test_the_drill_can_fail(tmp_path: Path) -> None:
    """A delivery that loses a segment has another head."""
    given, standing = journals(2000)
    (tmp_path / "less").mkdir()
    less = {**given, "door-1": given["door-1"][:-1]}
    assert deliver(tmp_path / "less", less, random.Random(1))[1] < standing

"""The mill lets no file keep what was dropped: at most once an hour, and again where it was not possible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.site import free_port
from undersigned.assemble.demo import prepare
from undersigned.assemble.mill import COMPACT, Mill
from undersigned.journal.needs import Away
from undersigned.settings import read


@pytest.fixture
def mill(tmp_path: Path) -> Iterator[Mill]:
    prepare(tmp_path / "d", free_port())
    running = Mill(read(tmp_path / "d", {}))
    yield running
    running.close()


def test_dropped_segments_are_compacted_once_an_hour_and_again_where_it_failed(
    mill: Mill, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[str] = []

    def compact() -> None:
        tries.append("tried")
        if len(tries) == 1:
            raise Away("the segments are in use")

    def grow(hours: float) -> int:
        mill._freed_at -= hours * COMPACT
        mill._grow(int(mill._now()), int(mill._now()))
        return len(tries)

    monkeypatch.setattr(mill.shelf, "compact", compact)
    assert grow(2) == 0  # nothing was covered yet
    mill._cover("door-1", 1)
    assert grow(0) == 1  # the hour was over
    assert grow(0.5) == 1
    assert grow(0.6) == 2
    assert grow(2) == 2  # nothing has been covered since

"""Every engine, opened the same way. A promise is tested on all of them or on none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.contract.opened import (
    MemoryJournals,
    MemoryLedgers,
    OpenedJournals,
    OpenedLedgers,
    SqliteJournals,
    SqliteLedgers,
)


@pytest.fixture(params=["memory", "sqlite"])
def journals(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenedJournals]:
    """Give one journal of each engine."""
    made = MemoryJournals() if request.param == "memory" else SqliteJournals(tmp_path / "door-1.db")
    yield made
    made.done()


@pytest.fixture(params=["memory", "sqlite"])
def ledgers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenedLedgers]:
    """Give one empty ledger of each engine."""
    made = MemoryLedgers() if request.param == "memory" else SqliteLedgers(tmp_path)
    yield made
    made.done()

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
    PostgresJournals,
    PostgresLedgers,
    SqliteJournals,
    SqliteLedgers,
)
from tests.postgres import schema

POSTGRES = pytest.param("postgres", marks=pytest.mark.services)


@pytest.fixture
def schema_url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Give the URL of an empty PostgreSQL schema."""
    with schema() as url:
        yield url


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def journals(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenedJournals]:
    """Give one journal of each engine."""
    made: OpenedJournals
    if request.param == "memory":
        made = MemoryJournals()
    elif request.param == "sqlite":
        made = SqliteJournals(tmp_path / "door-1.db")
    else:
        made = PostgresJournals(request.getfixturevalue("schema_url"))
    yield made
    made.done()


@pytest.fixture(params=["memory", "sqlite", POSTGRES])
def ledgers(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[OpenedLedgers]:
    """Give one empty ledger of each engine."""
    made: OpenedLedgers
    if request.param == "memory":
        made = MemoryLedgers()
    elif request.param == "sqlite":
        made = SqliteLedgers(tmp_path)
    else:
        made = PostgresLedgers(request.getfixturevalue("schema_url"))
    yield made
    made.done()

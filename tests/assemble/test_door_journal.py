"""The journal of a worker: want of room is got over, nothing else is, and nothing half made is leant on."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.made import signed
from undersigned.assemble import door_journal
from undersigned.assemble.door_journal import DoorJournal
from undersigned.assemble.places import Places
from undersigned.core.events import Event
from undersigned.engines.sqlite.journal import SqliteJournalReader
from undersigned.intake.needs import Closed
from undersigned.journal.needs import Broken
from undersigned.settings import read


@pytest.fixture
def journal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DoorJournal:
    monkeypatch.setattr(door_journal, "REST", 0.0)
    Places(tmp_path).make()
    renewed: list[int] = []
    made = DoorJournal(read(tmp_path, {}), lambda: renewed.append(1))
    made.renewals = renewed  # type: ignore[attr-defined]
    return made


async def kept(journal: DoorJournal, *events: Event) -> Exception | None:
    told: asyncio.Future[Exception | None] = asyncio.get_running_loop().create_future()
    journal.keep(events, told.set_result)
    return await told


def inner(journal: DoorJournal) -> Any:
    assert journal._committer is not None
    return journal._committer._journal


def segments(folder: Path) -> int:
    reader = SqliteJournalReader(folder / "journal" / "door-1.db")
    try:
        return len(reader.read(reader.dropped(), 1000))
    finally:
        reader.close()


def fill(journal: DoorJournal) -> None:
    database = inner(journal)._database
    database.pragma("max_page_count", database.pragma("page_count"))


def test_a_full_journal_is_opened_anew_and_takes_signatures_again(journal: DoorJournal, tmp_path: Path) -> None:
    async def work() -> None:
        assert await kept(journal, signed("first")) is None
        fill(journal)
        assert isinstance(await kept(journal, *(signed(f"late {n}") for n in range(50))), Broken)
        assert journal.closed()
        with pytest.raises(Closed):
            journal.keep([signed("refused")], lambda _: None)
        assert segments(tmp_path) == 1
        await journal.renew()
        assert not journal.closed()
        assert journal.renewals == [1, 1]  # type: ignore[attr-defined]
        assert await kept(journal, signed("after")) is None
        await journal.close()

    asyncio.run(work())
    assert segments(tmp_path) == 2


@pytest.mark.parametrize("error", [OSError("EIO"), Broken("fsync")])
def test_a_flush_that_failed_otherwise_is_not_got_over(journal: DoorJournal, error: Exception) -> None:
    def fail(_: bytes) -> int:
        raise error

    async def work() -> None:
        inner(journal).append = fail
        assert isinstance(await kept(journal, signed("first")), Broken)
        await journal.renew()
        assert journal.closed()
        assert journal.trouble() == "the journal is closed"
        await journal.close()

    asyncio.run(work())


def test_what_is_covered_is_dropped_in_slices_and_signers_go_on_between(journal: DoorJournal, tmp_path: Path) -> None:
    slices: list[int] = []

    async def work() -> None:
        for number in range(door_journal.SLICE + 10):
            await kept(journal, signed(f"person {number}"))
        drop: Callable[[int], None] = inner(journal).drop

        def noted(upto: int) -> None:
            slices.append(upto)
            drop(upto)

        inner(journal).drop = noted
        await journal.covered(door_journal.SLICE + 9)
        await journal.covered(door_journal.SLICE + 9)
        await journal.close()

    asyncio.run(work())
    assert slices == [door_journal.SLICE, door_journal.SLICE + 9]
    assert segments(tmp_path) == 1

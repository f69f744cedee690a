"""The power goes at any moment: nothing acknowledged is lost, nothing is half done, nothing erased is back.

A few dozen cuts here; `make drill` makes many more.
"""

from __future__ import annotations

import random
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.contract.opened import SqliteLedgers
from tests.failure.power import Recorder, cut
from tests.made import CAMPAIGN, DAY, HOUR, NOON, released, segment, signed
from undersigned.core.events import Confirmed, Erased, Event, LetterSent, NotMe, StruckOut, Withdrawn, decode
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.engines.sqlite.ledger import SqliteLedger
from undersigned.journal.frames import unpack

CUTS = [pytest.param(range(40), id="some"), pytest.param(range(40, 1000), id="many", marks=pytest.mark.drill)]


@pytest.fixture
def recorder(request: pytest.FixtureRequest) -> Iterator[Recorder]:
    made = Recorder(f"power-{request.node.name}")
    yield made
    made.unregister()


@pytest.fixture
def folders(tmp_path: Path) -> Callable[[str], Path]:
    def folder(name: str) -> Path:
        shutil.rmtree(tmp_path / name, ignore_errors=True)
        (tmp_path / name).mkdir()
        return tmp_path / name

    return folder


def copy(folder: Path, to: Path) -> None:
    for file in folder.iterdir():
        shutil.copy(file, to / file.name)


class JournalRun:
    """A journal written and dropped from under the recorder, with what was acknowledged after each operation."""

    def __init__(self, folder: Path, base: Path, recorder: Recorder, synchronous: str = "FULL") -> None:
        SqliteJournal(folder / "door-1.db").close()
        copy(folder, base)
        journal = SqliteJournal(folder / "door-1.db", recorder.name)
        journal._database.pragma("synchronous", synchronous)
        self.segments = [segment([signed(f"person {n}") for n in range(k, k + 1 + k % 9)]) for k in range(24)]
        self.acknowledged = [(0, 0)]  # after how many operations how many segments were durable
        dropped = 0
        for position, one in enumerate(self.segments, 1):
            assert journal.append(one) == position
            self.acknowledged.append((len(recorder.operations), position))
            if position % 5 == 0:
                dropped = position - (position // 5) % 2
                journal.drop(dropped)
        self.operations = list(recorder.operations)
        journal.close()

    def durable(self, operations: int) -> int:
        """Give how many segments were acknowledged by then."""
        return max(count for after, count in self.acknowledged if after <= operations)


def survives(run: JournalRun, base: Path, to: Path, seed: int) -> bool:
    """Cut the power somewhere; tell whether everything acknowledged is still there and nothing is wrong."""
    chance = random.Random(seed)
    at = chance.randrange(len(run.operations) + 1)
    cut(base, run.operations[:at], to, chance)
    journal, reader = SqliteJournal(to / "door-1.db"), SqliteJournalReader(to / "door-1.db")
    found = reader.read(reader.dropped(), 1000)
    last = found[-1][0] if found else reader.dropped()
    right: bool = all(one == run.segments[position - 1] for position, one in found)
    right &= last >= run.durable(at)
    right &= journal.append(run.segments[0]) == last + 1
    right &= bool(journal._database.pragma("integrity_check") == "ok")
    reader.close()
    journal.close()
    return right


@pytest.mark.parametrize("seeds", CUTS)
def test_no_acknowledged_segment_is_lost(folders: Callable[[str], Path], recorder: Recorder, seeds: range) -> None:
    base = folders("base")
    run = JournalRun(folders("work"), base, recorder)
    assert [seed for seed in seeds if not survives(run, base, folders("cut"), seed)] == []


def test_the_model_can_fail_for_the_right_reason(folders: Callable[[str], Path], recorder: Recorder) -> None:
    """Without a flush at each commit, the same cuts lose segments that were acknowledged."""
    base = folders("base")
    run = JournalRun(folders("work"), base, recorder, synchronous="NORMAL")
    assert not all(survives(run, base, folders("cut"), seed) for seed in range(12))


def story() -> list[list[Event]]:
    """Give a campaign in segments: signing, confirming, leaving, erasing."""
    people = [signed(f"person {n}") for n in range(30)]
    segments: list[list[Event]] = [[released()]]
    for k in range(0, 30, 6):
        some = people[k : k + 6]
        segments.append([*some])
        segments.append([LetterSent(one.record, NOON) for one in some[:4]])
        segments.append([Confirmed(one.lookup, NOON + HOUR) for one in some[:5]])
        segments.append([Erased(some[0].lookup, NOON + DAY), Withdrawn(some[1].lookup, NOON + DAY)])
        segments.append([NotMe(some[5].lookup, NOON + DAY), StruckOut(some[2].record, "fraud", NOON + DAY)])
    return segments


class LedgerRun:
    """A ledger taken through the story under the recorder, the log following every other segment."""

    def __init__(self, folder: Path, base: Path, recorder: Recorder) -> None:
        SqliteLedgers(folder).done()
        copy(folder, base)
        ledgers = SqliteLedgers(folder)
        ledgers.ledger.close()
        ledgers.ledger = SqliteLedger(*ledgers.paths, vfs=recorder.name)
        self.acknowledged = [(0, 0, 0, b"")]  # operations; position, log size and checkpoint then durable
        for number, events in enumerate(story()):
            ledgers.take(*(decode(record) for record in unpack(segment(events))))
            if number % 2 == 0:
                ledgers.log()
            ledger = ledgers.ledger
            durable = (ledger.position("door-1"), ledger.head(CAMPAIGN).size, ledger.signed(CAMPAIGN))
            self.acknowledged.append((len(recorder.operations), *durable))
        ledgers.log()
        self.operations = list(recorder.operations)
        self.lines = ledgers.ledger.entries(CAMPAIGN, 0, 10_000)
        self.end = what_is_true(ledgers)
        ledgers.done()

    def durable(self, operations: int) -> list[Any]:
        """Give position, log size and checkpoint acknowledged by then."""
        return [facts for after, *facts in self.acknowledged if after <= operations][-1]


def what_is_true(ledgers: SqliteLedgers) -> object:
    records = [(row[0], row[1], row[2], row[4]) for row in ledgers.reader.records(CAMPAIGN)]
    letters = [one.record for one in ledgers.reader.due(0, 1000)]
    return records, letters, ledgers.ledger.funnel_days(CAMPAIGN)


def check_cut(run: LedgerRun, base: Path, to: Path, seed: int) -> None:
    chance = random.Random(seed)
    at = chance.randrange(len(run.operations) + 1)
    cut(base, run.operations[:at], to, chance)
    ledgers = SqliteLedgers(to)
    for database in (ledgers.ledger._ledger, ledgers.ledger._slots):
        assert database.pragma("integrity_check") == "ok"
    position, size, note = run.durable(at)
    assert ledgers.ledger.position("door-1") >= position
    assert ledgers.ledger.head(CAMPAIGN).size >= size
    assert ledgers.ledger.entries(CAMPAIGN, 0, size) == run.lines[:size]
    assert not note or ledgers.ledger.signed(CAMPAIGN)
    for events in story()[ledgers.ledger.position("door-1") :]:
        ledgers.take(*events)
    ledgers.log()
    assert what_is_true(ledgers) == run.end
    everything = b"\0".join(file.read_bytes() for file in to.iterdir())
    for n in range(0, 30, 6):
        assert signed(f"person {n}").slot[:16] not in everything
    ledgers.done()


@pytest.mark.parametrize("seeds", CUTS)
def test_ledger_and_slots_come_to_the_same_end(
    folders: Callable[[str], Path], recorder: Recorder, seeds: range
) -> None:
    base = folders("base")
    run = LedgerRun(folders("work"), base, recorder)
    for seed in seeds:
        check_cut(run, base, folders("cut"), seed)

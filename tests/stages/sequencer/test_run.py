"""The sequencer's loop, from journals to the ledger."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.contract.opened import MemoryLedgers, OpenedLedgers, SqliteLedgers
from tests.made import CAMPAIGN, DAY, HOUR, NOON, released, segment, signed
from undersigned.core.events import Confirmed, Damaged, Erased, Event, LetterSent
from undersigned.engines.memory.journal import MemoryJournal, MemoryJournalReader
from undersigned.journal.frames import pack
from undersigned.journal.needs import Broken
from undersigned.stages.sequencer import run
from undersigned.stages.sequencer.run import GRACE, covered, expire_overdue, step

AMAL, BEN = signed("amal"), signed("ben")


class Mill:
    """A ledger and three journals."""

    def __init__(self, ledgers: OpenedLedgers | None = None) -> None:
        self.opened = ledgers or MemoryLedgers()
        self.ledger = self.opened.ledger
        self.journals = {source: MemoryJournal() for source in ("door-1", "door-2", "staff")}
        self.readers = {source: MemoryJournalReader(one) for source, one in self.journals.items()}

    def write(self, source: str, *events: Event) -> None:
        """Let a source write one segment."""
        self.journals[source].append(segment(events))

    def step(self, limit: int = 100) -> int:
        """Take a step."""
        return step(self.ledger, self.readers, limit)


@pytest.fixture
def mill() -> Mill:
    return Mill()


def test_segments_of_all_sources_are_taken_in_once(mill: Mill) -> None:
    mill.write("staff", released())
    mill.write("door-1", AMAL)
    mill.write("door-2", BEN)
    assert (mill.step(), mill.step()) == (3, 0)
    assert mill.ledger.positions() == {"door-1": 1, "door-2": 1, "staff": 1}
    assert mill.ledger.funnel(CAMPAIGN)["started"] == 2
    assert mill.ledger.as_of() == NOON


def test_a_busy_door_keeps_no_other_source_waiting(mill: Mill) -> None:
    for n in range(5):
        mill.write("door-1", signed("eve", n))
    mill.write("door-2", BEN)
    assert mill.step(limit=2) == 3
    assert mill.ledger.positions() == {"door-1": 2, "door-2": 1}


def test_a_step_takes_no_more_than_fits_in_memory(mill: Mill, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "BATCH", 20)
    for n in range(30):
        mill.write("door-1", *(signed(f"person {n} {k}") for k in range(5)))
    assert [mill.step(), mill.step()] == [run.CHUNK, run.CHUNK]


def test_time_does_not_go_back_with_a_door_whose_clock_is_slow(mill: Mill) -> None:
    mill.write("door-1", AMAL)
    mill.step()
    mill.write("door-2", signed("ben", at=NOON - HOUR))
    mill.step()
    assert mill.ledger.as_of() == NOON


def test_an_event_of_a_newer_door_stops_the_mill_and_skips_nothing(mill: Mill) -> None:
    mill.journals["door-1"].append(pack([b"\x91\xa8signed/9"]))
    with pytest.raises(Damaged):
        mill.step()
    assert mill.ledger.positions() == {}


def test_a_damaged_segment_stops_the_mill_and_skips_nothing(mill: Mill) -> None:
    mill.write("door-1", AMAL)
    mill.journals["door-1"].segments[1] = mill.journals["door-1"].segments[1][:-1] + b"?"
    with pytest.raises(Broken):
        mill.step()
    assert mill.ledger.positions() == {}


def test_reading_the_journals_from_the_start_gives_the_same_ledger(tmp_path: Path) -> None:
    again = signed("amal", 2, NOON + 2 * DAY)
    story: list[list[Event]] = [
        [released()],
        [AMAL, BEN],
        [LetterSent(AMAL.record, NOON + 1), Confirmed(AMAL.lookup, NOON + 2)],
        [again, Erased(BEN.lookup, NOON + 2 * DAY)],
        [Confirmed(again.lookup, NOON + 2 * DAY + 1)],
    ]
    seen = []
    for limit in (1, 2, 100):
        folder = tmp_path / str(limit)
        folder.mkdir()
        mill = Mill(SqliteLedgers(folder))
        for events in story:
            mill.write("door-1", *events)
        while mill.step(limit):
            pass
        seen.append(_everything(mill))
        mill.opened.done()
    assert seen[0] == seen[1] == seen[2]


def _everything(mill: Mill) -> tuple[object, ...]:
    reader = mill.opened.reader
    return (
        list(reader.records(CAMPAIGN)),
        [one.record for one in reader.due(0, 100)],
        mill.ledger.funnel_days(CAMPAIGN),
        [reader.status(one.lookup) for one in (AMAL, BEN)],
        mill.ledger.positions(),
    )


def test_waiting_rows_expire_an_hour_after_their_time(mill: Mill) -> None:
    mill.write("door-1", AMAL)
    mill.step()
    end = NOON + 72 * HOUR + GRACE
    assert expire_overdue(mill.ledger, end) == 0
    assert expire_overdue(mill.ledger, end + 1) == 1
    assert expire_overdue(mill.ledger, end + 2) == 0


@pytest.mark.parametrize("sweep", [0, 75, 500], ids=["never", "soon", "late"])
def test_when_the_sweep_runs_does_not_change_the_funnel(mill: Mill, sweep: int) -> None:
    again = signed("amal", 2, NOON + 100 * HOUR)
    mill.write("door-1", AMAL)
    mill.step()
    if sweep:
        expire_overdue(mill.ledger, NOON + sweep * HOUR)
    mill.write("door-1", again, Confirmed(again.lookup, NOON + 101 * HOUR))
    mill.step()
    expire_overdue(mill.ledger, NOON + 1000 * HOUR)
    assert mill.ledger.funnel_days(CAMPAIGN) == {
        NOON // DAY: {"started": 1},
        NOON // DAY + 3: {"expired": 1},
        NOON // DAY + 4: {"started": 1, "confirmed": 1},
    }


def test_nothing_is_covered_while_a_decision_waits_for_its_log(mill: Mill) -> None:
    mill.write("staff", released())
    mill.write("door-1", AMAL)
    mill.step()
    assert covered(mill.ledger) == {}
    mill.opened.log()
    assert covered(mill.ledger) == {"door-1": 1, "staff": 1}
    mill.write("door-1", Confirmed(AMAL.lookup, NOON + 1))
    mill.step()
    assert covered(mill.ledger) == {}
    mill.opened.log()
    assert covered(mill.ledger) == {"door-1": 2, "staff": 1}
    mill.write("door-1", Erased(AMAL.lookup, NOON + 2))
    mill.step()
    assert covered(mill.ledger) == {}
    mill.opened.log()
    assert covered(mill.ledger) == {"door-1": 3, "staff": 1}


def test_signatures_that_wait_or_are_reviewed_do_not_hold_the_journal_up(mill: Mill) -> None:
    doubtful = signed("eve", review="velocity")
    mill.write("staff", released())
    mill.write("door-1", AMAL, doubtful, Confirmed(doubtful.lookup, NOON + 1))
    mill.step()
    mill.opened.log()
    assert covered(mill.ledger) == {"door-1": 1, "staff": 1}


def test_a_confirmed_signature_of_a_campaign_without_a_log_keeps_its_segment(mill: Mill) -> None:
    mill.write("door-1", AMAL, Confirmed(AMAL.lookup, NOON + 1))
    mill.step()
    assert covered(mill.ledger) == {}

"""The ledger in PostgreSQL: one mill writes, and nothing of the erased is left in the slots."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.contract.opened import PostgresLedgers
from tests.engines.postgres.test_journal import CUT, compacted
from tests.made import CAMPAIGN, HOUR, NOON, released, signed
from tests.postgres import sample, schema
from undersigned.core.events import Confirmed, Erased, Event, LetterSent, NotMe, Withdrawn
from undersigned.core.sequencing import decide, wanted
from undersigned.engines.postgres import ledger_known
from undersigned.engines.postgres.ledger import PostgresLedger
from undersigned.engines.unfit import Unfit, Unreachable
from undersigned.stages.sequencer.needs import Moved
from undersigned.stages.tlog.needs import Moved as LogMoved

pytestmark = pytest.mark.services
AMAL, BEN = signed("amal"), signed("ben")


@pytest.fixture
def url() -> Iterator[str]:
    with schema() as made:
        yield made


@pytest.fixture
def ledgers(url: str) -> Iterator[PostgresLedgers]:
    made = PostgresLedgers(url)
    yield made
    made.done()


def test_a_second_mill_is_refused_where_it_may_not_wait(ledgers: PostgresLedgers) -> None:
    with pytest.raises(Unfit, match="another mill"):
        PostgresLedger(ledgers.url)


def test_a_waiting_mill_takes_over_when_the_first_has_lost_its_lease(ledgers: PostgresLedgers) -> None:
    ledgers.take(released(), AMAL)
    looks: list[int] = []

    def waiting() -> None:
        looks.append(1)
        if len(looks) == 2:  # the server ends the session of a mill that was silent too long
            with sample(ledgers.url) as connection:
                connection.execute(CUT)

    heir = PostgresLedger(ledgers.url, waiting)
    assert len(looks) == 2
    heir.commit(decide(heir.known(wanted([BEN])), [BEN]), {"door-1": (1, 2)}, NOON)
    with pytest.raises(Unreachable):
        ledgers.take(signed("dana"))
    assert heir.position("door-1") == 2
    heir.close()


def test_a_mill_behind_whose_back_another_opened_the_ledger_writes_nothing(ledgers: PostgresLedgers) -> None:
    ledgers.take(released(), AMAL, Confirmed(AMAL.lookup, NOON + HOUR))
    with sample(ledgers.url) as connection:  # as if its session were alive, and its lease not
        connection.execute("UPDATE state SET fence = fence + 1")
    with pytest.raises(Moved):
        ledgers.take(BEN)
    with pytest.raises(LogMoved):
        ledgers.log()
    assert ledgers.reader.status(BEN.lookup) is None
    assert ledgers.ledger.head(CAMPAIGN).size == 0


def test_two_signatures_of_one_address_cannot_stand_even_if_a_program_tries(ledgers: PostgresLedgers) -> None:
    again = signed("amal", 2, NOON + 24 * HOUR)
    ledgers.take(released(), AMAL, again, Confirmed(AMAL.lookup, NOON + HOUR))
    blind = decide(ledgers.ledger.known(wanted([Confirmed(again.lookup, NOON)])), [Confirmed(again.lookup, NOON + 1)])
    assert blind[0].verdict == "duplicate"
    with sample(ledgers.url) as connection, pytest.raises(Exception, match="standing_pkey"):
        connection.execute("INSERT INTO standing SELECT campaign, tag, id FROM signatures")


def test_a_sweep_finds_a_row_that_came_late_behind_the_ones_before_it(ledgers: PostgresLedgers) -> None:
    day = 24 * HOUR
    ledgers.take(AMAL)
    assert ledgers.expire(NOON + 4 * day) == 1
    assert ledgers.expire(NOON + 4 * day) == 0
    ledgers.take(signed("late", at=NOON - day))
    assert ledgers.expire(NOON + 4 * day) == 1
    assert ledgers.ledger.funnel(CAMPAIGN)["waiting"] == 0


def test_after_compacting_no_file_of_the_slots_holds_an_erased_slot(ledgers: PostgresLedgers) -> None:
    ledgers.take(released(), AMAL, BEN, Erased(AMAL.lookup, NOON + 1))
    ledgers.take(Erased(BEN.lookup, NOON + 1))
    for slot in (AMAL.slot, BEN.slot):
        held = compacted(ledgers.url, "slots", ledgers.ledger.compact, slot)
        assert len(held) > 0
        assert slot not in held


def test_slots_from_an_older_dump_are_destroyed_again(ledgers: PostgresLedgers) -> None:
    ledgers.take(released(), AMAL)
    ledgers.take(Erased(AMAL.lookup, NOON + 1))
    with sample(ledgers.url) as connection:
        connection.execute("UPDATE slots SET slot = %s", [AMAL.slot])
        connection.execute("UPDATE slots_turn SET turn = 0")
    ledgers.reopen()
    assert [slot for _, _, slot, _, _ in ledgers.reader.records(CAMPAIGN)] == [None]


def test_a_ledger_older_than_its_slots_is_refused(ledgers: PostgresLedgers) -> None:
    with sample(ledgers.url) as connection:
        connection.execute("UPDATE slots_turn SET turn = 7")
    ledgers.ledger.close()
    with pytest.raises(Unfit, match="older"):
        PostgresLedger(ledgers.url)


def test_a_lost_connection_leaves_the_batch_whole_or_not_there(ledgers: PostgresLedgers) -> None:
    ledgers.take(AMAL)
    with sample(ledgers.url) as connection:
        connection.execute(CUT)
    for _ in range(2):
        with pytest.raises(Unreachable):
            ledgers.take(BEN)
    ledgers.reopen()
    assert ledgers.take(BEN) == ["started"]


def test_the_server_itself_ends_the_lease_of_a_mill_that_was_silent_too_long(url: str) -> None:
    silent = PostgresLedger(url, lease=0.3)
    looks: list[int] = []
    heir = PostgresLedger(url, lambda: looks.append(1), lease=60)  # nobody cuts the session; only time passes
    assert looks
    heir.commit(decide(heir.known(wanted([BEN])), [BEN]), {"door-1": (0, 1)}, NOON)
    with pytest.raises(Unreachable):
        silent.commit([], {"door-1": (0, 1)}, NOON)
    heir.close()
    silent.close()


def test_the_rows_and_letters_that_a_mill_remembers_are_those_of_the_tables(ledgers: PostgresLedgers) -> None:
    people = [signed(f"person {n}") for n in range(12)]
    again = signed("person 3", 2, NOON + 24 * HOUR)
    deeds: list[list[Event]] = [
        [released(), *people, LetterSent(people[0].record, NOON + 1)],
        [Confirmed(one.lookup, NOON + HOUR) for one in people[1:4]],
        [again, Erased(people[4].lookup, NOON + 2), Withdrawn(people[1].lookup, NOON + 2 * HOUR)],
        [LetterSent(people[5].record, NOON + 3), NotMe(people[6].lookup, NOON + 3)],
    ]
    records = [one.record for one in (*people, again)]
    for events in deeds:
        ledgers.take(*events)
        ledgers.log()
        mill = ledgers.ledger
        remembered = dict(mill._recent)
        mill._recent.clear()
        assert remembered
        assert mill._fetch(remembered) == remembered
        mill._recent.update(remembered)
        letters, answer = dict(mill._letters), mill._open_letters(records)
        mill._letters.clear()
        assert letters
        assert mill._open_letters(records) == answer
        mill._letters.update(letters)


def test_a_mill_remembers_only_so_many_rows(ledgers: PostgresLedgers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_known, "RECENT", 5)
    people = [signed(f"person {n}") for n in range(12)]
    ledgers.take(*people)
    assert list(ledgers.ledger._recent) == [8, 9, 10, 11, 12]
    assert ledgers.take(*(Confirmed(one.lookup, NOON + HOUR) for one in people)) == ["confirmed"] * 12

"""What every ledger promises to whoever watches: the sums beside the rows are those of the rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.contract.opened import MemoryLedgers, OpenedLedgers, PostgresLedgers, SqliteLedgers
from tests.made import CAMPAIGN, DAY, HOUR, NOON, link_asked, name, released, signed
from tests.postgres import sample, schema
from undersigned.core.cells import HOURS_KEPT, Count, adds
from undersigned.core.events import (
    Admitted,
    Confirmed,
    Erased,
    Event,
    LetterFailed,
    LetterSent,
    Reinstated,
    StruckOut,
    Withdrawn,
)
from undersigned.engines.sql import migrations
from undersigned.engines.sqlite.connection import checksums

TODAY = NOON // DAY
AMAL = signed("amal", country="KE", language="sw", source="poster")
BEN = signed("ben", country="KE", language="en", at=NOON + HOUR)
DANA = signed("dana", country="FR", at=NOON + DAY)
PEOPLE = (AMAL, BEN, DANA)


def confirmed(*who: object) -> list[Event]:
    return [Confirmed(one.lookup, one.at + 1) for one in who]  # type: ignore[attr-defined]


def everything(ledgers: OpenedLedgers) -> list[Any]:
    watched = ledgers.watched
    tables = (watched.hours, watched.languages, watched.origins)
    return [list(watched.days(CAMPAIGN)), *(list(table(CAMPAIGN, 0, 10**6)) for table in tables)]


def test_nothing_is_watched_of_what_is_not_there(ledgers: OpenedLedgers) -> None:
    watched = ledgers.watched
    assert list(watched.days(CAMPAIGN)) == list(watched.hours(CAMPAIGN, 0, 10**6)) == []
    assert list(watched.origins(CAMPAIGN, 0, 10**6)) == list(watched.languages(CAMPAIGN, 0, 10**6)) == []
    assert (watched.as_of(), watched.counts(CAMPAIGN)) == (0, None)


def test_who_has_confirmed_is_counted_by_day_country_source_language_and_hour_of_signing(
    ledgers: OpenedLedgers,
) -> None:
    ledgers.take(released(), *PEOPLE, signed("eve"), *confirmed(*PEOPLE))
    watched = ledgers.watched
    assert list(watched.days(CAMPAIGN)) == [(TODAY, Count(2, 2)), (TODAY + 1, Count(1, 1))]
    assert list(watched.hours(CAMPAIGN, NOON // HOUR, NOON // HOUR + 1)) == [(NOON // HOUR, Count(1, 1))]
    assert list(map(tuple, watched.origins(CAMPAIGN, TODAY, TODAY + 1))) == [
        (TODAY, "KE", "", 1),
        (TODAY, "KE", "poster", 1),
    ]
    assert list(map(tuple, watched.languages(CAMPAIGN, TODAY, TODAY + 2))) == [
        (TODAY, "en", 1),
        (TODAY, "sw", 1),
        (TODAY + 1, "fr", 1),
    ]
    assert watched.as_of() == DANA.at + 1


def _lettered(who: str, at: int) -> Any:
    """Give a form whose record begins with its second, as the door names it."""
    return signed(who, at=at, record=at.to_bytes(4, "big") + name(f"record/{who}", 12))


def test_what_happened_is_known_by_the_hour_in_which_it_happened_and_for_a_month(ledgers: OpenedLedgers) -> None:
    amal, ben, eve = _lettered("amal", NOON), _lettered("ben", NOON + 60), _lettered("eve", NOON + 70)
    asked = link_asked("amal", at=NOON + DAY)
    ledgers.take(released(), amal, ben, eve)
    ledgers.take(
        LetterSent(amal.record, NOON + 8),
        LetterSent(ben.record, NOON + HOUR),
        LetterFailed(eve.record, "x", NOON + HOUR),
    )
    ledgers.take(Confirmed(amal.lookup, NOON + 2 * HOUR), LetterSent(amal.record, NOON + 2 * HOUR))
    ledgers.take(asked, LetterSent(asked.record, NOON + DAY + 10))
    noon = NOON // HOUR
    expected = [
        (noon, "letter-10", 1), (noon, "started", 3), (noon + 1, "bounced", 1), (noon + 1, "letter-3600", 1),
        (noon + 2, "confirmed", 1),
    ]  # fmt: skip
    assert list(map(tuple, ledgers.watched.happened(CAMPAIGN, noon, noon + 48))) == expected
    assert list(map(tuple, ledgers.watched.happened(CAMPAIGN, noon + 1, noon + 2))) == expected[2:4]
    assert ledgers.watched.funnel_days(CAMPAIGN) == {TODAY: {"started": 3, "bounced": 1, "confirmed": 1}}
    ledgers.reopen()
    ledgers.take(_lettered("dana", NOON + (HOURS_KEPT + 1) * HOUR))
    kept = [tuple(one) for one in ledgers.watched.happened(CAMPAIGN, 0, 10**6)]
    assert kept == [*expected[2:], (noon + HOURS_KEPT + 1, "started", 1)]


def test_what_is_taken_back_or_struck_out_stands_no_more_and_stays_collected(ledgers: OpenedLedgers) -> None:
    ledgers.take(released(), *PEOPLE, *confirmed(*PEOPLE))
    ledgers.log()
    ledgers.take(Withdrawn(AMAL.lookup, NOON + 2 * DAY), StruckOut(BEN.record, "fraud", NOON + 2 * DAY))
    assert list(ledgers.watched.days(CAMPAIGN))[0:1] == [(TODAY, Count(0, 2))]
    ledgers.log()
    ledgers.take(Erased(AMAL.lookup, NOON + 2 * DAY), Reinstated(BEN.record, NOON + 3 * DAY))
    assert list(ledgers.watched.days(CAMPAIGN))[0:1] == [(TODAY, Count(1, 2))]
    assert list(map(tuple, ledgers.watched.origins(CAMPAIGN, TODAY, TODAY + 1))) == [(TODAY, "KE", "", 1)]


def test_what_never_came_into_the_log_was_never_collected(ledgers: OpenedLedgers) -> None:
    ledgers.take(released(), AMAL, *confirmed(AMAL), Withdrawn(AMAL.lookup, NOON + HOUR))
    ledgers.log()
    assert list(ledgers.watched.days(CAMPAIGN)) in ([], [(TODAY, Count(0, 0))])


def test_nothing_is_counted_while_it_is_under_review(ledgers: OpenedLedgers) -> None:
    doubtful = signed("eve", review="velocity")
    ledgers.take(released(), doubtful, *confirmed(doubtful))
    assert list(ledgers.watched.days(CAMPAIGN)) == []
    ledgers.take(Admitted(doubtful.record, NOON + HOUR))
    assert list(ledgers.watched.days(CAMPAIGN)) == [(TODAY, Count(1, 1))]


def test_the_funnel_is_that_of_the_mill(ledgers: OpenedLedgers) -> None:
    ledgers.take(released(), *PEOPLE, *confirmed(AMAL), Withdrawn(BEN.lookup, NOON + HOUR))
    assert dict(ledgers.watched.funnel(CAMPAIGN)) == dict(ledgers.ledger.funnel(CAMPAIGN))
    assert ledgers.watched.funnel_days(CAMPAIGN) == ledgers.ledger.funnel_days(CAMPAIGN)


ACTS = st.lists(
    st.tuples(
        st.sampled_from(["sign", "confirm", "withdraw", "erase", "strike", "reinstate", "admit", "log"]),
        st.integers(0, 5),
    ),
    max_size=30,
)


def _event(act: str, n: int, at: int) -> Event:
    one = signed(f"person {n}", country="KE" if n % 2 else "FR", review="velocity" if n == 5 else "")
    events: dict[str, Event] = {
        "sign": one,
        "confirm": Confirmed(one.lookup, at),
        "withdraw": Withdrawn(one.lookup, at),
        "erase": Erased(one.lookup, at),
        "strike": StruckOut(one.record, "fraud", at),
        "reinstate": Reinstated(one.record, at),
        "admit": Admitted(one.record, at),
    }
    return events[act]


@given(ACTS)
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_the_books_agree_whatever_happens(acts: list[tuple[str, int]]) -> None:
    ledgers = MemoryLedgers()
    ledgers.take(released())
    for step, (act, n) in enumerate(acts):
        ledgers.log() if act == "log" else ledgers.take(_event(act, n, NOON + step))
    rows = [one.row for one in ledgers.ledger._signatures.values()]
    days = [count for _, count in ledgers.watched.days(CAMPAIGN)]
    standing, collected = (sum(values) for values in zip((0, 0), *map(adds, rows), strict=True))
    assert sum(one.standing for one in days) == standing
    assert sum(one.collected for one in days) == collected
    assert sum(n for *_, n in ledgers.watched.origins(CAMPAIGN, 0, 10**6)) == standing
    assert sum(n for *_, n in ledgers.watched.languages(CAMPAIGN, 0, 10**6)) == standing
    ledgers.log()
    log = [line[:1] for line in ledgers.ledger.entries(CAMPAIGN, 0, 10**6)]
    assert collected == log.count(b"s")
    assert standing == log.count(b"s") + log.count(b"r") - log.count(b"w") - log.count(b"x")


def test_a_ledger_of_before_is_counted_when_it_is_opened(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(released(), *PEOPLE, *confirmed(*PEOPLE))
    ledgers.log()
    ledgers.take(Withdrawn(BEN.lookup, NOON + DAY))
    expected = everything(ledgers)
    ledgers.done()
    database = apsw.Connection(str(tmp_path / "ledger.db"), vfs=checksums())
    database.execute("DROP TABLE cells; DROP TABLE hours; ALTER TABLE signatures DROP COLUMN language")
    database.execute(
        "DROP INDEX doubtful; DROP INDEX struck_rows; DROP TABLE domains; DROP TABLE claims; DROP TABLE happened"
    )
    database.execute("ALTER TABLE signatures DROP COLUMN appeal")
    database.pragma("user_version", 3)
    database.close()
    again = SqliteLedgers(tmp_path)
    watched = again.watched
    assert everything(again) == expected
    again.take(Withdrawn(AMAL.lookup, NOON + DAY))
    assert watched.origins(CAMPAIGN, TODAY, TODAY + 1) == []
    again.done()


def test_of_whoever_is_erased_no_country_language_source_or_cohort_is_kept(ledgers: OpenedLedgers) -> None:
    told = signed("amal", country="KE", language="sw", source="poster", cohort=b"cohort-8")
    again = signed("ben", country="KE", language="sw", source="poster", cohort=b"cohort-8")
    ledgers.take(released(), told, *confirmed(told))
    ledgers.log()
    ledgers.take(Erased(told.lookup, NOON + DAY), again, Erased(again.lookup, NOON + DAY))
    ledgers.log()
    if isinstance(ledgers, MemoryLedgers):
        kept = [(one.country, one.language, one.row.source, one.signed) for one in ledgers.ledger._signatures.values()]
        assert kept == [("", "", "", None)] * 2
    else:
        rows = ledgers.ledger._rows("SELECT country, language, source, cohort FROM signatures ORDER BY id")
        kept = [(country, language.strip("-"), source, bytes(cohort)) for country, language, source, cohort in rows]
        assert kept == [("", "", "", b"")] * 2
    assert list(ledgers.watched.days(CAMPAIGN)) == [(TODAY, Count(0, 1))]


@pytest.mark.services
def test_a_ledger_of_before_in_postgresql_is_counted_when_it_is_opened() -> None:
    with schema() as url:
        ledgers = PostgresLedgers(url)
        ledgers.take(released(), *PEOPLE, *confirmed(*PEOPLE))
        ledgers.log()
        ledgers.take(Withdrawn(BEN.lookup, NOON + DAY))
        expected = everything(ledgers)
        ledgers.done()
        with sample(url) as connection:
            connection.execute("DROP TABLE cells, hours")
            connection.execute(migrations("postgres/ledger_migrations")[3].encode())
        again = PostgresLedgers(url)
        assert everything(again) == expected
        again.done()

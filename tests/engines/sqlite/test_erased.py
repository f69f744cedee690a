"""Erased is erased: no byte of it is left in any file, not in a log, not between the cells of a page."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from msgspec.structs import replace

from tests.contract.opened import SqliteLedgers
from tests.made import CAMPAIGN, DAY, HOUR, NOON, segment, signed
from undersigned.core.events import Confirmed, Erased, NotMe, Signed
from undersigned.engines.sqlite.connection import open_reader
from undersigned.engines.sqlite.journal import SqliteJournal

CROWD = 800


@pytest.fixture
def people() -> list[Signed]:
    """A crowd whose sealed records have every padded size."""
    sizes = [272, 528, 1040, 2064, 4112]
    chance = random.Random(7)
    crowd = [signed(f"person {n}") for n in range(CROWD)]
    return [
        replace(one, tag=chance.randbytes(16), sealed=chance.randbytes(sizes[n % 5] if n % 7 == 0 else 272))
        for n, one in enumerate(crowd)
    ]


def found(folder: Path, needles: list[bytes]) -> int:
    """Give how many of the needles stand in any file of the folder."""
    everything = b"\0".join(file.read_bytes() for file in sorted(folder.iterdir()))
    return sum(needle in everything for needle in needles)


def pieces(people: list[Signed]) -> list[bytes]:
    """Give short pieces of every slot and sealed record, so that a cut copy is found as well."""
    return [part for one in people for part in (one.slot[:16], one.slot[-16:], one.sealed[:16], one.sealed[-16:])]


def test_nothing_sealed_of_whoever_erased_is_left(tmp_path: Path, people: list[Signed]) -> None:
    ledgers = SqliteLedgers(tmp_path)
    chance = random.Random(1)
    for at in range(0, CROWD, 250):
        ledgers.take(*people[at : at + 250])
        ledgers.take(*(Confirmed(one.lookup, NOON + HOUR) for one in people[at : at + 250]))
    gone = chance.sample(people, 200)
    assert found(tmp_path, pieces(gone)) == 4 * len(gone)
    for at in range(0, 200, 40):
        ledgers.take(*(Erased(one.lookup, NOON + DAY) for one in gone[at : at + 40]))
    assert found(tmp_path, pieces(gone)) == 0
    kept = [one for one in people if one not in gone]
    assert found(tmp_path, pieces(kept)) == 4 * len(kept)
    ledgers.done()
    assert found(tmp_path, pieces(gone)) == 0


def test_refused_and_expired_are_destroyed_as_well(tmp_path: Path, people: list[Signed]) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(*people[:300])
    ledgers.take(*(NotMe(one.lookup, NOON + 1) for one in people[:100]))
    ledgers.expire(NOON + 4 * DAY)
    assert found(tmp_path, pieces(people[:300])) == 0
    ledgers.done()


def test_after_compacting_not_even_a_tag_is_left(tmp_path: Path, people: list[Signed]) -> None:
    ledgers = SqliteLedgers(tmp_path)
    chance = random.Random(2)
    for at in range(0, CROWD, 100):
        ledgers.take(*people[at : at + 100])
    gone = chance.sample(people, 300)
    ledgers.take(*(Erased(one.lookup, NOON + DAY) for one in gone))
    ledgers.ledger.compact()
    secrets = [one.tag for one in gone] + [one.commitment for one in gone]
    assert found(tmp_path, secrets) == 0
    assert {row[4] for row in ledgers.reader.records(CAMPAIGN)} == {"waiting", "erased"}
    ledgers.done()


def test_a_reader_in_the_middle_of_reading_delays_the_overwriting_and_no_more(
    tmp_path: Path, people: list[Signed]
) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.ledger._ledger.set_busy_timeout(1)
    ledgers.take(*people[:20])
    slow = open_reader(ledgers.paths[0])
    assert slow is not None
    slow.execute("BEGIN")
    slow.execute("SELECT count(*) FROM seals").fetchall()
    ledgers.take(Erased(people[0].lookup, NOON + 1))
    assert found(tmp_path, [people[0].sealed[:16]]) == 1
    slow.execute("COMMIT")
    ledgers.take(Confirmed(people[1].lookup, NOON + 1))  # the next batch makes up for it
    assert found(tmp_path, [people[0].sealed[:16]]) == 0
    slow.close()
    ledgers.done()


@pytest.mark.parametrize("covered", [[40], [13, 14, 39, 40], list(range(1, 41))], ids=str)
def test_nothing_of_a_dropped_segment_is_left_in_the_journal(
    tmp_path: Path, people: list[Signed], covered: list[int]
) -> None:
    journal = SqliteJournal(tmp_path / "door-1.db")
    for n in range(40):
        journal.append(segment(people[n * 3 : n * 3 + 3]))
    kept = 0
    for upto in covered:
        journal.append(segment([people[600 + kept]]))
        kept += 1
        journal.drop(upto)
        assert found(tmp_path, pieces(people[: upto * 3])) == 0
    assert found(tmp_path, pieces(people[600 : 600 + kept])) == 4 * kept
    journal.drop(40 + kept)
    assert found(tmp_path, pieces(people)) == 0
    journal.close()

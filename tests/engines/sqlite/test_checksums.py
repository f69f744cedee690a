"""A bit that flipped at rest is met before anything is decided from it."""

from __future__ import annotations

import random
from pathlib import Path

import apsw
import pytest

from tests.contract.opened import SqliteLedgers
from tests.made import CAMPAIGN, NOON, released, segment, signed
from undersigned.core.events import Confirmed
from undersigned.engines.sqlite.connection import Unfit
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.journal.needs import Broken

CROWD = [signed(f"person {n}") for n in range(200)]


def flipped(data: bytes, chance: random.Random) -> bytes:
    place = chance.randrange(100, len(data))
    return data[:place] + bytes([data[place] ^ 1 << chance.randrange(8)]) + data[place + 1 :]


def read_all(folder: Path) -> None:
    """Read every page of both files as a mill and a delivery do."""
    ledgers = SqliteLedgers(folder)
    try:
        while not ledgers.ledger.prove(1000):
            pass
        list(ledgers.reader.records(CAMPAIGN))
        list(ledgers.reader.due(0, 1000))
        ledgers.take(*CROWD)
        ledgers.waiting()
    finally:
        ledgers.done()


@pytest.mark.parametrize("name", ["ledger.db", "slots.db"])
def test_a_flipped_bit_is_found_in_every_page_that_is_read(tmp_path: Path, name: str) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(released(), *CROWD)
    ledgers.take(*(Confirmed(one.lookup, NOON + 1) for one in CROWD[:100]))
    ledgers.done()
    database = apsw.Connection(str(tmp_path / name), vfs="cksmvfs")
    assert database.pragma("integrity_check") == "ok"
    database.close()
    whole, chance = (tmp_path / name).read_bytes(), random.Random(3)
    for _ in range(20):
        (tmp_path / name).write_bytes(flipped(whole, chance))
        database = apsw.Connection(str(tmp_path / name), vfs="cksmvfs")
        with pytest.raises((apsw.Error, AssertionError)):  # a check of the whole file finds it wherever it is
            assert database.pragma("integrity_check") == "ok"
        database.close()


def test_what_is_damaged_is_refused_in_words(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(released(), *CROWD)
    ledgers.done()
    whole = (tmp_path / "ledger.db").read_bytes()
    at = whole.index(CROWD[7].tag)
    (tmp_path / "ledger.db").write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
    with pytest.raises(Unfit, match=r"ledger\.db .*Restore"):
        read_all(tmp_path)


def test_a_flipped_bit_in_a_journal_is_found(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "door-1.db")
    journal.append(segment(CROWD))
    journal.close()
    whole, chance = (tmp_path / "door-1.db").read_bytes(), random.Random(4)
    at = whole.index(CROWD[9].slot)
    for place in (at, chance.randrange(at - 1000, at + 1000)):
        (tmp_path / "door-1.db").write_bytes(whole[:place] + bytes([whole[place] ^ 8]) + whole[place + 1 :])
        with pytest.raises(Broken):
            SqliteJournalReader(tmp_path / "door-1.db").read(0, 10)


def test_a_file_from_before_the_checksums_is_used_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "door-1.db"
    before = apsw.Connection(str(file), vfs="unix")
    before.execute("CREATE TABLE kept (n); INSERT INTO kept VALUES (7)")
    before.close()
    SqliteJournal(file).append(segment(CROWD[:3]))
    reader = SqliteJournalReader(file)
    assert [position for position, _ in reader.read(0, 10)] == [1]
    reader.close()
    assert file.read_bytes()[20] == 0

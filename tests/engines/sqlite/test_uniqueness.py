"""Exactness without an index on random keys: memory follows the file, and a proof goes over the file in rounds."""

from __future__ import annotations

from pathlib import Path

import apsw
import pytest
from msgspec.structs import replace

from tests.contract.opened import SqliteLedgers
from tests.made import CAMPAIGN, DAY, HOUR, NOON, released, signed
from undersigned.core import leaves
from undersigned.core.events import Confirmed, Erased, LetterSent
from undersigned.engines.sql import migrations
from undersigned.engines.sqlite.connection import Unfit, checksums
from undersigned.stages.tlog.needs import NewEntry

AMAL, BEN = signed("amal"), signed("ben")


def counted(folder: Path) -> SqliteLedgers:
    """A ledger in which two people are counted."""
    ledgers = SqliteLedgers(folder)
    ledgers.take(released(), AMAL, BEN)
    ledgers.take(*(Confirmed(one.lookup, NOON + HOUR) for one in (AMAL, BEN)))
    entries = ledgers.waiting().signatures

    opening = [NewEntry(f"g {text}".encode(), "g", number) for number, text in ledgers.waiting().texts]
    ledgers.append(*opening, *(NewEntry(leaves.signature(commitment), "s", number) for number, commitment in entries))
    return ledgers


def spoil(folder: Path, change: str) -> None:
    """Change the ledger behind the program's back."""
    database = apsw.Connection(str(folder / "ledger.db"), vfs=checksums())
    database.execute(change)
    database.close()


def test_names_that_begin_alike_are_different_people(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    twin = replace(signed("twin"), tag=AMAL.tag[:10] + bytes(6), lookup=AMAL.lookup[:10] + bytes(6))
    assert ledgers.take(AMAL, twin) == ["started", "started"]
    assert ledgers.take(Confirmed(twin.lookup, NOON + 1)) == ["confirmed"]
    assert ledgers.take(Confirmed(AMAL.lookup, NOON + 1)) == ["confirmed"]
    ledgers.reopen()
    assert ledgers.take(replace(signed("amal", 2, NOON + 2 * DAY))) == ["already"]
    assert ledgers.ledger.prove(100)
    ledgers.done()


def test_a_ledger_opened_again_knows_whom_it_knew(tmp_path: Path) -> None:
    ledgers = counted(tmp_path)
    again = signed("amal", 2, NOON + 2 * DAY)
    ledgers.reopen()
    assert ledgers.take(AMAL, again) == ["nothing", "already"]
    ledgers.reopen()
    assert ledgers.take(again, Erased(again.lookup, NOON + 3 * DAY)) == ["nothing", "erased"]
    assert ledgers.take(signed("amal", 3, NOON + 3 * DAY)) == ["started"]  # forgotten, so a new person
    ledgers.done()


def test_a_whole_ledger_is_proven_in_rounds(tmp_path: Path) -> None:
    ledgers = counted(tmp_path)
    assert [ledgers.ledger.prove(1) for _ in range(4)] == [False, False, True, False]
    ledgers.done()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE signatures SET tag = zeroblob(16) WHERE id = 1",
        "UPDATE signatures SET lookup = zeroblob(16) WHERE id = 2",
        "UPDATE signatures SET commitment = zeroblob(32) WHERE id = 2",
        "UPDATE signatures SET leaf = leaf + 1 WHERE id = 1",
    ],
)
def test_the_proof_finds_a_row_that_is_not_as_it_was_written(tmp_path: Path, change: str) -> None:
    ledgers = counted(tmp_path)
    spoil(tmp_path, change)
    with pytest.raises(Unfit, match="Restore the newest"):
        ledgers.ledger.prove(100)
    ledgers.done()


def test_two_that_stand_for_one_address_stop_the_mill_at_its_start(tmp_path: Path) -> None:
    counted(tmp_path).done()
    spoil(tmp_path, "UPDATE signatures SET tag = (SELECT tag FROM signatures WHERE id = 1)")
    with pytest.raises(Unfit, match="one address"):
        SqliteLedgers(tmp_path)


def test_two_of_one_link_stop_the_mill_at_its_start(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(AMAL, signed("ben", at=NOON + HOUR))
    ledgers.done()
    spoil(tmp_path, "UPDATE signatures SET lookup = (SELECT lookup FROM signatures WHERE id = 1)")
    with pytest.raises(Unfit, match="one link"):
        SqliteLedgers(tmp_path)


def test_the_number_of_waiting_and_reviewed_follows_every_change(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    doubtful = replace(signed("dana"), review="velocity")
    ledgers.take(AMAL, BEN, doubtful, LetterSent(AMAL.record, NOON))
    ledgers.take(Confirmed(AMAL.lookup, NOON + 1), Confirmed(doubtful.lookup, NOON + 1))
    now = {kind: ledgers.ledger.funnel(CAMPAIGN)[kind] for kind in ("waiting", "review")}
    assert now == {"waiting": 1, "review": 1}
    ledgers.expire(NOON + 4 * DAY)
    assert ledgers.ledger.funnel(CAMPAIGN)["waiting"] == 0
    ledgers.done()


def test_a_ledger_of_the_first_schema_goes_on(tmp_path: Path) -> None:
    database = apsw.Connection(str(tmp_path / "ledger.db"))
    with database:
        database.execute(migrations()[0])
        database.execute("INSERT INTO campaigns (id, name, root) VALUES (1, ?, zeroblob(32))", (CAMPAIGN,))
        for number, (one, state) in enumerate([(AMAL, "confirmed"), (BEN, "waiting")], 1):
            database.execute(
                "INSERT INTO signatures (id, record, lookup, campaign, tag, commitment, state, signed, review, code,"
                " letters, lettered, logged, country, channel)"
                " VALUES (?, ?, ?, 1, ?, ?, ?, ?, '', '', 1, ?, '', 'FR', 'e')",
                (number, one.record, one.lookup, one.tag, one.commitment, state, one.at, one.at),
            )
            database.execute(
                "INSERT INTO seals VALUES (?, ?, ?, ?, 'v1', 0, 'fr')", (number, one.epoch, one.sealed, one.text)
            )
        database.execute("INSERT INTO links VALUES (?, 1)", (signed("amal", 2).lookup,))
        database.pragma("user_version", 1)
    database.close()
    ledgers = SqliteLedgers(tmp_path)
    assert ledgers.ledger.funnel(CAMPAIGN)["waiting"] == 1
    assert ledgers.reader.status(AMAL.lookup, NOON).state == "confirmed"
    assert ledgers.take(AMAL, signed("amal", 2), Confirmed(BEN.lookup, NOON + 1)) == ["nothing", "nothing", "confirmed"]
    ledgers.done()

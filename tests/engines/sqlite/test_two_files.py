"""Ledger and slots are two files: a stop between the two, and a restore of only one, do no harm."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.contract.opened import SqliteLedgers
from tests.made import CAMPAIGN, NOON, signed
from undersigned.core.events import Erased
from undersigned.engines.sqlite.connection import Unfit

AMAL, BEN, DANA = signed("amal"), signed("ben"), signed("dana")


class Stop(Exception):
    """The power goes."""


def stop_between(ledgers: SqliteLedgers, monkeypatch: pytest.MonkeyPatch) -> None:
    """Stop after the slots were written and before the ledger follows."""

    def stop(_: Callable[[], None]) -> None:
        raise Stop

    monkeypatch.setattr(ledgers.ledger, "_write", stop)


def slots(ledgers: SqliteLedgers) -> dict[bytes, Any]:
    return {row[0]: row[2] for row in ledgers.reader.records(CAMPAIGN)}


def live_slots(ledgers: SqliteLedgers) -> set[bytes]:
    query = "SELECT record FROM slots WHERE slot <> zeroblob(48)"
    return {bytes(row[0]) for row in ledgers.ledger._slots.execute(query).fetchall()}


def test_a_stop_before_the_ledger_follows_leaves_no_slot_without_a_row(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(AMAL)
    stop_between(ledgers, monkeypatch)
    with pytest.raises(Stop):
        ledgers.take(BEN)
    assert live_slots(ledgers) == {AMAL.record, BEN.record}
    ledgers.reopen()
    assert live_slots(ledgers) == {AMAL.record}
    ledgers.take(BEN, DANA)  # the same segment, and another
    assert slots(ledgers) == {one.record: one.slot for one in (AMAL, BEN, DANA)}
    ledgers.done()


def test_a_stop_in_an_erasure_is_made_good_by_reading_it_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(AMAL, BEN)
    stop_between(ledgers, monkeypatch)
    with pytest.raises(Stop):
        ledgers.take(Erased(AMAL.lookup, NOON + 1))
    ledgers.reopen()
    assert slots(ledgers) == {AMAL.record: None, BEN.record: BEN.slot}  # the key is gone already
    assert ledgers.take(Erased(AMAL.lookup, NOON + 1)) == ["erased"]
    assert ledgers.reader.status(AMAL.lookup).state == "erased"
    ledgers.done()


def test_a_signer_who_erased_before_the_batch_was_read_again_gets_no_slot(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledgers = SqliteLedgers(tmp_path)
    stop_between(ledgers, monkeypatch)
    with pytest.raises(Stop):
        ledgers.take(AMAL)
    ledgers.reopen()
    ledgers.take(AMAL, Erased(AMAL.lookup, NOON + 1))
    assert live_slots(ledgers) == set()
    ledgers.done()


def test_old_slots_from_a_backup_bring_no_erased_signer_back(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(AMAL, BEN)
    ledgers.done()
    shutil.copy(tmp_path / "slots.db", tmp_path / "backup")
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(Erased(AMAL.lookup, NOON + 1))
    ledgers.done()
    shutil.copy(tmp_path / "backup", tmp_path / "slots.db")
    (tmp_path / "backup").unlink()
    ledgers = SqliteLedgers(tmp_path)
    assert slots(ledgers) == {AMAL.record: None, BEN.record: BEN.slot}
    everything = b"".join(file.read_bytes() for file in tmp_path.iterdir())
    assert AMAL.slot[:16] not in everything
    ledgers.take(DANA)
    ledgers.reopen()
    ledgers.done()


def test_a_ledger_older_than_its_slots_is_refused_and_destroys_nothing(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(AMAL)
    ledgers.done()
    shutil.copy(tmp_path / "ledger.db", tmp_path / "backup")
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(BEN)
    ledgers.take(DANA)
    ledgers.done()
    newest = (tmp_path / "ledger.db").read_bytes()
    shutil.copy(tmp_path / "backup", tmp_path / "ledger.db")
    with pytest.raises(Unfit, match="is older than"):
        SqliteLedgers(tmp_path)
    (tmp_path / "ledger.db").unlink()
    with pytest.raises(Unfit, match="is older than"):
        SqliteLedgers(tmp_path)
    (tmp_path / "ledger.db").write_bytes(newest)
    ledgers = SqliteLedgers(tmp_path)
    assert slots(ledgers) == {one.record: one.slot for one in (AMAL, BEN, DANA)}
    ledgers.done()


def test_missing_slots_are_refused(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(AMAL)
    ledgers.done()
    (tmp_path / "slots.db").unlink()
    with pytest.raises(Unfit, match="missing or empty"):
        SqliteLedgers(tmp_path)

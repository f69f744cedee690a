"""A ledger that comes back in an earlier state: caught up from the journals, or refused where the log would fork."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.journey.door import RealDoor
from undersigned.assemble.mill import Mill
from undersigned.stages.tlog.needs import Refused

FILES = ("ledger.db", "slots.db")


@pytest.fixture
def door(tmp_path: Path) -> Iterator[RealDoor]:
    running = RealDoor(tmp_path / "d")
    yield running
    running.close()


def copy_of_ledger(door: RealDoor, place: Path) -> None:
    door.mill.close()
    place.mkdir()
    for name in FILES:
        shutil.copy(door.folder / name, place / name)
    door.mill = Mill(door.settings)
    door.mill.start()


def restore(door: RealDoor, place: Path) -> None:
    door.mill.close()
    door.ledger.close()
    for name in FILES:
        for file in door.folder.glob(f"{name}-*"):
            file.unlink()
        shutil.copy(place / name, door.folder / name)
    door.mill = Mill(door.settings)


def signed(door: RealDoor, *addresses: str) -> None:
    for address in addresses:
        token = door.signed(email=address)
        assert door.press(f"/k/{token}").status == 303


def test_a_ledger_that_went_back_takes_in_again_what_the_doors_still_keep(door: RealDoor, tmp_path: Path) -> None:
    """As where a standby took over that was behind: no checkpoint has covered what it lacks."""
    signed(door, "first@example.org")
    door.turn()
    copy_of_ledger(door, tmp_path / "copy")
    signed(door, "second@example.org", "third@example.org")
    door.mill._logged = float("inf")  # takes in, and is stopped before it logs
    door.mill.turn()
    restore(door, tmp_path / "copy")
    door.mill.start()
    door.turn()
    assert door.mill.ledger.head("library").size
    funnel = door.mill.ledger.funnel("library")
    assert funnel["confirmed"] == 3


def test_a_ledger_behind_its_published_log_is_refused_in_words_and_signs_nothing(
    door: RealDoor, tmp_path: Path
) -> None:
    signed(door, "first@example.org")
    door.turn()
    copy_of_ledger(door, tmp_path / "copy")
    signed(door, "second@example.org")
    door.turn()
    checkpoint = door.folder / "public/log/library/checkpoint"
    before = checkpoint.read_bytes()
    restore(door, tmp_path / "copy")
    with pytest.raises(Refused) as refused:
        door.mill.start()
    assert refused.value.code == "ledger-behind"
    assert "newest" in str(refused.value) or "Restore" in str(refused.value)
    assert checkpoint.read_bytes() == before

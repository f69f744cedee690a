"""Simulated time: every process lives in the same second, and no real installation can have it."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from tests.core.campaign_files import card
from undersigned.assemble.cards import genesis
from undersigned.assemble.clock import SimulatedClock, clock
from undersigned.core.campaign import Card
from undersigned.settings import Wrong, read

MONDAY = 1_772_409_600.0  # a Monday in March 2026


def test_two_readers_of_one_folder_live_in_the_same_second(tmp_path: Path) -> None:
    writer = SimulatedClock(tmp_path / "run" / "clock", MONDAY)
    reader = clock(read(tmp_path, {}, simulated=True, simulated_clock=True))
    writer.advance(MONDAY + 86_400)
    assert reader() == pytest.approx(MONDAY + 86_400, abs=60)


def test_the_clock_never_goes_back(tmp_path: Path) -> None:
    writer = SimulatedClock(tmp_path / "clock", MONDAY)
    later = writer.advance(MONDAY + 3600)
    assert writer.advance(MONDAY) >= later
    assert writer() >= later


def test_a_folder_opened_again_goes_on_where_it_was(tmp_path: Path) -> None:
    SimulatedClock(tmp_path / "clock", MONDAY).advance(MONDAY + 7200)
    assert SimulatedClock(tmp_path / "clock", MONDAY)() >= MONDAY + 7200


def test_a_real_installation_has_real_time_and_cannot_ask_for_another(tmp_path: Path) -> None:
    SimulatedClock(tmp_path / "run" / "clock", MONDAY)
    for settings in (read(tmp_path, {}), read(tmp_path, {}, simulated=True)):
        assert clock(settings)() == pytest.approx(time.time(), abs=60)
    with pytest.raises(Wrong, match="simulated_clock without simulated"):
        read(tmp_path, {}, simulated_clock=True)


def test_a_simulated_log_says_so_in_its_first_line_and_a_real_one_has_no_such_word() -> None:
    made = card()
    assert isinstance(made, Card)
    assert json.loads(genesis(made, "petitions.example", (), simulated=True))["simulated"] is True
    assert b"simulated" not in genesis(made, "petitions.example", ())

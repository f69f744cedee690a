"""No jump of the machine's clock publishes a statement before its hour, and none makes it a minute late."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.core import statement_files as files
from tests.intake.house import House
from tests.stages.test_embargo import Installation
from undersigned.assemble.release_clock import LASTS, LEAP, ReleaseClock

HOUR = files.EMBARGO
TURN = 1.0  # seconds between two turns of the mill
OURS = "s/well/a-million/ar/index.html"


class Machine:
    """A machine whose clock can be set; `true` is the time that it is, in seconds since 1970."""

    def __init__(self, true: float) -> None:
        self.true = true
        self.wrong = 0.0  # how far its clock is ahead
        self.restarted()

    def restarted(self) -> None:
        """Start the mill's process again."""
        self.clock = ReleaseClock(lambda: self.true + self.wrong, lambda: self.true - 1e9)

    def turns(self, seconds: float) -> float:
        """Let the mill turn for that long; give what its clock says then."""
        said = self.clock()
        for _ in range(int(seconds / TURN)):
            self.true += TURN
            said = self.clock()
        return said


def test_a_clock_that_goes_right_is_followed_to_the_second() -> None:
    machine = Machine(HOUR - 100)
    assert machine.turns(100) == pytest.approx(HOUR, abs=1e-3)


@pytest.mark.parametrize("leap", [10.0, 3600.0, 20 * 3600.0])
def test_a_leap_over_the_hour_that_is_set_right_within_the_minute_is_never_believed(leap: float) -> None:
    machine = Machine(HOUR - 5)
    machine.turns(2)
    machine.wrong = leap
    assert machine.turns(2) < HOUR
    machine.wrong = 0.0
    assert machine.turns(1) == pytest.approx(HOUR, abs=1e-3)


def test_leaps_one_after_the_other_are_each_doubted() -> None:
    machine = Machine(HOUR - 600)
    for _ in range(5):
        machine.wrong = 7200.0
        assert machine.turns(LASTS - 5) < HOUR
        machine.wrong = 0.0
        machine.turns(1)
    assert machine.turns(100) < HOUR


def test_a_clock_that_was_behind_and_is_set_right_is_believed_within_a_minute() -> None:
    machine = Machine(HOUR - 30)
    machine.wrong = -900.0
    machine.restarted()
    machine.turns(20)
    machine.wrong = 0.0  # ten seconds before the hour somebody sets it right
    machine.turns(10 + 50)
    assert machine.clock() >= HOUR


def test_a_clock_set_back_is_followed_at_once_and_forward_again_without_doubt_only_slowly() -> None:
    machine = Machine(HOUR - 10)
    machine.turns(2)
    machine.wrong = -3600.0
    assert machine.turns(1) == pytest.approx(HOUR - 7 - 3600, abs=1e-3)
    machine.wrong += LEAP / 2
    assert machine.turns(1) == pytest.approx(machine.true + machine.wrong, abs=1e-3)


def test_a_mill_that_starts_after_the_hour_believes_it_at_once() -> None:
    machine = Machine(HOUR - 5)
    machine.turns(3)
    machine.true = HOUR + 3.0
    machine.restarted()
    assert machine.clock() == HOUR + 3.0


def test_through_jumps_and_restarts_a_statement_is_out_within_a_minute_and_never_before(tmp_path: Path) -> None:
    holding = Installation(House(tmp_path / "house"), tmp_path / "with", True)
    machine = Machine(HOUR - 120)

    def public() -> bool:
        holding.turn(int(machine.clock()))
        return OURS in holding.files()

    for step in range(180):
        machine.true += TURN
        machine.wrong = {20: 7200.0, 40: 0.0, 60: -1800.0, 90: 0.0}.get(step, machine.wrong)
        if step == 110:
            machine.restarted()
        seen = public()
        assert not (seen and machine.true < HOUR)
    assert seen
    machine.wrong = -7200.0
    before = holding.files()
    assert public()
    assert holding.files() == before  # what readers have seen, feeds and sitemap too, is not taken back

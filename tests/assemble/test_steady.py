"""A wrong clock costs nobody a key, a letter or a day of the log; a right one is followed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.assemble.steady import BELIEVED_AWAY, DAY, SteadyClock
from undersigned.vault.mailkeys import HOURS, MailKeys

NOW = 1_800_000_000.0
HOUR = 3600.0
YEARS = 10 * 365.25 * DAY


class Machine:
    """A machine whose clock can be set, and which cannot help growing older."""

    def __init__(self) -> None:
        self.wall = NOW
        self.steady = 1000.0

    def pass_(self, seconds: float) -> None:
        self.wall += seconds
        self.steady += seconds

    def clock(self, folder: Path, name: str = "") -> SteadyClock:
        return SteadyClock(folder, name, lambda: self.wall, lambda: self.steady)


@pytest.fixture
def machine() -> Machine:
    return Machine()


@pytest.mark.parametrize("jump", [-HOUR, HOUR, 1.0, -0.2, -23 * HOUR, 23 * HOUR])
def test_a_jump_of_less_than_a_day_is_followed(machine: Machine, tmp_path: Path, jump: float) -> None:
    clock = machine.clock(tmp_path)
    machine.wall += jump
    assert clock() == NOW + jump
    assert not clock.doubted


@pytest.mark.parametrize("jump", [YEARS, -YEARS, 3 * DAY, -2 * DAY])
def test_a_larger_jump_is_said_and_not_believed(
    machine: Machine, tmp_path: Path, jump: float, capfd: pytest.CaptureFixture[str]
) -> None:
    clock = machine.clock(tmp_path)
    machine.wall += jump
    machine.pass_(10 * HOUR)
    assert clock() == NOW + 10 * HOUR
    assert clock.doubted
    assert "clock jumped" in capfd.readouterr().err
    machine.wall -= jump
    assert clock() == NOW + 10 * HOUR
    assert not clock.doubted


def test_a_jump_that_stays_for_a_day_is_believed_in_the_end(machine: Machine, tmp_path: Path) -> None:
    clock = machine.clock(tmp_path)
    machine.wall += 3 * DAY
    clock()
    machine.pass_(DAY - 1)
    assert clock() == NOW + DAY - 1
    machine.pass_(1)
    assert clock() == NOW + 4 * DAY
    assert not clock.doubted


def test_a_clock_that_jumps_on_and_on_is_never_believed(machine: Machine, tmp_path: Path) -> None:
    clock = machine.clock(tmp_path)
    for _ in range(40):
        machine.wall += 3 * DAY
        machine.pass_(HOUR)
        clock()
    assert clock() == NOW + 40 * HOUR


def test_a_start_knows_a_clock_that_is_wrong_already(machine: Machine, tmp_path: Path) -> None:
    machine.clock(tmp_path, "mill")()
    for jump in (YEARS, -YEARS, -2 * DAY):
        machine.wall, machine.steady = NOW + jump, 5.0  # after a boot
        assert machine.clock(tmp_path)() == NOW
    machine.wall = NOW + BELIEVED_AWAY - 1  # it was switched off
    assert machine.clock(tmp_path)() == NOW + BELIEVED_AWAY - 1


def test_a_note_that_cannot_be_read_or_written_stops_nobody(machine: Machine, tmp_path: Path) -> None:
    (tmp_path / "mill.time").write_bytes(b"\xff\xff")
    (tmp_path / "post.time").write_text("")
    assert machine.clock(tmp_path)() == NOW
    assert machine.clock(tmp_path / "mill.time", "x")() == NOW


def test_no_jump_destroys_a_mail_key_before_72_hours_have_passed(machine: Machine, tmp_path: Path) -> None:
    clock = machine.clock(tmp_path)
    keys = MailKeys(tmp_path / "mail", clock)
    hour, key = keys.current()
    machine.wall += YEARS
    assert keys.destroy(clock()) == 0
    assert keys.key(hour) == key
    assert keys.current() == (hour, key)
    machine.wall -= YEARS
    machine.pass_(HOURS * HOUR)
    assert keys.destroy(clock()) == 1


def _advance(machine: Machine, step: float) -> None:
    machine.pass_(step)


def _jump(machine: Machine, step: float) -> None:
    machine.wall += step


_steps = st.tuples(st.just(_advance), st.floats(0, 5 * HOUR)) | st.tuples(
    st.just(_jump), st.sampled_from([-YEARS, -2 * DAY, 2 * DAY, YEARS])
)


@given(st.lists(_steps, max_size=4))
def test_whatever_happens_within_a_day_time_goes_on_as_it_passes(
    story: list[tuple[Callable[[Machine, float], None], float]],
) -> None:
    machine = Machine()
    clock = machine.clock(Path("absent"))
    before, began = clock(), machine.steady
    for act, step in story:
        act(machine, step)
        assert clock() == pytest.approx(before + machine.steady - began)

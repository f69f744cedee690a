"""The desk runs while somebody uses it: no connection is lost, whether it starts, rests, or has died."""

from __future__ import annotations

import os
import signal
import socket
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from undersigned.assemble.loopback import free_port
from undersigned.assemble.on_demand import OnDemand, Wanted

# Answers every connection with its process id; "die" in the folder ends it first; a worker of its own outlives it.
PROGRAM = """
import os, socket, sys, time
from pathlib import Path
folder, number = Path(sys.argv[3]), int(sys.argv[5])
with (folder / "starts").open("a") as file:
    file.write("x")
if (folder / "die").exists():
    sys.exit(1)
listening = socket.socket(fileno=number)
listening.settimeout(30)
while True:
    taken, _ = listening.accept()
    (folder / "run" / "desk.used").touch()
    taken.sendall(str(os.getpid()).encode())
    taken.close()
"""


class Running:
    """Something on demand that the test looks after itself."""

    def __init__(self, folder: Path, idle: float) -> None:
        self.folder = folder
        (folder / "program.py").write_text(PROGRAM)
        self.port = free_port()
        program = (sys.executable, str(folder / "program.py"))
        self.wanted = Wanted("desk", "127.0.0.1", self.port, idle)
        self.desk = OnDemand(self.wanted, folder, program)

    def starts(self) -> int:
        file = self.folder / "starts"
        return len(file.read_text()) if file.exists() else 0

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < end
            self.desk.look()
            time.sleep(0.01)

    def ask(self) -> int:
        """Connect, look after it until it answers, and give the process id that answered."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=0.05) as asked:
            said = b""

            def answered() -> bool:
                nonlocal said
                try:
                    said = asked.recv(20)
                except TimeoutError:
                    return False
                return True

            self.until(answered)
        return int(said)


@pytest.fixture
def resting(tmp_path: Path) -> Iterator[Callable[[float], Running]]:
    made: list[Running] = []

    def make(idle: float) -> Running:
        made.append(Running(tmp_path, idle))
        return made[-1]

    yield make
    for one in made:
        one.desk.stop()
        one.desk.wait(time.monotonic() + 5)


def test_nothing_runs_until_somebody_comes_and_they_are_answered(resting: Callable[[float], Running]) -> None:
    running = resting(60)
    running.desk.look()
    assert not running.desk.running
    assert running.ask() == running.ask()
    assert running.starts() == 1


def test_one_that_rests_ends_and_the_next_to_come_is_answered(resting: Callable[[float], Running]) -> None:
    running = resting(0.2)
    first = running.ask()
    running.until(lambda: not running.desk.running)
    assert not (running.folder / "run" / "desk.pid").exists()
    assert running.ask() != first


def test_one_that_is_used_stays(resting: Callable[[float], Running]) -> None:
    running = resting(0.5)
    first, end = running.ask(), time.monotonic() + 1.2
    while time.monotonic() < end:
        assert running.ask() == first
        time.sleep(0.05)


def test_one_that_was_killed_is_started_for_the_next_to_come(resting: Callable[[float], Running]) -> None:
    running = resting(60)
    os.kill(running.ask(), signal.SIGKILL)
    running.until(lambda: not running.desk.running)
    assert running.ask()
    assert running.starts() == 2


def test_one_that_dies_at_once_is_not_started_in_a_hurry_and_keeps_who_waits(
    resting: Callable[[float], Running], capfd: pytest.CaptureFixture[str]
) -> None:
    running = resting(60)
    (running.folder / "die").touch()
    with socket.create_connection(("127.0.0.1", running.port)) as waiting:
        running.until(lambda: running.starts() == 2 and not running.desk.running)
        assert "undersigned doctor" in capfd.readouterr().err
        (running.folder / "die").unlink()
        waiting.settimeout(0.05)
        said: list[bytes] = []

        def answered() -> bool:
            try:
                said.append(waiting.recv(20))
            except TimeoutError:
                return False
            return True

        running.until(answered)
    assert int(said[0])


def test_one_that_shall_not_rest_runs_from_the_start(resting: Callable[[float], Running]) -> None:
    running = resting(0)
    running.until(lambda: running.starts() == 1)
    assert running.desk.running


def test_a_port_that_is_taken_is_said_once_and_harms_nothing(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        wanted = Wanted("desk", "127.0.0.1", taken.getsockname()[1], 60)
        desk = OnDemand(wanted, tmp_path, (sys.executable,))
        desk.look()
        assert not desk.running
    assert capfd.readouterr().err.count("desk_port") == 1


def test_once_stopped_it_takes_nobody(resting: Callable[[float], Running]) -> None:
    running = resting(60)
    running.ask()
    running.desk.stop()
    running.desk.wait(time.monotonic() + 5)
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", running.port))

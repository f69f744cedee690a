"""The tree of `serve`: what dies is started again, however long its cause lasts; what never lived is given up."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from undersigned.assemble.serve import AWAY, Pace, Tree

PACE = Pace(quick=0.4, pauses=(0.0, 0.05), patience=3, look=0.02)
STILLBORN = Pace(quick=60, pauses=PACE.pauses, patience=PACE.patience, look=PACE.look)  # however slow the machine

PROGRAM = """
import sys, time
from pathlib import Path
name, folder = sys.argv[1], Path(sys.argv[3])
with (folder / f"{name}.starts").open("a") as file:
    file.write("x")
end = time.monotonic() + 60
while time.monotonic() < end:
    time.sleep(0.01)
    try:
        sys.exit(int((folder / f"{name}.code").read_text()))
    except (FileNotFoundError, ValueError):
        pass
"""


class Running:
    """A tree on a folder: `code(name, n)` lets a process end with n at once, from now on."""

    def __init__(self, folder: Path, pace: Pace) -> None:
        self.folder = folder
        (folder / "run").mkdir()
        (folder / "program.py").write_text(PROGRAM)
        program = (sys.executable, str(folder / "program.py"))
        self.tree = Tree(folder, ("mill", "door"), program, pace)

    def starts(self, name: str) -> int:
        file = self.folder / f"{name}.starts"
        return len(file.read_text()) if file.exists() else 0

    def code(self, name: str, code: int) -> None:
        (self.folder / f"{name}.code").write_text(str(code))

    def until(self, holds: Callable[[], bool]) -> None:
        end = time.monotonic() + 30
        while not holds():
            assert time.monotonic() < end
            time.sleep(0.01)

    def run(self, story: Callable[[], None]) -> int:
        """Run the tree, with a story told beside it; the story's end ends the tree."""

        def told() -> None:
            try:
                story()
            finally:
                self.tree.stopping.set()

        beside = threading.Thread(target=told)
        beside.start()
        code = self.tree.run()
        beside.join()
        return code


@pytest.fixture
def running(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Running]:
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    yield Running(tmp_path, getattr(request, "param", PACE))
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.parametrize("code", [1, 2])
def test_a_process_that_has_lived_is_started_again_for_ever(running: Running, code: int) -> None:
    """A disk that is full for an hour ends the mill again and again, and must not end the rest."""

    def story() -> None:
        running.until(lambda: running.starts("mill") == 1)
        time.sleep(PACE.quick + 0.3)  # it has lived
        running.code("mill", code)
        running.until(lambda: running.starts("mill") > 3 * PACE.patience)

    assert running.run(story) == 0
    assert running.starts("mill") > 3 * PACE.patience
    assert running.starts("door") == 1


def test_one_whose_store_is_away_from_the_start_is_waited_for(running: Running) -> None:
    """A database that starts after us, or stops soon after, must not end the doors."""
    running.code("mill", AWAY)
    assert running.run(lambda: running.until(lambda: running.starts("mill") > 2 * PACE.patience)) == 0
    assert running.starts("door") == 1


@pytest.mark.parametrize("running", [STILLBORN], indirect=True)
def test_a_process_that_never_lived_is_given_up(running: Running, capfd: pytest.CaptureFixture[str]) -> None:
    running.code("mill", 1)
    assert running.tree.run() == 1
    assert running.starts("mill") == PACE.patience
    assert "undersigned doctor" in capfd.readouterr().err


@pytest.mark.parametrize("running", [STILLBORN], indirect=True)
def test_one_that_a_person_must_help_from_the_start_is_given_up_at_once(running: Running) -> None:
    running.code("door", 2)
    assert running.tree.run() == 1
    assert running.starts("door") == 1

"""The power goes at any moment of a working mill, with every file it writes at once: scoreboard S2 in small."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.drills.power import Story, problem, story
from tests.conftest import absent
from tests.failure.disk import Operation, whole

pytestmark = pytest.mark.services


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> Story:
    if shutil.which("strace") is None:
        absent("the program strace")
    return story(tmp_path_factory.mktemp("power"))


def test_nothing_promised_is_lost_and_nobody_has_to_mend_anything(told: Story, tmp_path: Path) -> None:
    assert [found for seed in range(8) if (found := problem(told, tmp_path / "cut", seed))] == []


def test_the_story_is_recorded_to_its_end(told: Story) -> None:
    kinds = {one.kind for one in told.operations}
    assert {"write", "sync", "move", "make", "say"} <= kinds
    segments, size, _ = told.promises[-1]
    assert segments == 10
    assert size > 100


@pytest.mark.parametrize("forgotten", ["folders", "files"])
def test_the_model_can_fail_for_the_right_reason(told: Story, tmp_path: Path, forgotten: str) -> None:
    """A program that does not flush the folder of a new name, or a file before it gets its name, loses promises."""

    def without(one: Operation) -> bool:
        folder = (told.base / one.path).is_dir()
        return one.kind == "sync" and (folder if forgotten == "folders" else one.path.endswith(".new"))

    assert any(problem(told, tmp_path / "cut", seed, without) for seed in range(40))


def test_calls_of_several_threads_count_when_they_come_back() -> None:
    told = [
        "7 fsync(4 <unfinished ...>\n", "8 fsync(5 <unfinished ...>\n", "6 write(6, \"x\", 1)   = 1\n",
        "8 <... fsync resumed>) = 0\n", "7 <... fsync resumed>) = 0\n", "7 +++ exited with 0 +++\n",
    ]  # fmt: skip
    assert list(whole(told))[:3] == ['write(6, "x", 1)   = 1', "fsync(5) = 0", "fsync(4) = 0"]

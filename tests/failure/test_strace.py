"""The disk refuses one call: scoreboard S3 in small. `make drill` refuses each of the first two hundred."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.drills.host import Host
from bench.drills.strace import journal_run, mill_run
from bench.drills.strace_letters import door_run, post_run, signed_at
from bench.drills.workload import made
from bench.site import free_port
from tests.conftest import absent

pytestmark = pytest.mark.services


@pytest.fixture(autouse=True)
def _strace() -> None:
    if shutil.which("strace") is None:
        absent("the program strace")


@pytest.mark.parametrize(
    ("calls", "error", "n"),
    [
        ("fsync,fdatasync", "EIO", 1),  # the names of file and log
        ("fsync,fdatasync", "EIO", 2),  # the same by SQLite, which goes on where it fails
        ("fsync,fdatasync", "EIO", 3),
        ("fsync,fdatasync", "ENOSPC", 60),
        ("pwrite64", "ENOSPC", 1),
        ("pwrite64", "EIO", 90),
        ("ftruncate", "EIO", 2),
    ],
)
def test_a_journal_acknowledges_nothing_after_a_failed_call(tmp_path: Path, calls: str, error: str, n: int) -> None:
    with Host("journal", calls, error, n) as host:
        assert journal_run(tmp_path / "journal", host, n) == ("", True)


@pytest.mark.parametrize(("calls", "error", "n"), [("fsync,fdatasync", "EIO", 40), ("write", "ENOSPC", 12)])
def test_a_mill_ends_and_a_clean_start_has_everything(tmp_path: Path, calls: str, error: str, n: int) -> None:
    made(tmp_path / "base", free_port())
    with Host("mill", calls, error, n) as host:
        assert mill_run(tmp_path / "base", tmp_path / "mill", host, n) == ("", True)


def test_whoever_a_door_answered_gets_a_letter_whatever_call_of_door_or_post_fails(tmp_path: Path) -> None:
    people = signed_at(tmp_path / "door", tmp_path / "post")
    assert len(people) == 40
    with Host("door", "fsync,fdatasync", "EIO", 12) as host:
        for n in (2, 5, 12):
            assert door_run(tmp_path / "door", tmp_path / "work", host, n) == ("", True)
    with Host("post", "fsync,fdatasync", "ENOSPC", 30) as host:
        assert post_run(tmp_path / "post", tmp_path / "work", people, host, 30) == ("", True)


def test_one_host_lets_each_call_in_turn_fail(tmp_path: Path) -> None:
    with Host("journal", "pwrite64", "EIO", 30) as host:
        for n in (30, 4, 17):
            assert journal_run(tmp_path / "journal", host, n) == ("", True)

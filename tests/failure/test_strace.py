"""The disk refuses one call: scoreboard S3 in small. `make drill` refuses each of the first two hundred."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from bench.drills.strace import journal_run, mill_run
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
    wrong, met = journal_run(tmp_path / "journal", calls, error, n)
    assert wrong == ""
    assert met


@pytest.mark.parametrize(("calls", "error", "n"), [("fsync,fdatasync", "EIO", 40), ("write", "ENOSPC", 12)])
def test_a_mill_ends_and_a_clean_start_has_everything(tmp_path: Path, calls: str, error: str, n: int) -> None:
    made(tmp_path / "base", free_port())
    wrong, met = mill_run(tmp_path / "base", tmp_path / "mill", calls, error, n)
    assert wrong == ""
    assert met

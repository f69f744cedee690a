"""S3: the disk refuses one call, the n-th, for every n; nothing is acknowledged after it, nothing promised is lost.

`strace` makes one fsync, write, truncation or renaming fail with EIO or ENOSPC while a small program keeps promises:
a journal alone that is filled segment by segment and goes on asking after a failure, worse than any door or post; and
a whole mill (`workload.py`). Afterwards a clean start must have everything that was
promised. `CALLS` sets the last n, `STEP` tries only each so many-th n of the mill, which takes a second a run.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

from bench.drills.power import check
from bench.drills.workload import made
from bench.site import free_port
from tests.made import segment, signed
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.journal.needs import Broken

__all__ = ["GROUPS", "append_all", "drill", "journal_run", "mill_run"]

CALLS = 200
SEGMENTS = 110
GROUPS = ("fsync,fdatasync", "pwrite64", "ftruncate", "write", "rename,renameat,renameat2", "link,linkat")
ERRORS = ("EIO", "ENOSPC")


def _segment(number: int) -> bytes:
    return segment([signed(f"{number}/{one}") for one in range(3)])


def append_all(file: Path, segments: int = SEGMENTS) -> None:
    """Fill a journal and say each position that is acknowledged; go on asking after a failure, three times."""
    try:
        journal = SqliteJournal(file)
    except Exception:
        sys.exit(3)
    refused = 0
    for number in range(1, segments + 1):
        try:
            os.write(1, b"%d\n" % journal.append(_segment(number)))
            if number % 10 == 0:
                journal.drop(number - 5)
        except Broken:
            refused += 1
            os.write(1, b"refused\n")
            if refused == 3:
                os._exit(3)
    os._exit(0)  # as if killed: what a clean end would flush acknowledges nothing


class _Run(msgspec.Struct):
    """How a program took it: its exit code, its words, and strace's line of the failed call, "" where none failed."""

    code: int
    said: list[list[str]]
    failed: str


def _injected(command: Sequence[str], calls: str, error: str, n: int, only: Sequence[Path] = ()) -> _Run:
    """Run a command in which the n-th of these calls fails, only on these files if any are named."""
    with tempfile.NamedTemporaryFile("r", errors="replace") as trace:
        words = ["strace", "-f", "-y", "-qq", "-o", trace.name, "-e", f"trace={calls}"]
        for file in only:
            words += ["-P", str(file)]
        words += ["-e", f"inject={calls}:error={error}:when={n}"]
        done = subprocess.run([*words, *command], capture_output=True, timeout=120)
        failed = next((line.strip() for line in trace if "(INJECTED)" in line), "")
    return _Run(done.returncode, [line.split() for line in done.stdout.decode().splitlines()], failed)


def journal_run(folder: Path, calls: str, error: str, n: int) -> tuple[str, bool]:
    """Let one call of a journal fail; give what is wrong, or "", and whether the call was reached."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    file = folder / "door-1.db"
    SqliteJournal(file).close()
    only = (file, folder / "door-1.db-wal", folder)
    run = _injected([sys.executable, "-m", "bench.drills.strace", str(file)], calls, error, n, only)
    words = [words[0] for words in run.said]
    acknowledged = [int(word) for word in words if word != "refused"]
    if words != [*map(str, acknowledged), *["refused"] * (len(words) - len(acknowledged))]:
        return "it was acknowledged after a failure", True
    if "sync(" in run.failed and file.name in run.failed and run.code == 0 and "refused" not in words:
        return "a flush failed, and nothing was refused", True
    return _kept(file, acknowledged), bool(run.failed)


def _kept(file: Path, acknowledged: list[int]) -> str:
    """Start again; give what is missing of what was acknowledged, or ""."""
    journal, reader = SqliteJournal(file), SqliteJournalReader(file)
    try:
        found = dict(reader.read(reader.dropped(), 10_000))
        lost = [n for n in acknowledged if n > reader.dropped() and found.get(n) != _segment(n)]
        journal.append(_segment(0))
    finally:
        reader.close()
        journal.close()
    return f"segment {lost[0]} is lost" if lost else ""


def mill_run(base: Path, folder: Path, calls: str, error: str, n: int) -> tuple[str, bool]:
    """Let one call of a whole mill fail; give what is wrong, or "", and whether the call was reached."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    command = [sys.executable, "-m", "bench.drills.workload", str(folder)]
    run = _injected(command, calls, error, n)
    segments, size, root = 0, 0, b""
    for words in run.said:
        if words[0] == "journal":
            segments = int(words[1])
        else:
            size, root = int(words[1]), bytes.fromhex(words[2])
    try:
        return check(folder, segments, size, root), bool(run.failed)
    except Exception as problem:
        return f"{type(problem).__name__}: {problem}", True


def _all(try_: Callable[[str, str, int], tuple[str, bool]], calls: int, step: int) -> tuple[int, list[str]]:
    """Fail each call up to the last, or each so many-th; give how many failed and what was wrong."""
    failed, problems = 0, []
    for group in GROUPS:
        for error in ERRORS:
            for n in range(1, calls + 1, step):
                wrong, met = try_(group, error, n)
                problems += [f"{group} {error} {n}: {wrong}"] if wrong else []
                if not met:
                    break  # there are no more such calls
                failed += 1
    return failed, problems


def drill() -> dict[str, Any]:
    """Fail every call up to the last."""
    calls, step = int(os.environ.get("CALLS", CALLS)), int(os.environ.get("STEP", "1"))
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as name:
        folder = Path(name)
        made(folder / "base", free_port())
        journal, wrong = _all(partial(journal_run, folder / "journal"), calls, 1)
        mill, wrong_mill = _all(partial(mill_run, folder / "base", folder / "mill"), calls, step)
    problems = wrong + wrong_mill
    return {
        "calls_failed_in_a_journal": journal,
        "calls_failed_in_a_mill": mill,
        "each_so_many_of_the_mill": step,
        "last_call": calls,
        "wrong": len(problems),
        **({"first": problems[0]} if problems else {}),
        "holds": not problems and journal > 0 and mill > 0,
        "full": calls >= CALLS and step == 1,
    }


if __name__ == "__main__":
    append_all(Path(sys.argv[1]))

"""S3: the disk refuses one call, the n-th, for every n; nothing is acknowledged after it, nothing promised is lost.

`strace` makes one fsync, write, truncation or renaming fail with EIO or ENOSPC while a program keeps promises: a
journal alone that is filled segment by segment and goes on asking after a failure, worse than any door or post; a
whole mill (`workload.py`); one worker of a door that people sign at, and a post (`strace_letters.py`). The n-th is
counted in each thread. Afterwards a clean start must have everything that was promised. `CALLS` sets the last n.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from functools import partial
from pathlib import Path
from typing import Any

from bench.drills.host import GROUPS, Host
from bench.drills.power import check
from bench.drills.programs import journal_segment
from bench.drills.strace_letters import door_run, post_run, signed_at
from bench.drills.workload import made
from bench.site import free_port
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader

__all__ = ["drill", "journal_run", "mill_run"]

CALLS = 200
BLOCK = 20
AT_ONCE = 5
PROGRAMS = ("mill", "post", "door", "journal")
ERRORS = ("EIO", "ENOSPC")


def journal_run(folder: Path, host: Host, n: int) -> tuple[str, bool]:
    """Let the n-th call of a journal fail; give what is wrong, or "", and whether the call was reached."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    file = folder / "door-1.db"
    SqliteJournal(file).close()
    run = host.run(n, file)
    words = [words[0] for words in run.said]
    acknowledged = [int(word) for word in words if word != "refused"]
    if words != [*map(str, acknowledged), *["refused"] * (len(words) - len(acknowledged))]:
        return "it was acknowledged after a failure", True
    flush = any("sync(" in line and file.name in line for line in run.failed)
    if flush and run.code == 0 and "refused" not in words:
        return "a flush failed, and nothing was refused", True
    return _kept(file, acknowledged), bool(run.failed)


def _kept(file: Path, acknowledged: list[int]) -> str:
    """Start again; give what is missing of what was acknowledged, or ""."""
    journal, reader = SqliteJournal(file), SqliteJournalReader(file)
    try:
        found = dict(reader.read(reader.dropped(), 10_000))
        lost = [n for n in acknowledged if n > reader.dropped() and found.get(n) != journal_segment(n)]
        journal.append(journal_segment(0))
    finally:
        reader.close()
        journal.close()
    return f"segment {lost[0]} is lost" if lost else ""


def mill_run(base: Path, folder: Path, host: Host, n: int) -> tuple[str, bool]:
    """Let the n-th call of a whole mill fail; give what is wrong, or "", and whether the call was reached."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(base, folder)
    run = host.run(n, folder)
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


def _tries(program: str, folder: Path) -> Callable[[Host, int], tuple[str, bool]]:
    """Make what a program works on, and give how to let one call of it fail."""
    if program == "journal":
        return partial(journal_run, folder / "work")
    if program == "mill":
        made(folder / "base", free_port())
        return partial(mill_run, folder / "base", folder / "work")
    people = signed_at(folder / "door", folder / "post")
    if program == "door":
        return partial(door_run, folder / "door", folder / "work")
    return partial(post_run, folder / "post", folder / "work", people)


def _all(program: str, error: str, calls: int) -> tuple[str, int, list[str]]:
    """Fail each call of a program up to the last; give its name, how many failed, and what was wrong."""
    failed, problems = 0, []
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as name:
        try_ = _tries(program, Path(name))
        for group in GROUPS:
            for n, (wrong, met) in enumerate(_in_turn(program, group, error, calls, try_), start=1):
                problems += [f"{program} {group} {error} {n}: {wrong}"] if wrong else []
                failed += met
    return program, failed, problems


def _in_turn(
    program: str, group: str, error: str, calls: int, try_: Callable[[Host, int], tuple[str, bool]]
) -> Iterator[tuple[str, bool]]:
    """Let one call after the other fail, until there are no more; a host a block, for calls made first take time."""
    for before in range(0, calls, BLOCK):
        last = min(before + BLOCK, calls)
        with Host(program, group, error, last) as host:
            for n in range(before + 1, last + 1):
                wrong, met = try_(host, n)
                yield wrong, met
                if not met:
                    return


def drill() -> dict[str, Any]:
    """Fail every call up to the last."""
    calls = int(os.environ.get("CALLS", CALLS))
    failed: Counter[str] = Counter()
    problems: list[str] = []
    with ProcessPoolExecutor(AT_ONCE) as pool:
        jobs = [pool.submit(_all, program, error, calls) for program in PROGRAMS for error in ERRORS]
        for job in as_completed(jobs):
            program, number, wrong = job.result()
            failed[program] += number
            problems += wrong
            print(program, number, wrong[:3], file=sys.stderr, flush=True)
    return {
        **{f"calls_failed_in_a_{program}": failed[program] for program in PROGRAMS},
        "last_call": calls,
        "wrong": len(problems),
        **({"first": problems[0]} if problems else {}),
        "holds": not problems and all(failed[program] for program in PROGRAMS),
        "full": calls >= CALLS,
    }

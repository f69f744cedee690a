"""What is run while a call of it fails: a journal alone, a whole mill, one worker of a door, a post."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from pathlib import Path

from bench.drills.workload import work
from tests.made import segment, signed
from undersigned.assemble import post
from undersigned.assemble.door_worker import run_worker
from undersigned.engines.http.workers import listeners
from undersigned.engines.sqlite.journal import SqliteJournal
from undersigned.journal.needs import Broken
from undersigned.settings import read

__all__ = ["PROGRAMS", "append_all", "journal_segment"]

SEGMENTS = 110


def journal_segment(number: int) -> bytes:
    """Give the number-th segment that the journal alone is filled with."""
    return segment([signed(f"{number}/{one}") for one in range(3)])


def append_all(file: Path, segments: int = SEGMENTS) -> int:
    """Fill a journal and say each position that is acknowledged; go on asking after a failure, three times."""
    try:
        journal = SqliteJournal(file)
    except Exception:
        sys.exit(3)
    refused = 0
    for number in range(1, segments + 1):
        try:
            os.write(1, b"%d\n" % journal.append(journal_segment(number)))
            if number % 10 == 0:
                journal.drop(number - 5)
        except Broken:
            refused += 1
            os.write(1, b"refused\n")
            if refused == 3:
                os._exit(3)
    os._exit(0)  # as if killed: what a clean end would flush acknowledges nothing


def _mill(folder: Path) -> int:
    work(read(folder))
    return 0


def _door(folder: Path) -> int:
    settings = read(folder)
    return run_worker(settings, listeners("127.0.0.1", settings.port, 1)[0])


def _post(folder: Path) -> int:
    return post.run(read(folder))


PROGRAMS: dict[str, Callable[[Path], int]] = {"journal": append_all, "mill": _mill, "door": _door, "post": _post}

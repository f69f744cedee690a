"""S2: the power goes at any moment, in every store; nothing promised is lost, and nobody has to mend anything.

The door's journal, ledger and slots are cut by the SQLite model of `tests/failure/power.py`; journal, ledger, slots,
cards, tiles, checkpoint, high water and notes of coverage together, as one working mill writes them, by the model of
`tests/failure/disk.py`. `CUTS` sets the number of cuts of each.
"""

from __future__ import annotations

import os
import random
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from bench.drills.workload import CAMPAIGN, OF_A_SEGMENT, ROUNDS, grown, made, segments
from bench.site import free_port
from tests.failure.disk import Operation, Power, recorded
from undersigned.assemble import stores
from undersigned.assemble.places import Places
from undersigned.audit.fetch import Folder, Place
from undersigned.audit.verify import verify_place
from undersigned.core import merkle
from undersigned.settings import read

__all__ = ["Story", "check", "drill", "problem", "story"]

CUTS = 2000


class Story:
    """What the mill did, from which folder on, and what it had promised by when."""

    def __init__(self, base: Path, operations: Sequence[Operation]) -> None:
        self.base = base
        self.operations = list(operations)
        self.promises: list[tuple[int, int, bytes]] = []  # by operation: segments, log size, root
        segments_, size, root = 0, 0, b""
        for one in self.operations:
            words = one.data.decode().split() if one.kind == "say" else []
            if words[:1] == ["journal"]:
                segments_ = int(words[1])
            elif words[:1] == ["log"]:
                size, root = int(words[1]), bytes.fromhex(words[2])
            self.promises.append((segments_, size, root))


def story(folder: Path) -> Story:
    """Let a mill work under strace."""
    place = folder / "d"
    made(place, free_port())
    shutil.rmtree(place / "public" / "c", ignore_errors=True)
    base = folder / "base"
    shutil.copytree(place, base)
    command = [sys.executable, "-m", "bench.drills.workload", str(place)]
    return Story(base, recorded(command, place, folder / "trace"))


def problem(told: Story, folder: Path, seed: int, without: Callable[[Operation], bool] | None = None) -> str:
    """Cut the power somewhere and start again; give what is wrong then, or "".

    `without` says which operations never happened: a program that forgets to flush.
    """
    chance = random.Random(seed)
    at = chance.randrange(1, len(told.operations))
    power = Power(told.base)
    for one in told.operations[:at]:
        if without is None or not without(one):
            power.follow(one)
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    power.cut(folder, chance)
    try:
        return check(folder, *told.promises[at - 1])
    except Exception as error:  # whatever the start refuses needs a person
        return f"{type(error).__name__}: {error}"


def check(folder: Path, acknowledged: int, size: int, root: bytes) -> str:
    """Start in a folder again and come to the end of the story; give what is missing of what was promised, or ""."""
    settings = read(folder)
    mill = grown(settings)
    journal = stores.journal(settings, "door-1")
    try:
        mill.start()
        while mill.turn():
            pass
        if mill.ledger.position("door-1") < acknowledged:
            return "an acknowledged segment is lost"
        lines = mill.ledger.entries(CAMPAIGN, 0, size)
        if size and merkle.root_of([merkle.leaf(line) for line in lines]) != root:
            return "the log is not the one that was published"
        for one in segments()[mill.ledger.position("door-1") :]:
            journal.append(one)
        while mill.turn():
            pass
        counted = sum(line.startswith(b"s ") for line in mill.ledger.entries(CAMPAIGN, 0, 10**6))
    finally:
        journal.close()
        mill.close()
    if counted != OF_A_SEGMENT * (ROUNDS - 1):
        return f"{counted} are counted at the end"
    return _verified(Places(folder).logs / CAMPAIGN)


def _verified(log: Path) -> str:
    report = verify_place(Place(str(log), CAMPAIGN, Folder(log), None), pause=lambda seconds: None)
    return "" if report.holds else f"the log does not verify: {report.faults[0].words}"


def _sqlite_cuts(folder: Path, cuts: int) -> int:
    """Cut the SQLite files alone; give how many cuts went wrong."""
    from tests.failure import test_power_cut as model
    from tests.failure.power import Recorder

    def fresh(name: str) -> Path:
        shutil.rmtree(folder / name, ignore_errors=True)
        (folder / name).mkdir()
        return folder / name

    wrong = 0
    recorder = Recorder("drill-journal")
    journal = model.JournalRun(fresh("work"), fresh("base"), recorder)
    for seed in range(cuts):
        wrong += not model.survives(journal, folder / "base", fresh("cut"), seed)
    recorder = Recorder("drill-ledger")
    ledger = model.LedgerRun(fresh("work"), fresh("base"), recorder)
    for seed in range(cuts):
        try:
            model.check_cut(ledger, folder / "base", fresh("cut"), seed)
        except Exception:
            wrong += 1
    return wrong


def drill() -> dict[str, Any]:
    """Cut everything."""
    cuts = int(os.environ.get("CUTS", CUTS))
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as name:
        folder = Path(name)
        told = story(folder)
        problems = [found for seed in range(cuts) if (found := problem(told, folder / "cut", seed))]
        wrong = _sqlite_cuts(folder, cuts)
    return {
        "cuts_of_the_whole_mill": cuts,
        "operations": len(told.operations),
        "cuts_of_journal": cuts,
        "cuts_of_ledger_and_slots": cuts,
        "wrong": len(problems) + wrong,
        **({"first": problems[0]} if problems else {}),
        "holds": not problems and not wrong,
        "full": cuts >= CUTS,
    }

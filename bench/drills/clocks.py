"""S8: the clock of door, mill or post, or of the machine, jumps while people sign, and back again.

What is right: a link that was sent a moment ago is never called expired; days and times of the log never go back, and
never lie more than the jumps that are believed (a day) ahead; no mail key is destroyed before its 72 hours; no process
ends. `libfaketime` moves the clock of each process by a file of its own; `JUMPS` sets the number.
"""

from __future__ import annotations

import os
import random
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, SupportsIndex

from bench.site import Site
from undersigned.assemble.serve import end_with_parent
from undersigned.cli.main import main

__all__ = ["JUMPS", "LIBRARY", "Moved", "drill", "jump"]

JUMPS = 20
LIBRARY = Path("/usr/lib/x86_64-linux-gnu/faketime/libfaketimeMT.so.1")
KINDS = ("mill", "door", "post")
HOW_FAR = {"an hour back": -3600, "an hour on": 3600, "ten years on": 315_576_000, "leap second": -1, "a step": 2}


class Moved(Site):
    """A site whose processes each have a clock that can be set."""

    def start(self) -> None:
        """Start door, mill and post one by one."""
        self.children: dict[str, subprocess.Popen[bytes]] = {}
        (self.folder / "run").mkdir(exist_ok=True)
        for kind in KINDS:
            self.set(kind, 0)
            environment = {
                **os.environ,
                "LD_PRELOAD": str(LIBRARY),
                "FAKETIME_TIMESTAMP_FILE": str(self.folder / f"{kind}.faketime"),
                "FAKETIME_NO_CACHE": "1",
                "DONT_FAKE_MONOTONIC": "1",
                "FAKETIME_DONT_FAKE_MONOTONIC": "1",
            }
            command = [sys.executable, "-m", "bench.drills.clocks", kind, "--dir", str(self.folder)]
            self.children[kind] = subprocess.Popen(
                command, env=environment, stdout=self.log, stderr=self.log, preexec_fn=end_with_parent
            )
        self.until(self.ready, 60, "the door to be ready")

    def set(self, kind: str, seconds: int) -> None:
        """Set the clock of a kind so many seconds ahead, or behind."""
        draft = self.folder / f".{kind}.faketime"
        draft.write_text(f"{seconds:+d}\n")
        draft.replace(self.folder / f"{kind}.faketime")

    def stop(self) -> None:
        """Stop all."""
        for child in self.children.values():
            child.terminate()
        for child in self.children.values():
            child.wait(20)
        self.log.close()

    def alive(self) -> bool:
        """Tell whether no process has ended."""
        return all(child.poll() is None for child in self.children.values())


def _as_of(site: Site) -> float:
    return datetime.fromisoformat(str(site.count()["as_of"]).replace("Z", "+00:00")).astimezone(UTC).timestamp()


def jump(site: Moved, number: int, kinds: tuple[str, ...], seconds: int) -> list[str]:
    """Let one person sign before the jump and confirm during it, another the other way round; give what is wrong."""
    wrong: list[str] = []
    before, count = _as_of(site), site.count()["count"]
    keys = {file.name for file in (site.folder / "secrets" / "mail").glob("*.key")}
    people = [f"clock{number}-{one}@example.org" for one in range(2)]
    site.sign(people[0])
    first = site.token(people[0], 60)
    for kind in kinds:
        site.set(kind, seconds)
    time.sleep(1.5)  # real processes on a clock that has jumped
    if site.confirm(first).status != 303:
        wrong.append("a live link was refused")
    if site.sign(people[1]).status != 303:
        wrong.append("a signature was refused")
    for kind in kinds:
        site.set(kind, 0)
    try:
        site.confirm(site.token(people[1], 60))
        site.until(lambda: site.count()["count"] >= count + 2, 60, "the count")
    except TimeoutError:
        wrong.append("a signature was not counted")
    after = _as_of(site)
    if after < before:
        wrong.append("the log's time went back")
    if after > time.time() + 86_400:
        wrong.append("the log's time is ahead")
    if keys - {file.name for file in (site.folder / "secrets" / "mail").glob("*.key")}:
        wrong.append("a mail key was destroyed early")
    if not site.alive():
        wrong.append("a process ended")
    return [f"{'+'.join(kinds)} {seconds:+d} s: {one}" for one in wrong]


def _days(site: Site) -> list[str]:
    """Give the days of the log in order."""
    table = site.get("/c/library/days.csv").text.splitlines()[1:]
    return [line.split(",")[0] for line in table]


def drill(seed: int = 8) -> dict[str, Any]:
    """Jump."""
    jumps = int(os.environ.get("JUMPS", JUMPS))
    if not LIBRARY.exists():
        return {"skipped": "libfaketime is absent", "holds": False, "full": False}
    plan = [(kinds, far) for far in HOW_FAR.values() for kinds in (("mill",), ("door",), ("post",), KINDS)]
    random.Random(seed).shuffle(plan)
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as folder, Moved(Path(folder) / "d", rate=10**9, burst=10**9) as site:
        for number in range(jumps):
            wrong += jump(site, number, *plan[number % len(plan)])
        days = _days(site)
        alarms = (site.folder / "processes.log").read_text("utf-8", "replace").count("clock jumped")
    if days != sorted(days):
        wrong.append("the log's days go back")
    return {
        "jumps": jumps,
        "alarms": alarms,  # no alarm would say that no clock was moved
        "wrong": len(wrong),
        **({"first": wrong[0]} if wrong else {}),
        "last_day": days[-1] if days else "",
        "holds": not wrong and alarms > 0,
        "full": jumps >= JUMPS,
    }


def _sleep(seconds: SupportsIndex | float) -> None:
    threading.Event().wait(float(seconds))


if __name__ == "__main__":
    time.sleep = _sleep  # the system call behind it fails under libfaketime (EINVAL), whatever the clock
    main()

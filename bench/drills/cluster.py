"""S7: the large layout under load while its processes, then the machines of its database cluster, fail one by one.

`FAULTS` (100) faults of the cluster: primary and standbys lose their power, stand still or are cut off; a PostgreSQL
or an etcd member is killed; `SECONDS` ends that early. Nothing acknowledged may be lost, nothing counted twice, and the
log never goes back.
"""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import defaultdict
from pathlib import Path
from typing import Any

from bench.cluster import Absent, Cluster
from bench.drills.kill import Crowd, _books
from bench.large import Large
from undersigned.settings import Settings

__all__ = ["drill"]

FAULTS = 100
STILL = 3.0  # seconds that a process or node stands still, or a node stays away after signing goes on
RECOVERED = 60.0  # seconds after which signing counts as not recovered
# (fault, whether it strikes the primary)
KINDS = (
    ("kill", True), ("pause", True), ("partition", True), ("kill_database", True), ("kill_etcd", True),
    ("kill", False), ("pause", False), ("partition", False), ("kill_etcd", False),
)  # fmt: skip


class Watch(threading.Thread):
    """Reads the published checkpoint again and again: it may never shrink, nor change at one size."""

    def __init__(self, file: Path) -> None:
        super().__init__(daemon=True)
        self._file = file
        self._stopping = threading.Event()
        self._seen = (0, "")
        self.back: list[str] = []
        self.start()

    def run(self) -> None:
        while not self._stopping.wait(0.05):
            try:
                _, size, root = self._file.read_text().splitlines()[:3]
            except (OSError, ValueError):
                continue
            now = (int(size), root)
            if now[0] < self._seen[0] or (now[0] == self._seen[0] and self._seen[1] not in ("", root)):
                self.back.append(f"{self._seen[0]} -> {now[0]}")
            self._seen = now

    def stop(self) -> None:
        """Look no more."""
        self._stopping.set()
        self.join()


class Drill:
    """One run: what was struck, and how long signing stood still each time."""

    def __init__(self, site: Large, cluster: Cluster, crowd: Crowd, seed: int) -> None:
        self.site, self.cluster, self.crowd = site, cluster, crowd
        self.chance = random.Random(seed)
        self.away: dict[str, list[float]] = defaultdict(list)  # fault -> seconds until somebody could sign again
        self.skipped: set[str] = set()
        self.refuted: list[str] = []

    def processes(self) -> None:
        """Kill one of each kind, then let one of each kind stand still."""
        for kind in ("door-alpha", "mill-1", "mill-2", "post-1", "nginx"):
            self._measured(f"kill {kind}", lambda kind=kind: self.site.signal(kind, signal.SIGKILL))
            time.sleep(STILL)
        for kind in ("door-beta", "mill-1", "mill-2", "post-2"):
            self._measured(f"pause {kind}", lambda kind=kind: self.site.signal(kind, signal.SIGSTOP))
            time.sleep(STILL)
            self.site.signal(kind, signal.SIGCONT)
            time.sleep(1)

    def machines(self, faults: int, seconds: float) -> int:
        """Strike the cluster that often, each time after it is whole again, or until time is over; give how often."""
        end = time.monotonic() + seconds
        for number in range(faults):
            if time.monotonic() > end:
                self.verify()
                return number
            fault, first = KINDS[number % len(KINDS)] if number < len(KINDS) else self.chance.choice(KINDS)
            primary = self.cluster.wait_for_primary(90)  # a busy machine lets a lease run out without a fault
            node = primary if first else self.chance.choice([name for name in self.cluster.nodes if name != primary])
            name = f"{fault} {'primary' if first else 'standby'}"
            try:
                self._measured(name, lambda fault=fault, node=node: getattr(self.cluster, fault)(node))
            except Absent as error:
                self.skipped.add(f"{name}: {error}")
            time.sleep(self.chance.uniform(0, STILL))
            self.cluster.heal()
            self.cluster.wait_for_all(90)
            if number % 5 == 4 or number == faults - 1:
                self.verify()
        return faults

    def verify(self) -> None:
        """Let the verifier compare the log with what it has seen of it before."""
        command = [sys.executable, "-m", "undersigned", "verify", str(self.site.folder / "public/log/library")]
        done = subprocess.run(
            [*command, "--state", str(self.site.folder / "heads.json")], capture_output=True, text=True, timeout=120
        )
        if done.returncode:
            self.refuted.append(done.stdout[-500:] + done.stderr[-500:])

    def _measured(self, name: str, strike: Any) -> None:
        strike()
        time.sleep(0.3)  # what was answered until now may have been on its way before
        before, began = len(self.crowd.signed), time.monotonic()
        while len(self.crowd.signed) < before + 3 and time.monotonic() - began < RECOVERED:
            time.sleep(0.02)
        self.away[name].append(round(time.monotonic() - began, 1))
        if self.away[name][-1] >= RECOVERED:
            print(f"{name}: nobody could sign\n{self.cluster.words()}", file=sys.stderr)


def drill(seed: int = 7) -> dict[str, Any]:
    """Run it all; give the line of the scoreboard."""
    faults = int(os.environ.get("FAULTS", FAULTS))
    with tempfile.TemporaryDirectory(prefix="undersigned-cluster-", ignore_cleanup_errors=True) as folder:
        try:
            cluster = Cluster(Path(folder))
        except Absent as error:
            return {"holds": False, "why": str(error), "full": False}
        with cluster, _site(cluster, Path(folder) / "site") as site:
            return _run(site, cluster, faults, seed)


def _site(cluster: Cluster, folder: Path) -> Large:
    places: dict[str, Any] = {
        name: cluster.dsn() for name in ("journal", "ledger") if name in Settings.__struct_fields__
    }
    return Large(folder, rate=10**9, burst=10**9, **places)


def _run(site: Large, cluster: Cluster, faults: int, seed: int) -> dict[str, Any]:
    crowd = Crowd(site, 3)
    watch = Watch(site.folder / "public/log/library/checkpoint")
    run = Drill(site, cluster, crowd, seed)
    crowd.run()
    try:
        site.until(lambda: crowd.confirmed, 60, "the first signatures")
        run.processes()
        faults = run.machines(faults, float(os.environ.get("SECONDS", "inf")))
        time.sleep(2)
    finally:
        crowd.stop()
    facts = _books(site, crowd)
    run.verify()
    watch.stop()
    away = sorted(seconds for name, found in run.away.items() if "primary" in name for seconds in found)
    return {
        "faults": faults,
        **facts,
        "signing_away_p50_s": away[len(away) // 2] if away else 0,
        "signing_away_max_s": away[-1] if away else 0,
        **{f"{name}_s": max(found) for name, found in sorted(run.away.items())},
        "checkpoints_back": len(watch.back),
        "verify_failures": len(run.refuted),
        "skipped": sorted(run.skipped),
        "holds": bool(facts["holds"])
        and not (watch.back or run.refuted or run.skipped)
        and max(away, default=0) < RECOVERED,
        "full": faults >= FAULTS,
    }

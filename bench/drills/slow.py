"""S19: thousands of slow clients, bare and behind nginx; an honest signer's p99 stays under half a second.

`CROWD` clients (3,000) of each kind for `SECONDS` (60): heads sent a byte at a time, bodies the same, and
connections that say nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench.drills.crowd import KINDS, raise_limit
from bench.front import Front
from bench.site import Site, free_port
from undersigned.assemble.serve import end_with_parent

__all__ = ["drill"]

CROWD, LASTING = 3000, 60.0
BAR = 500.0  # milliseconds
SIGNERS = 4
PAUSE = 0.05  # seconds between two signatures of one honest client


class Signers:
    """Honest clients: a connection each time, as people have."""

    def __init__(self, site: Site, port: int, number: int) -> None:
        self._form = site.form("library", "en")
        self._site = site
        self._port = port
        self._stopping = threading.Event()
        self.milliseconds: list[float] = []
        self.failed = 0
        self._threads = [threading.Thread(target=self._sign, args=(one,)) for one in range(number)]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Let each finish what it does."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def _sign(self, number: int) -> None:
        for count in range(1_000_000):
            if self._stopping.wait(PAUSE):
                return
            form = {**self._form, "email": f"honest-{self._port}-{time.monotonic_ns()}-{number}-{count}@example.org"}
            began = time.monotonic()
            try:
                status = self._site.at(self._port).post_form("/c/library/en/sign", form).status
            except OSError:
                status = 0
            self.milliseconds.append((time.monotonic() - began) * 1000)
            self.failed += status != 303


def drill() -> dict[str, Any]:
    """Run every kind against the door itself and against nginx in front of it."""
    number, seconds = int(os.environ.get("CROWD", CROWD)), float(os.environ.get("SECONDS", LASTING))
    if raise_limit() < 4 * number:
        return {"holds": False, "why": "too few open files are allowed; run it as root, or raise `ulimit -Hn`"}
    runs: dict[str, dict[str, Any]] = {}
    quiet: list[float] = []  # p99 without a crowd, before each run: what the machine itself does at that time
    with (
        tempfile.TemporaryDirectory() as folder,
        Site(Path(folder) / "d", rate=10**9, burst=10**9, proxies=1) as site,
        _front(site) as front,
    ):
        for way, port in (("bare", site.port), ("nginx", front)):
            for kind in KINDS if port else ():
                quiet.append(_quietly(site, port, seconds / 6))
                runs[f"{way}_{kind}"] = _against(site, port, kind, number, seconds)
    slowest = max(run["p99_ms"] for run in runs.values())
    failed = sum(run["failed"] for run in runs.values())
    return {
        "clients": number,
        "seconds_each": seconds,
        **{f"{name}_p99_ms": run["p99_ms"] for name, run in runs.items()},
        "quiet_p99_ms": max(quiet),
        "signed": sum(run["signed"] for run in runs.values()),
        "failed": failed,
        "holds": len(runs) == 2 * len(KINDS) and slowest <= BAR and not failed,
        "full": number >= CROWD and seconds >= LASTING,
    }


@contextmanager
def _front(site: Site) -> Iterator[int]:
    if not (shutil.which("nginx") or shutil.which("/usr/sbin/nginx")):
        print("slow: nginx is not installed, only the bare door was tried", file=sys.stderr)
        yield 0
        return
    with (
        tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place,
        Front(Path(place), free_port(), [site.port]) as front,
    ):
        yield front.port


def _quietly(site: Site, port: int, seconds: float) -> float:
    signers = Signers(site, port, SIGNERS)
    time.sleep(seconds)
    signers.stop()
    return _rank(sorted(signers.milliseconds), 0.99)


def _rank(found: list[float], share: float) -> float:
    return round(found[int(len(found) * share)], 1)


def _against(site: Site, port: int, kind: str, number: int, seconds: float) -> dict[str, Any]:
    command = [sys.executable, "-m", "bench.drills.crowd", kind, str(port), str(number), str(seconds)]
    crowd = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, preexec_fn=end_with_parent)
    signers = Signers(site, port, SIGNERS)
    told, _ = crowd.communicate()
    signers.stop()
    found = sorted(signers.milliseconds)
    return {
        **json.loads(told),
        "signed": len(found),
        "failed": signers.failed,
        "p50_ms": _rank(found, 0.5),
        "p99_ms": _rank(found, 0.99),
    }

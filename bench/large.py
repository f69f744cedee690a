"""The large layout of `docs/deploy.md` on one machine: three doors, two posts, two mills, nginx in front of the doors.

The folder stands for what the machines share. Every process is started again when it ends, as systemd would.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from bench.front import Front
from bench.site import Site, free_port
from undersigned.assemble.bench.machine import family

__all__ = ["Large"]

DOORS = ("alpha", "beta", "gamma")
PAUSE = 1.0  # seconds before a process is started again: RestartSec of the units


class _Kept:
    """A process that is started again when it ends."""

    process: subprocess.Popen[bytes]
    ended = 0.0

    def start(self) -> None:
        raise NotImplementedError

    def keep_up(self) -> None:
        """Start it again, a second after it has ended."""
        if self.process.poll() is None:
            self.ended = 0.0
        elif not self.ended:
            self.ended = time.monotonic()
        elif time.monotonic() - self.ended > PAUSE:
            self.start()


class _Unit(_Kept):
    """One process of ours, and its command."""

    def __init__(self, folder: Path, command: list[str], environment: dict[str, str]) -> None:
        self._command = [sys.executable, "-m", "undersigned", *command, "--dir", str(folder)]
        self._environment = {**os.environ, **environment}
        self._log = folder / "processes.log"
        self.start()

    def start(self) -> None:
        with self._log.open("ab") as log:
            self.process = subprocess.Popen(
                self._command, env=self._environment, stdout=log, stderr=log, start_new_session=True
            )


class _Nginx(_Kept):
    """nginx, and what it listens for."""

    def __init__(self, front: Front) -> None:
        self.front, self.process = front, front.process

    def start(self) -> None:
        with contextlib.suppress(RuntimeError):  # it does not listen yet; it is looked at again
            self.front.start()
        self.process = self.front.process


class Large(Site):
    """Kinds are `door-alpha`, `door-beta`, `door-gamma`, `mill-1`, `mill-2`, `post-1`, `post-2`, `nginx`."""

    def __init__(self, folder: Path, port: int = 0, **settings: object) -> None:
        """Start everything on a new demonstration folder; wait until nginx answers for a door."""
        self._units: dict[str, _Kept] = {}
        self._ending = threading.Event()
        super().__init__(folder, port, posts=2, proxies=1, **settings)

    def start(self) -> None:
        """Start the processes; nginx listens where the public address is."""
        self._doors = {name: free_port() for name in DOORS}
        commands = {"mill-1": ["mill"], "mill-2": ["mill"], "post-1": ["post"], "post-2": ["post", "--number", "2"]}
        for kind, command in commands.items():
            self._units[kind] = _Unit(self.folder, command, {})
        for name, port in self._doors.items():
            own = {"UNDERSIGNED_NAME": name, "UNDERSIGNED_PORT": str(port)}
            self._units[f"door-{name}"] = _Unit(self.folder, ["door"], own)
        self._place = tempfile.TemporaryDirectory(prefix="undersigned-front-", ignore_cleanup_errors=True)
        front = Front(Path(self._place.name), self.port, list(self._doors.values()))
        self._units["nginx"] = _Nginx(front)
        self._keeper = threading.Thread(target=self._keep_up, daemon=True)
        self._keeper.start()
        self.until(self.ready, 60, "a door behind nginx to be ready")

    def ready(self) -> bool:
        """Tell whether every door can keep a signature, and the first pages are there."""
        answers = [self.at(port).get("/readyz").status for port in self._doors.values()]
        return set(answers) == {200} and self.get("/c/library.json").status == 200

    def stop(self) -> None:
        """End everything."""
        self._ending.set()
        self._keeper.join()
        for unit in self._units.values():
            unit.process.send_signal(signal.SIGCONT)
            unit.process.terminate()
        for unit in self._units.values():
            try:
                unit.process.wait(15)
            except subprocess.TimeoutExpired:
                os.killpg(unit.process.pid, signal.SIGKILL)
                unit.process.wait()
        self._place.cleanup()
        self.log.close()

    def kinds(self) -> list[str]:
        """Give the names of the processes."""
        return list(self._units)

    def pids(self, kind: str) -> list[int]:
        """Give a process and its children."""
        return family(self._units[kind].process.pid)

    def signal(self, kind: str, number: signal.Signals) -> None:
        """Signal a process and its children."""
        for pid in self.pids(kind):
            try:
                os.kill(pid, number)
            except ProcessLookupError:
                continue

    def _keep_up(self) -> None:
        while not self._ending.wait(0.2):
            for unit in self._units.values():
                unit.keep_up()

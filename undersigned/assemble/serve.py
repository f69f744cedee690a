"""The process tree of `serve`: door, mill and post, each a process, each started again if it dies."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path

__all__ = ["PROCESSES", "Tree", "processes"]

PROCESSES = ("mill", "door", "post")
QUICK = 5.0  # a process that lived shorter than this many seconds died quickly
PATIENCE = 5  # quick deaths in a row after which the tree gives up


def processes(posts: int) -> tuple[str, ...]:
    """Give the names of the processes of one machine, in order of start: `mill`, `door`, `post`, `post-2` …"""
    return (*PROCESSES, *(f"post-{number}" for number in range(2, posts + 1)))


_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl(2)
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def _end_with_parent() -> None:
    """Ask the kernel to end this process when the tree dies, so that nothing is left holding the journal."""
    if _LIBC is not None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


class _Child:
    """One process and how often it has died soon after its start."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        self.folder = folder
        self.deaths = 0
        self.start()

    def start(self) -> None:
        """Start the process in a session of its own, so that a terminal's Ctrl-C reaches only the tree."""
        kind, _, number = self.name.partition("-")
        command = [sys.executable, "-m", "undersigned", kind, "--dir", str(self.folder)]
        command += ["--number", number] if number else []
        self.born = time.monotonic()
        self.process = subprocess.Popen(command, start_new_session=True, preexec_fn=_end_with_parent)
        file = self.folder / "run" / f"{self.name}.pid"
        file.parent.mkdir(exist_ok=True)  # a restored folder may lack it
        draft = file.with_suffix(".new")
        draft.write_text(f"{self.process.pid}\n")
        draft.replace(file)

    def revive(self) -> bool:
        """Start the process again if it has died; False where it keeps dying at once."""
        if self.process.poll() is None:
            return True
        # Only a process that ended of itself counts: one that was killed was not wrong.
        quick = self.process.returncode > 0 and time.monotonic() - self.born < QUICK
        self.deaths = self.deaths + 1 if quick else 0
        if self.deaths >= PATIENCE or self.process.returncode == 2:
            return False
        self.start()
        return True

    def stop(self) -> None:
        """Ask the process to end."""
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)

    def wait(self, until: float) -> None:
        """Wait for its end, and kill what is left of its session after `until` (monotonic seconds)."""
        try:
            self.process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()


class Tree:
    """Runs the processes of one data folder until it is told to stop."""

    def __init__(self, folder: Path, names: Sequence[str] = PROCESSES) -> None:
        """Take the data folder and the names of the processes, in order of start."""
        self.folder = folder
        self.names = names
        self.stopping = threading.Event()

    def run(self, ready: Callable[[], None] | None = None) -> int:
        """Run until SIGTERM or SIGINT; give the exit code: 0, or 1 where a process keeps dying.

        `ready` is called once, on a thread of its own, after all processes were started.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        children = [_Child(name, self.folder) for name in self.names]
        if ready is not None:
            threading.Thread(target=ready, daemon=True).start()
        code = self._watch(children)
        for child in reversed(children):
            child.stop()
        until = time.monotonic() + 10
        for child in children:
            child.wait(until)
        return code

    def _watch(self, children: Sequence[_Child]) -> int:
        while not self.stopping.wait(0.3):
            for child in children:
                if not child.revive():
                    print(
                        f"undersigned: the {child.name} keeps ending at once; its last words stand above. "
                        f"`undersigned doctor --dir {self.folder}` says what to do.",
                        file=sys.stderr,
                    )
                    return 1
        return 0

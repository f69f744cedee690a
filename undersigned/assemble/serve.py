"""The process tree of `serve`: door, mill and post, each a process, each started again if it dies; and the desk,
which is started when somebody comes to it.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from undersigned.assemble.on_demand import OnDemand, Wanted
from undersigned.settings import Settings

__all__ = ["AWAY", "PROCESSES", "Pace", "Tree", "desk_of", "end_with_parent", "first_login", "processes", "whole"]

PROCESSES = ("mill", "door", "post")
AWAY = 75  # the exit code where a store is away that may come back (EX_TEMPFAIL of sysexits.h): tried again for ever
REFUSED = 2  # the exit code of a process that a person must help: a secret is missing, an old ledger was put back


@dataclass(frozen=True)
class Pace:
    """How patient the tree is; all in seconds.

    A process that has once lived longer than `quick` is started again for ever, after longer and longer pauses:
    a full disk or a lost database must not end the doors that still keep what they take. One that never lived so
    long was set up wrongly, and somebody is watching: after `patience` deaths the tree gives up.
    """

    quick: float = 5.0
    pauses: tuple[float, ...] = (0.0, 0.0, 1.0, 2.0, 4.0, 8.0)  # before each start again; the last one stays
    patience: int = 5
    look: float = 0.3


def processes(posts: int) -> tuple[str, ...]:
    """Give the names of the processes of one machine, in order of start: `mill`, `door`, `post`, `post-2` …"""
    return (*PROCESSES, *(f"post-{number}" for number in range(2, posts + 1)))


def desk_of(settings: Settings) -> Wanted | None:
    """Give what runs as the desk of an installation; None where it is left out."""
    return Wanted("desk", settings.host, settings.desk_port, settings.desk_idle) if settings.desk else None


def whole(settings: Settings) -> Tree:
    """Give the tree of an installation on one machine."""
    return Tree(settings.path, processes(settings.posts), desk=desk_of(settings))


def first_login(settings: Settings) -> str:
    """Give a link that signs the operator in once; "" where somebody has signed in before, or there is no desk.

    A process of its own makes it, so that this one never holds what the desk needs in memory.
    """
    if not settings.desk:
        return ""
    command = [*_PROGRAM, "desk", "--dir", settings.dir, "--login-link", "--only-first"]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    return done.stdout.decode().strip()


_PROGRAM = (sys.executable, "-m", "undersigned")
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl(2)
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


def end_with_parent() -> None:
    """Ask the kernel to end this process when the tree dies, so that nothing is left holding the journal."""
    if _LIBC is not None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)


class _Child:
    """One process, and how it has died so far."""

    def __init__(self, name: str, folder: Path, program: Sequence[str], pace: Pace) -> None:
        self.name = name
        self.folder = folder
        self.program = program
        self.pace = pace
        self.deaths = 0  # soon after the start, in a row
        self.proven = False  # it has lived long once
        self.due: float | None = None  # when a dead one is started again, monotonic seconds
        self.start()

    def start(self) -> None:
        """Start the process in a session of its own, so that a terminal's Ctrl-C reaches only the tree."""
        kind, _, number = self.name.partition("-")
        command = [*self.program, kind, "--dir", str(self.folder)]
        command += ["--number", number] if number else []
        self.born = time.monotonic()
        self.due = None
        self.process = subprocess.Popen(command, start_new_session=True, preexec_fn=end_with_parent)
        file = self.folder / "run" / f"{self.name}.pid"
        file.parent.mkdir(exist_ok=True)  # a restored folder may lack it
        draft = file.with_suffix(".new")
        draft.write_text(f"{self.process.pid}\n")
        draft.replace(file)

    def revive(self) -> bool:
        """Start the process again if it has died and its pause is over; False where there is no hope."""
        code = self.process.poll()
        if code is None:
            return True
        if self.due is None:
            self._died(code)
            if self._hopeless(code):
                return False
        if self.due is not None and time.monotonic() >= self.due:
            self.start()
        return True

    def _died(self, code: int) -> None:
        now = time.monotonic()
        lived_long = now - self.born >= self.pace.quick
        self.proven |= lived_long
        # Only a process that ended of itself counts: one that was killed was not wrong.
        self.deaths = self.deaths + 1 if code > 0 and not lived_long else 0
        refused = code == REFUSED and self.proven
        self.due = now + self.pace.pauses[-1 if refused else min(self.deaths, len(self.pace.pauses) - 1)]
        if self.proven and self.deaths == self.pace.patience:
            self._say(f"It is tried again every {self.pace.pauses[-1]:g} seconds; the other processes go on.")

    def _hopeless(self, code: int) -> bool:
        if self.proven or code == AWAY or (code != REFUSED and self.deaths < self.pace.patience):
            return False
        self._say(f"`undersigned doctor --dir {self.folder}` says what to do.")
        return True

    def _say(self, remedy: str) -> None:
        words = f"undersigned: the {self.name} keeps ending at once; its last words stand above. {remedy}"
        print(words, file=sys.stderr, flush=True)

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

    def __init__(
        self,
        folder: Path,
        names: Sequence[str] = PROCESSES,
        program: Sequence[str] = _PROGRAM,
        pace: Pace | None = None,
        desk: Wanted | None = None,
    ) -> None:
        """Take the data folder, the names of the processes in order of start, what runs one of them, and the desk."""
        self.folder = folder
        self.names = names
        self.program = program
        self.pace = pace or Pace()
        self.desk = desk
        self.stopping = threading.Event()

    def run(self, ready: Callable[[], None] | None = None) -> int:
        """Run until SIGTERM or SIGINT; give the exit code: 0, or 1 where a process never got going.

        `ready` is called once, on a thread of its own, after all processes were started.
        """
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: self.stopping.set())
        children = [_Child(name, self.folder, self.program, self.pace) for name in self.names]
        desk = None if self.desk is None else OnDemand(self.desk, self.folder, self.program, end_with_parent)
        if ready is not None:
            threading.Thread(target=ready, daemon=True).start()
        code = self._watch(children, desk)
        # The desk first: it hands on to the others. Then the post and the door, and the mill last.
        asked: list[OnDemand | _Child] = [*([desk] if desk else []), *reversed(children)]
        for one in asked:
            one.stop()
        until = time.monotonic() + 10
        for one in asked:
            one.wait(until)
        return code

    def _watch(self, children: Sequence[_Child], desk: OnDemand | None) -> int:
        while not self.stopping.wait(self.pace.look):
            if desk is not None:
                desk.look()
            if not all(child.revive() for child in children):
                return 1
        return 0

"""A process that runs only while somebody uses it: the tree listens in its place and starts it at a connection.

The listening socket is the tree's and outlives the process, so that no connection is lost while it starts, ends for
want of use, or has died: what nobody has taken yet waits in the kernel.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

__all__ = ["OnDemand", "Wanted"]

_BIND_AGAIN = 5.0  # seconds
_END_WITHIN = 10.0  # seconds from SIGTERM to SIGKILL
_PAUSES = (0.0, 1.0, 2.0, 4.0, 8.0)  # seconds before it is started again after so many deaths in a row
_QUICK = 5.0  # seconds; who lives longer has not died at once


@dataclass(frozen=True)
class Wanted:
    """What is started on demand: its name, where it listens, and after how many idle seconds it ends (0: never)."""

    name: str
    host: str
    port: int
    idle: float

    def used(self, folder: Path) -> Path:
        """Give the file whose time says when it was last used; the process touches it at every request."""
        return folder / "run" / f"{self.name}.used"


class OnDemand:
    """Listens, starts, ends. Nothing happens but in `look`, which the tree calls some times a second."""

    def __init__(
        self, wanted: Wanted, folder: Path, program: Sequence[str], prepared: Callable[[], None] | None = None
    ) -> None:
        """Take what is wanted, the data folder, what runs a process of ours, and what a child calls before all else."""
        self._wanted = wanted
        self._folder = folder
        self._program = program
        self._prepared = prepared
        self._socket: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._born = 0.0
        self._told_to_end: float | None = None
        self._deaths = 0
        self._not_before = 0.0  # monotonic seconds
        self._bind()

    @property
    def running(self) -> bool:
        """Whether the process is there."""
        return self._process is not None

    def look(self) -> None:
        """Do what is due: bind, start, note a death, end what is idle."""
        now = time.monotonic()
        if self._socket is None:
            if now >= self._not_before:
                self._bind()
        elif self._process is not None:
            self._watch(self._process, now)
        elif now >= self._not_before and (not self._wanted.idle or _somebody(self._socket)):
            self._start(self._socket, now)

    def stop(self) -> None:
        """Take no further connection and ask the process to end."""
        if self._socket is not None:
            self._socket.close()
            self._socket = None
            self._not_before = float("inf")
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)

    def wait(self, until: float) -> None:
        """Wait for its end, and kill what is left of its session after `until` (monotonic seconds)."""
        if self._process is None:
            return
        try:
            self._process.wait(max(0.1, until - time.monotonic()))
        except subprocess.TimeoutExpired:
            self._kill(self._process)
        self._ended()

    def _bind(self) -> None:
        try:
            self._socket = socket.create_server((self._wanted.host, self._wanted.port), backlog=128)
        except OSError as error:
            if not self._not_before:
                self._say(
                    f"port {self._wanted.port} of the {self._wanted.name} cannot be had: {error.strerror}. The other "
                    f"processes go on. Set {self._wanted.name}_port to a free one, or end what holds it."
                )
            self._not_before = time.monotonic() + _BIND_AGAIN

    def _start(self, listening: socket.socket, now: float) -> None:
        used = self._wanted.used(self._folder)
        used.parent.mkdir(exist_ok=True)  # a restored folder may lack it
        used.touch()
        number = listening.fileno()
        command = [*self._program, self._wanted.name, "--dir", str(self._folder), "--socket", str(number)]
        self._process = subprocess.Popen(command, start_new_session=True, pass_fds=(number,), preexec_fn=self._prepared)
        self._born, self._told_to_end = now, None
        self._pid_file.write_text(f"{self._process.pid}\n")

    @property
    def _pid_file(self) -> Path:
        return self._folder / "run" / f"{self._wanted.name}.pid"

    def _watch(self, process: subprocess.Popen[bytes], now: float) -> None:
        if process.poll() is not None:
            self._died(now)
        elif self._told_to_end is not None:
            if now > self._told_to_end + _END_WITHIN:
                self._kill(process)
        elif self._wanted.idle and now - self._born > self._wanted.idle and self._unused():
            self._told_to_end = now
            process.send_signal(signal.SIGTERM)

    def _unused(self) -> bool:
        try:
            return time.time() - self._wanted.used(self._folder).stat().st_mtime > self._wanted.idle
        except OSError:
            return True

    def _died(self, now: float) -> None:
        code = self._process.returncode if self._process is not None else 0
        quick = now - self._born < _QUICK and self._told_to_end is None
        self._deaths = self._deaths + 1 if quick and code else 0
        self._not_before = now + _PAUSES[min(self._deaths, len(_PAUSES) - 1)]
        if self._deaths == 2:
            self._say(
                f"the {self._wanted.name} ends as soon as it is started; its last words stand above. "
                f"`undersigned doctor --dir {self._folder}` says what to do."
            )
        self._ended()

    def _ended(self) -> None:
        if self._process is not None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)  # its workers, where it was killed itself
        self._process = None
        self._pid_file.unlink(missing_ok=True)

    def _kill(self, process: subprocess.Popen[bytes]) -> None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def _say(self, words: str) -> None:
        print(f"undersigned: {words}", file=sys.stderr, flush=True)


def _somebody(listening: socket.socket) -> bool:
    """Tell whether a connection waits to be taken."""
    return bool(select.select([listening], [], [], 0)[0])

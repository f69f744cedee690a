"""A process with everything imported that forks a child for each failure: a run then takes no longer than its work.

It runs under strace, which lets the LAST-th call of a kind fail in each thread. A child whose n-th is to fail makes
LAST - n such calls first that harm nobody. `python -m bench.drills.host PROGRAM CALLS LAST SOCKET SCRATCH`.
"""

from __future__ import annotations

import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Self

import msgspec

__all__ = ["GROUPS", "Host", "Run"]

PATIENCE = 120.0  # seconds a child may take
#: strace counts each call for itself, and each thread for itself. Python and SQLite make no other calls of these kinds.
GROUPS = ("fsync,fdatasync", "pwrite64", "ftruncate", "write", "rename", "link")


class Run(msgspec.Struct, frozen=True):
    """How a child took it: its exit code, its words, and strace's lines of the failed calls."""

    code: int
    said: list[list[str]]
    failed: list[str]


class Host:
    """Lets the n-th call of a kind fail, for any n up to `last`, in children that run one of the `programs`."""

    def __init__(self, program: str, calls: str, error: str, last: int) -> None:
        """Start it. `error` is the name of an errno."""
        self._place = tempfile.TemporaryDirectory()
        self._trace = Path(self._place.name) / "trace"
        self._said = Path(self._place.name) / "said"
        self._seen = 0
        self._channel, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._channel.settimeout(PATIENCE)
        scratch = Path(self._place.name) / "scratch"
        scratch.mkdir()
        words = ["strace", "-f", "--seccomp-bpf", "-y", "-qq", "-e", "signal=none", "-o", str(self._trace)]
        words += ["-e", f"trace={calls}", "-e", f"inject={calls}:error={error}:when={last}"]
        words += [sys.executable, "-m", "bench.drills.host", program, calls, str(last), str(theirs.fileno())]
        with theirs:
            self._strace = subprocess.Popen(
                [*words, str(scratch)],
                pass_fds=(theirs.fileno(),),
                stderr=subprocess.DEVNULL,
            )
        self._channel.recv(16)  # ready

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._channel.close()
        self._strace.wait(PATIENCE)
        self._place.cleanup()

    def run(self, n: int, place: Path) -> Run:
        """Run a child whose n-th call fails, and wait for its end."""
        self.begin(n, place)
        return self.finish()

    def begin(self, n: int, place: Path) -> int:
        """Start a child whose n-th call fails; give its process id. It works at `place`."""
        self._said.write_bytes(b"")
        self._channel.send(f"{n}\0{place}\0{self._said}".encode())
        return int(self._channel.recv(64))

    def ended(self) -> bool:
        """Tell whether the child has ended."""
        return bool(select.select([self._channel], [], [], 0)[0])

    def failed(self) -> list[str]:
        """Give strace's lines of the calls of this child that have failed so far."""
        with self._trace.open("rb") as trace:
            trace.seek(self._seen)
            lines = trace.read().decode(errors="replace").splitlines()
        return [line.strip() for line in lines if "(INJECTED)" in line]

    def end(self, pid: int) -> Run:
        """Tell the child to end, if it has not ended of itself, and wait for it; give how it took it."""
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGTERM)
        return self.finish()

    def finish(self) -> Run:
        """Wait for the child's end; give how it took it."""
        code = int(self._channel.recv(64))
        failed = self.failed()
        self._seen = self._trace.stat().st_size
        words = self._said.read_bytes().decode().splitlines()
        return Run(code, [line.split() for line in words], failed)


class _Harmless:
    """Calls of a kind that change nothing that anybody looks at."""

    def __init__(self, calls: str, times: int, scratch: Path) -> None:
        self._times = times
        self._file, self._other = scratch / "a", scratch / "b"
        for file in (self._file, self._other):
            os.close(os.open(file, os.O_CREAT | os.O_RDWR))
        at = os.open(self._file, os.O_RDWR)
        self._call: Callable[[], object] = {
            "fsync": lambda: _flush(at),
            "pwrite64": lambda: os.pwrite(at, b"x", 0),
            "ftruncate": lambda: os.ftruncate(at, 0),
            "write": lambda: os.write(at, b"x"),
            "rename": lambda: os.rename(self._file, self._file),
            "link": lambda: os.link(self._file, self._other),
        }[calls.split(",")[0]]

    def __call__(self) -> None:
        for _ in range(self._times):
            with suppress(FileExistsError):
                self._call()


def _flush(at: int) -> None:
    os.fsync(at)
    os.fdatasync(at)


def _child(work: Callable[[Path], int], harmless: _Harmless, place: Path, said: str) -> int:
    os.dup2(os.open(said, os.O_WRONLY | os.O_APPEND), 1)
    os.dup2(os.open(os.devnull, os.O_WRONLY), 2)
    run = threading.Thread.run

    def later(thread: threading.Thread) -> None:
        harmless()
        run(thread)

    threading.Thread.run = later  # type: ignore[method-assign, assignment]
    harmless()
    try:
        return work(place)
    except SystemExit as end:
        return int(end.code or 0)
    except BaseException:
        return 1


def main(program: str, calls: str, last: int, channel: socket.socket, scratch: Path) -> None:
    """Fork a child for each word of the one who started this, until he hangs up."""
    from bench.drills.programs import PROGRAMS

    work = PROGRAMS[program]
    channel.send(b"ready")
    while asked := channel.recv(4096):
        n, place, said = asked.decode().split("\0")
        pid = os.fork()
        if pid == 0:
            channel.close()
            signal.signal(signal.SIGTERM, signal.SIG_DFL)
            os._exit(_child(work, _Harmless(calls, last - int(n), scratch), Path(place), said))
        channel.send(str(pid).encode())
        channel.send(str(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])).encode())


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), socket.socket(fileno=int(sys.argv[4])), Path(sys.argv[5]))

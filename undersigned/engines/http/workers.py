"""Listening sockets, and the processes that answer on them.

Every worker has a listener of its own on the same port (SO_REUSEPORT, Linux 3.9), so that the kernel spreads
connections and no worker wakes for another. The listeners belong to the parent: where a worker dies, those
who connect wait in its queue for the next one instead of being refused.
"""

from __future__ import annotations

import ctypes
import os
import signal
import socket
import sys
import time
import traceback
from collections.abc import Callable, Sequence
from contextlib import suppress

__all__ = ["REFUSED", "Taken", "listeners", "run_workers"]

REFUSED = 2  # the exit code of a worker that another one would only follow: a person must help
QUICK = 5.0  # seconds: a worker that lived shorter died quickly
PATIENCE = 5  # quick deaths in a row after which the parent gives up
_SET_PARENT_DEATH_SIGNAL = 1  # PR_SET_PDEATHSIG of Linux's prctl(2)
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
_TOLD = (signal.SIGTERM, signal.SIGINT)
_WATCHED = (*_TOLD, signal.SIGCHLD)


class Taken(Exception):
    """The address to listen on is used by another process or is not of this machine."""


def listeners(host: str, port: int, number: int, patience: float = 10.0) -> list[socket.socket]:
    """Give so many bound sockets of one address, or one shared by all where host is `unix:PATH`.

    Waits up to `patience` seconds for processes that are just ending.

    Raises:
        Taken: the address cannot be had.
    """
    end = time.monotonic() + patience
    while True:
        try:
            if host.startswith("unix:"):
                return [_unix(host.removeprefix("unix:"))] * number
            _bound(host, port, shared=False).close()  # with SO_REUSEPORT alone two doors would share the visitors
            return [_bound(host, port, shared=True) for _ in range(number)]
        except OSError as error:
            if time.monotonic() > end:
                where = host if host.startswith("unix:") else f"{host}, port {port}"
                raise Taken(f"{where} cannot be listened on: {error.strerror}") from None
            time.sleep(0.1)


def _bound(host: str, port: int, shared: bool) -> socket.socket:
    family, kind, protocol, _, address = socket.getaddrinfo(
        host, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
    )[0]
    listener = socket.socket(family, kind, protocol)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if shared:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEPORT, 1)
        listener.bind(address)
    except OSError:
        listener.close()
        raise
    listener.setblocking(False)
    return listener


def _unix(path: str) -> socket.socket:
    probe = socket.socket(socket.AF_UNIX)
    with probe, suppress(FileNotFoundError, ConnectionRefusedError):
        probe.connect(path)
        raise OSError(98, "Address already in use")
    with suppress(FileNotFoundError):
        os.unlink(path)
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(path)
    os.chmod(path, 0o660)
    listener.setblocking(False)
    return listener


class _Worker:
    """One process and how often it has died soon after its start."""

    def __init__(self, listener: socket.socket, work: Callable[[socket.socket], int]) -> None:
        self.listener = listener
        self.work = work
        self.deaths = 0
        self.start()

    def start(self) -> None:
        self.born = time.monotonic()
        parent = os.getpid()
        self.pid = os.fork()
        if self.pid == 0:
            _end_with(parent)
            _be_worker(self.listener, self.work)

    def died(self, status: int) -> None:
        # Only a process that ended of itself counts: one that was killed was not wrong.
        quick = os.WIFEXITED(status) and time.monotonic() - self.born < QUICK
        self.deaths = self.deaths + 1 if quick else 0


def _end_with(parent: int) -> None:
    """Ask the kernel to end this process with its parent: one that outlives it holds the port and the journal.

    The parent may be gone already, killed in the middle of the fork.
    """
    if _LIBC is not None:
        _LIBC.prctl(_SET_PARENT_DEATH_SIGNAL, signal.SIGTERM)
    if os.getppid() != parent:
        os._exit(1)


def _be_worker(listener: socket.socket, work: Callable[[socket.socket], int]) -> None:
    """Run as the child; never return into the parent's code."""
    code = 1
    try:
        for number in _WATCHED:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _WATCHED)
        code = work(listener)
    except BaseException as error:
        # The place, never the words: they could hold what somebody sent.
        place = traceback.extract_tb(error.__traceback__)[-1]
        print(f"worker ended by {type(error).__name__} at {place.name}:{place.lineno}", file=sys.stderr)
    finally:
        sys.stderr.flush()
        os._exit(code)


def run_workers(sockets: Sequence[socket.socket], work: Callable[[socket.socket], int], end_seconds: float) -> int:
    """Run `work(listener)` in a process for each socket until SIGTERM or SIGINT; start again what dies.

    Gives the exit code: 0, `REFUSED` where a worker ended with it, or 1 where one keeps dying. Those told to end have
    `end_seconds` for it.
    """
    signal.pthread_sigmask(signal.SIG_BLOCK, _WATCHED)
    for number in _TOLD:
        signal.signal(number, signal.SIG_DFL)  # what the shell has told us to ignore could not be waited for
    workers = [_Worker(listener, work) for listener in sockets]
    code = _watch(workers)
    _end(workers, end_seconds)
    return code


def _watch(workers: Sequence[_Worker]) -> int:
    while True:
        told = signal.sigtimedwait(_WATCHED, 1.0)
        if told is not None and told.si_signo in _TOLD:
            return 0
        for worker in workers:
            found, status = os.waitpid(worker.pid, os.WNOHANG)
            if not found:
                continue
            if os.WIFEXITED(status) and os.WEXITSTATUS(status) == REFUSED:
                return REFUSED
            worker.died(status)
            if worker.deaths >= PATIENCE:
                return 1
            if worker.deaths:
                time.sleep(0.2)
            worker.start()


def _end(workers: Sequence[_Worker], seconds: float) -> None:
    """Tell the workers to end, and kill what is left after a while."""
    until = time.monotonic() + seconds
    left = [worker.pid for worker in workers if _tell(worker.pid, signal.SIGTERM)]
    while left and time.monotonic() < until:
        time.sleep(0.02)
        left = [pid for pid in left if not _gone(pid)]
    for pid in left:
        _tell(pid, signal.SIGKILL)
        _gone(pid, wait=True)


def _tell(pid: int, number: int) -> bool:
    try:
        os.kill(pid, number)
    except ProcessLookupError:
        return False
    return True


def _gone(pid: int, wait: bool = False) -> bool:
    try:
        return os.waitpid(pid, 0 if wait else os.WNOHANG)[0] == pid
    except ChildProcessError:
        return True

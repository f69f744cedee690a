"""Work shared among processes, its results in order.

Each worker is forked, does every n-th piece, and sends the results down a pipe of its own; the parent reads the
pipes in turn. A full pipe holds its worker up, so that whatever the number of pieces, a few results lie in memory.
What a worker needs it inherits: nothing secret is written, sent or named on a command line.
"""

from __future__ import annotations

import fcntl
import multiprocessing
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from multiprocessing.connection import Connection
from multiprocessing.context import ForkProcess

__all__ = ["MOST", "Died", "in_order", "sensible"]

MOST = 4  #: workers that are started where nobody says how many
_PIPE = 1 << 20  # bytes that a pipe holds where the system allows it
_DONE = b"\xff"  # before a result; before the words of an error stands its place among those that may be repeated


class Died(Exception):
    """A worker ended before its work did, so the work is not whole. The words hold nothing of what it worked on."""


def sensible() -> int:
    """Give how many workers are sensible here: a core each, at most four; one where processes cannot be forked."""
    if "fork" not in multiprocessing.get_all_start_methods():
        return 1
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(cores, MOST)


def in_order(
    work: Callable[[int], bytes], pieces: int, jobs: int, spoken: Sequence[type[Exception]] = ()
) -> Iterator[bytes]:
    """Give `work(0)`, `work(1)` … up to before `pieces`, done by up to `jobs` processes; by this one if that is one.

    Errors of the kinds in `spoken`, made from one string, come out here as they are: their words hold no secret.

    Raises:
        Died: a worker was killed, or failed in another way.
    """
    jobs = min(jobs, pieces)
    if jobs <= 1:
        yield from map(work, range(pieces))
        return
    workers = [_start(work, range(number, pieces, jobs), spoken) for number in range(jobs)]
    try:
        for piece in range(pieces):
            yield _result(*workers[piece % jobs], spoken)
    finally:
        for process, results in workers:
            results.close()
            process.terminate()
            process.join()


def _start(
    work: Callable[[int], bytes], pieces: Sequence[int], spoken: Sequence[type[Exception]]
) -> tuple[ForkProcess, Connection]:
    # One after the other: no worker holds the writing end of another's pipe, so that the parent sees each one's death,
    # and the last worker is the only one without a younger one that holds the reading end of its pipe. It is the first
    # to notice the death of the parent; then the one before it notices, and so on.
    context = multiprocessing.get_context("fork")
    results, sending = context.Pipe(duplex=False)
    with suppress(AttributeError, OSError):
        fcntl.fcntl(sending.fileno(), fcntl.F_SETPIPE_SZ, _PIPE)
    process = context.Process(target=_work, args=(work, pieces, results, sending, tuple(spoken)), daemon=True)
    process.start()
    sending.close()
    return process, results


def _work(
    work: Callable[[int], bytes],
    pieces: Sequence[int],
    results: Connection,
    sending: Connection,
    spoken: tuple[type[Exception], ...],
) -> None:
    """Do the pieces. Ends without a traceback, which could hold words of a person."""
    results.close()
    try:
        for piece in pieces:
            sending.send_bytes(_DONE + work(piece))
    except spoken as error:
        place = next(place for place, kind in enumerate(spoken) if isinstance(error, kind))
        sending.send_bytes(bytes([place]) + str(error).encode())
    except BaseException:
        os._exit(1)


def _result(process: ForkProcess, results: Connection, spoken: Sequence[type[Exception]]) -> bytes:
    try:
        result = results.recv_bytes()
    except (EOFError, OSError):  # at the end of a result, or in the middle of one
        process.join()
        raise Died(_how(process.exitcode)) from None
    if result[:1] == _DONE:
        return result[1:]
    raise spoken[result[0]](result[1:].decode())


def _how(code: int | None) -> str:
    if code is not None and code < 0:
        return f"a worker process was killed by signal {-code}; was there too little memory?"
    return "a worker process failed; with --jobs 1 you can see why."

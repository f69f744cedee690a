"""Work shared among processes comes back whole and in order, or not as whole."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress

import pytest

from undersigned.stages.deliver.workers import Died, in_order


class Missing(Exception):
    """An error whose words may be shown."""


def squared(piece: int) -> bytes:
    return b"%d" % (piece * piece)


def failing(at: int, error: Callable[[], BaseException]) -> Callable[[int], bytes]:
    def work(piece: int) -> bytes:
        if piece == at:
            raise error()
        return squared(piece)

    return work


@pytest.mark.parametrize("pieces", [0, 1, 2, 3, 50])
@pytest.mark.parametrize("jobs", [1, 2, 3, 7])
def test_results_come_in_the_order_of_the_pieces_whatever_the_number_of_jobs(pieces: int, jobs: int) -> None:
    assert list(in_order(squared, pieces, jobs)) == [squared(piece) for piece in range(pieces)]


def test_results_larger_than_a_pipe_come_whole() -> None:
    found = list(in_order(lambda piece: bytes([piece]) * 3_000_000, 4, 2))
    assert [(one[0], len(one), len(set(one))) for one in found] == [(piece, 3_000_000, 1) for piece in range(4)]


def test_the_work_is_done_by_as_many_processes_as_asked_for() -> None:
    assert len(set(in_order(lambda _: str(os.getpid()).encode(), 12, 3))) == 3
    assert set(in_order(lambda _: str(os.getpid()).encode(), 12, 1)) == {str(os.getpid()).encode()}


def test_the_first_result_is_given_before_the_last_piece_is_begun() -> None:
    """The last piece waits for what its reader does with the first result."""
    reading, writing = os.pipe()

    def work(piece: int) -> bytes:
        return os.read(reading, 1) if piece == 3 else squared(piece)

    found = in_order(work, 4, 2)
    assert next(found) == b"0"
    os.write(writing, b"!")
    assert list(found) == [b"1", b"4", b"!"]
    os.close(reading)
    os.close(writing)


def test_a_slow_reader_holds_the_workers_up() -> None:
    """Each piece says that it was begun: never more of them than a reader has taken and pipes and hands hold."""
    reading, writing = os.pipe()
    os.set_blocking(reading, False)

    def work(piece: int) -> bytes:
        os.write(writing, b".")
        return bytes(1_000_000)

    begun = 0
    for taken, _ in enumerate(in_order(work, 40, 2), 1):
        with suppress(BlockingIOError):
            begun += len(os.read(reading, 100))
        assert begun - taken <= 8
    assert begun == 40
    os.close(reading)
    os.close(writing)


def test_a_killed_worker_fails_the_whole_after_what_was_whole() -> None:
    def die() -> BaseException:
        os.kill(os.getpid(), signal.SIGKILL)
        return AssertionError("not reached")

    found = in_order(failing(3, die), 10, 2)
    assert [next(found) for _ in range(3)] == [b"0", b"1", b"4"]
    with pytest.raises(Died, match="killed by signal 9"):
        list(found)


def test_a_worker_killed_in_the_middle_of_a_result_fails_the_whole() -> None:
    """The result is larger than the pipe, so that its worker waits for its reader when it is killed."""

    def work(piece: int) -> bytes:
        return str(os.getpid()).encode() if piece < 2 else bytes(5_000_000)

    found = in_order(work, 4, 2)
    pids = [int(next(found)) for _ in range(2)]
    os.kill(pids[0], signal.SIGKILL)
    with pytest.raises(Died):
        list(found)


def test_an_error_that_may_be_shown_comes_out_as_it_is_and_another_without_its_words(
    capfd: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(Missing, match=r"slots\.db is not there"):
        list(in_order(failing(5, lambda: Missing("slots.db is not there")), 9, 2, (KeyError, Missing)))
    with pytest.raises(Died) as caught:
        list(in_order(failing(5, lambda: ValueError("Dana Unmistakable")), 9, 2, (Missing,)))
    said = "".join(capfd.readouterr()) + str(caught.value)
    assert "Unmistakable" not in said
    assert "--jobs 1" in said


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_workers_end_with_a_reader_that_stops_early() -> None:
    found = in_order(lambda _: str(os.getpid()).encode(), 100, 2)
    pids = {int(next(found)) for _ in range(4)}
    found.close()  # type: ignore[attr-defined]
    assert len(pids) == 2
    assert not any(map(alive, pids))


_PARENT = """
import os, sys, time
from undersigned.stages.deliver.workers import in_order
found = in_order(lambda _: str(os.getpid()).encode() + b" " * 100_000, 10**9, 3)
print(*(next(found).decode().strip() for _ in range(3)), flush=True)
time.sleep(600)
"""


def test_workers_end_with_a_parent_that_is_killed() -> None:
    """They hold its output open as long as they live, so its end is the end of the last of them."""
    parent = subprocess.Popen([sys.executable, "-c", _PARENT], stdout=subprocess.PIPE)
    assert parent.stdout
    assert len(parent.stdout.readline().split()) == 3
    parent.kill()
    assert parent.stdout.read() == b""
    parent.wait()

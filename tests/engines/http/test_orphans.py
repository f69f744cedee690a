"""A worker never outlives the process that started it: it would hold the port and the journal for ever."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

PARENT = """
import os, signal, sys, time
from undersigned.engines.http import workers
real = os.fork
def fork():
    parent = os.getpid()
    pid = real()
    if pid == 0:
        with open(sys.argv[1], "w") as file:
            file.write(str(os.getpid()))
        if sys.argv[2] == "during":  # the parent is killed before the child has learned who it is
            os.kill(parent, signal.SIGKILL)
            while os.getppid() == parent:
                time.sleep(0.01)
    return pid
os.fork = fork
workers.run_workers(workers.listeners("127.0.0.1", 0, 1), lambda listener: time.sleep(60) or 0, 1)
"""


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False


def _outlives(tmp_path: Path, when: str) -> bool:
    file = tmp_path / "worker"
    parent = subprocess.Popen([sys.executable, "-c", PARENT, str(file), when])
    end = time.monotonic() + 20
    while not (file.exists() and file.read_text()):
        assert time.monotonic() < end
        time.sleep(0.01)
    worker = int(file.read_text())
    if when == "later":
        parent.send_signal(signal.SIGKILL)
    parent.wait(20)
    while _alive(worker) and time.monotonic() < end:
        time.sleep(0.02)
    return _alive(worker)


def test_a_worker_ends_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    assert not _outlives(tmp_path, "later")


def test_a_worker_ends_whose_parent_was_killed_during_the_fork(tmp_path: Path) -> None:
    assert not _outlives(tmp_path, "during")

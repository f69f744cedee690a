"""A benchmark that is killed from outside leaves nothing behind: what it started ends with it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

STARTED = """
import time
from undersigned.assemble.bench.processes import process
with process({words}) as running:
    print(running.pid, flush=True)
    time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM])
def test_what_a_benchmark_started_ends_with_it(number: signal.Signals) -> None:
    program = STARTED.format(words="'/bin/sleep', '60'")
    bench = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True)
    assert bench.stdout is not None
    started = int(bench.stdout.readline())
    assert _runs(started)
    os.kill(bench.pid, number)
    bench.wait(10)
    bench.stdout.close()
    end = time.monotonic() + 10
    while _runs(started) and time.monotonic() < end:
        time.sleep(0.01)
    assert not _runs(started)


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False

"""Starting the processes that are measured, and waiting for them."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from undersigned.assemble.loopback import answers, free_port
from undersigned.assemble.serve import end_with_parent

__all__ = ["answers", "free_port", "process", "until"]


def until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    """Wait until `holds()` is true.

    Raises:
        TimeoutError: it did not come true.
    """
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.05)


@contextmanager
def process(
    *words: str, folder: Path | None = None, log: Path | None = None, **environment: object
) -> Iterator[subprocess.Popen[bytes]]:
    """Run a command, by default a module of this Python (`undersigned`, …); end it behind the block.

    It ends with this process too, however that ends, where the command does not change its account.
    `folder` is the working directory; `log` takes what it says, which is otherwise shown on stderr;
    `environment` is added to ours, its names in capitals.
    """
    command = list(words) if words[0].startswith("/") else [sys.executable, "-m", *words]
    added = {**os.environ, **{name.upper(): str(value) for name, value in environment.items()}}
    with (log or Path("/dev/null")).open("ab") as said:
        running = subprocess.Popen(
            command, stdout=said, stderr=said if log else None, cwd=folder, env=added, preexec_fn=end_with_parent
        )
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(30)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()

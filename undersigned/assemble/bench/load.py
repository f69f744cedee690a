"""The load: `wrk` sends distinct signatures over kept-alive connections, on the same machine."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import msgspec

__all__ = ["Absent", "Load", "Slice"]

_SCRIPT = """
local threads = 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
function init(args) count = 0; start = args[1] end
function request()
  count = count + 1
  local body = string.format("{form}", start, number, count)
  return wrk.format("POST", "{path}", {{["Content-Type"]="application/x-www-form-urlencoded", ["Host"]="{host}"}}, body)
end
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FACTS %d %d %d %d %d %.0f %.0f\\n", summary.requests, summary.duration,
    e.status, e.connect + e.read + e.write, e.timeout, latency:percentile(50), latency:percentile(99)))
end
"""


class Absent(Exception):
    """The load generator is not installed."""


class Slice(msgspec.Struct, frozen=True):
    """What one slice of load saw. Latencies in milliseconds."""

    answers: int
    seconds: float
    refused: int  # answers of status 400 and above
    broken: int  # connections that failed or timed out
    p50: float
    p99: float

    @property
    def rate(self) -> float:
        """Answers a second."""
        return self.answers / self.seconds


class Load:
    """Sends one form to one path; every request carries an address of its own."""

    def __init__(self, folder: Path, path: str, host: str, form: str) -> None:
        """Take the form with three `%s`/`%d` places for slice, thread and number; other `%` doubled.

        Raises:
            Absent: there is no `wrk` on this machine.
        """
        found = shutil.which("wrk")
        if found is None:
            raise Absent("The benchmark needs the load generator wrk (Debian: apt-get install wrk).")
        self._wrk = found
        self._script = folder / f"load-{abs(hash((path, host)))}.lua"
        self._script.write_text(_SCRIPT.format(form=form, path=path, host=host))

    def run(self, port: int, name: str, seconds: int, connections: int) -> Slice:
        """Load for a while."""
        done = subprocess.run(
            [self._wrk, "-t2", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s",
             "-s", str(self._script), f"http://127.0.0.1:{port}", "--", name],
            capture_output=True, text=True, check=True, timeout=seconds + 60,
        )  # fmt: skip
        facts = re.search(r"FACTS (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
        assert facts is not None, done.stdout[-500:]
        answers, micros, refused, broken, late, p50, p99 = map(int, facts.groups())
        return Slice(answers, micros / 1e6, refused, broken + late, p50 / 1000, p99 / 1000)

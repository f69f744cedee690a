"""The load: `wrk` over kept-alive connections, on the same machine; every request is prepared beforehand.

wrk is a closed loop: a connection asks again when it was answered. Its own cost, 9 to 13 µs a request with
these scripts, is part of the two cores, of the floor's as of ours.
"""

from __future__ import annotations

import re
import shutil
import statistics
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

__all__ = ["Absent", "Load", "Slice", "gets", "posts", "tokens"]

_SCRIPT = """
local threads = 0
function setup(thread) thread:set("number", threads); threads = threads + 1 end
function init(args) count = tonumber(args[1]) or 0 end
{request}
function done(summary, latency, requests)
  local e = summary.errors
  io.write(string.format("FACTS %d %d %d %d %d %.0f %.0f\\n", summary.requests, summary.duration,
    e.status, e.connect + e.read + e.write, e.timeout, latency:percentile(50), latency:percentile(99)))
end
"""
_POSTS = """
local heads, tails = {{{heads}}}, {{{tails}}}
function request()
  count = count + 1
  local i = count % #heads + 1
  return heads[i] .. string.format("%02d%09d", number, count) .. tails[i]
end
"""
_TOKENS = """
local lines = {{}}
for line in io.lines("{file}") do lines[#lines + 1] = line end
function request()
  count = count + 1
  return "POST /k/" .. lines[(2 * count + number) % #lines + 1] .. " HTTP/1.1\\r\\nHost: {host}\\r\\n"
    .. "Content-Type: application/x-www-form-urlencoded\\r\\nContent-Length: 0\\r\\n\\r\\n"
end
"""
_GETS = """
local what = "{what}"
function request() return what end
"""
_COUNTER = "\0"


class Absent(Exception):
    """A program that the measure needs is not installed; the message says which and how to get it."""


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

    @staticmethod
    def median(slices: Sequence[Slice]) -> Slice:
        """Give the slice with the median of each figure, and the sums of what failed."""
        return Slice(
            sum(one.answers for one in slices),
            sum(one.seconds for one in slices),
            sum(one.refused for one in slices),
            sum(one.broken for one in slices),
            round(statistics.median(one.p50 for one in slices), 2),
            round(statistics.median(one.p99 for one in slices), 2),
        )


class Load:
    """Requests of one kind, ready to be sent."""

    def __init__(self, script: str, file: Path) -> None:
        """Take the Lua function `request` and the file to keep it in.

        Raises:
            Absent: there is no `wrk` on this machine.
        """
        found = shutil.which("wrk")
        if found is None:
            raise Absent("The benchmark needs the load generator wrk (Debian: apt-get install wrk).")
        self._wrk = found
        self._file = file
        file.write_text(_SCRIPT.format(request=script))

    def run(self, port: int, seconds: float, connections: int, start: int = 0) -> Slice:
        """Load for a while, counting requests from `start`, so that two slices never send the same."""
        threads = min(2, connections)
        done = subprocess.run(
            [self._wrk, f"-t{threads}", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s",
             "-s", str(self._file), f"http://127.0.0.1:{port}", "--", str(start)],
            capture_output=True, text=True, check=True, timeout=seconds + 60,
        )  # fmt: skip
        facts = re.search(r"FACTS (\d+) (\d+) (\d+) (\d+) (\d+) (\d+) (\d+)", done.stdout)
        assert facts is not None, done.stdout[-500:]
        answers, micros, refused, broken, late, p50, p99 = map(int, facts.groups())
        return Slice(answers, micros / 1e6, refused, broken + late, p50 / 1000, p99 / 1000)


def posts(file: Path, host: str, path: str, media: str, bodies: Sequence[str]) -> Load:
    """Give POSTs of these bodies in turn; the character NUL in each becomes 11 digits that never repeat."""
    heads, tails = [], []
    for body in bodies:
        before, _, after = body.partition(_COUNTER)
        length = len(before.encode()) + 11 + len(after.encode())
        head = f"POST {path} HTTP/1.1\r\nHost: {host}\r\nContent-Type: {media}\r\nContent-Length: {length}\r\n\r\n"
        heads.append(_quoted(head + before))
        tails.append(_quoted(after))
    return Load(_POSTS.format(heads=",".join(heads), tails=",".join(tails)), file)


def tokens(file: Path, host: str, found: Sequence[str]) -> Load:
    """Give presses of the button of these letters, each once, as long as there are some."""
    listed = file.with_suffix(".tokens")
    listed.write_text("".join(f"{token}\n" for token in found))
    return Load(_TOKENS.format(file=listed, host=host), file)


def gets(file: Path, host: str, path: str, encoding: str = "") -> Load:
    """Give GETs of one path, with that Accept-Encoding."""
    accept = f"Accept-Encoding: {encoding}\\r\\n" if encoding else ""
    return Load(_GETS.format(what=f"GET {path} HTTP/1.1\\r\\nHost: {host}\\r\\n{accept}\\r\\n"), file)


def _quoted(text: str) -> str:
    """Write bytes as a Lua string."""
    return '"' + "".join(f"\\{byte:03d}" for byte in text.encode()) + '"'

"""The measures. Each prints one JSON line; `--only NAME` runs one."""

from __future__ import annotations

import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

from undersigned.assemble.bench.load import Load, Slice
from undersigned.assemble.bench.machine import cpu_seconds, peak_megabytes
from undersigned.assemble.demo import prepare
from undersigned.assemble.door import CONNECTIONS as CONNECTIONS_HELD
from undersigned.assemble.door import HEAD_BYTES, HEAD_MILLISECONDS

__all__ = ["MEASURES", "measure"]

ROUNDS, SECONDS, CONNECTIONS = 3, 3, 256


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def _process(*words: str) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(30)


def _until(holds: Callable[[], bool], seconds: float, what: str) -> None:
    end = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        time.sleep(0.1)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


@contextmanager
def _door(folder: Path, workers: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Make a demonstration, let the mill release its cards, and run its door alone."""
    port = _free_port()
    prepare(folder, port)
    with (folder / "undersigned.toml").open("a") as file:
        file.write(f"rate = 1000000000\nburst = 1000000000\nworkers = {workers}\n")
    facts = folder / "public" / "c" / "library.json"
    with _process("undersigned", "mill", "--dir", str(folder)):
        _until(facts.exists, 30, "the first pages")
    with _process("undersigned", "door", "--dir", str(folder)) as door:
        _until(lambda: _answers(port), 30, "the door")
        yield door, port


@contextmanager
def _floor(workers: int) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the empty 204 on the same server with the same settings."""
    port = _free_port()
    flags = {
        "--interface": "rsgi",
        "--port": port,
        "--workers": workers,
        "--loop": "uvloop",
        "--http": 1,
        "--backlog": CONNECTIONS_HELD,
        "--backpressure": CONNECTIONS_HELD,
        "--http1-header-read-timeout": HEAD_MILLISECONDS,
        "--http1-buffer-size": HEAD_BYTES,
    }
    given = [str(word) for flag in flags.items() for word in flag]
    words = ("granian", *given, "--no-ws", "--no-log", "undersigned.assemble.bench.floor:app")
    with _process(*words) as floor:
        _until(lambda: _answers(port), 30, "the floor")
        yield floor, port


def _form(folder: Path) -> str:
    facts = json.loads((folder / "public" / "c" / "library.json").read_bytes())
    text = quote(facts["texts"]["en"]["hash"]).replace("%", "%%")
    return f"name=A+Signer&email=s-%s-%d-%d%%40example.org&country=KE&comment=&consent=yes&text={text}&website="


def _drain(folder: Path) -> int:
    """Run the mill over what the door has kept; give how many forms it found in the journal."""
    facts = folder / "public" / "c" / "library.json"
    started, seen = -1, 0
    with _process("undersigned", "mill", "--dir", str(folder)):
        while started != seen or seen == 0:
            seen = started
            time.sleep(3)
            funnel = json.loads(facts.read_bytes())["funnel"]
            started = funnel.get("started", 0) + funnel.get("repeated", 0)
    return started


def _sign(workers: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "d"
        with _door(folder, workers) as (door, port), _floor(workers) as (_, floor_port):
            load = Load(Path(name), "/c/library/en/sign", f"127.0.0.1:{port}", _form(folder))
            load.run(port, "warm", 1, CONNECTIONS)
            before = cpu_seconds(door.pid)
            slices: list[Slice] = []
            floors: list[Slice] = []
            for number in range(ROUNDS):
                floors.append(load.run(floor_port, "floor", SECONDS, CONNECTIONS))
                slices.append(load.run(port, f"r{number}", SECONDS, CONNECTIONS))
            spent = cpu_seconds(door.pid) - before
            idle = load.run(port, "idle", 2, 2)
            peak = peak_megabytes(door.pid)
        kept = _drain(folder)
    return _line(f"sign-form-{workers}", slices, floors, idle, spent, peak, kept)


def _line(
    name: str, slices: list[Slice], floors: list[Slice], idle: Slice, spent: float, peak: float, kept: int
) -> dict[str, Any]:
    acknowledged = sum(one.answers - one.refused for one in slices) + idle.answers
    ratios = [one.rate / floor.rate for one, floor in zip(slices, floors, strict=True)]
    return {
        "name": name,
        "value": round(statistics.median(one.rate for one in slices)),
        "unit": "durable signatures/s",
        "floor": round(statistics.median(floor.rate for floor in floors)),
        "ratio": round(statistics.median(ratios), 3),
        "p50_ms": round(statistics.median(one.p50 for one in slices), 2),
        "p99_ms": round(statistics.median(one.p99 for one in slices), 2),
        "idle_p99_ms": round(idle.p99, 2),
        "server_us": round(1e6 * spent / max(1, sum(one.answers for one in slices)), 1),
        "peak_mb": peak,
        "refused": sum(one.refused for one in slices),
        "books": kept >= acknowledged and not sum(one.refused + one.broken for one in slices),
    }


MEASURES: dict[str, Callable[[], dict[str, Any]]] = {
    "sign-form-1": lambda: _sign(1),
    "sign-form-2": lambda: _sign(2),
}


def measure(name: str) -> dict[str, Any]:
    """Run one measure and give its line."""
    return MEASURES[name]()

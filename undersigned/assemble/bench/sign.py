"""Durable signatures a second, beside the same front's empty 204 and nginx, slice by slice in one run."""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path

from undersigned.assemble.bench import servers
from undersigned.assemble.bench.installation import CAMPAIGN, FORM, JSON, Installation, forms, received
from undersigned.assemble.bench.line import Line, ratio
from undersigned.assemble.bench.load import Load, Slice, posts
from undersigned.assemble.bench.machine import cpu_seconds, peak_megabytes
from undersigned.compiled import in_use

__all__ = ["CONNECTIONS", "ROUNDS", "SECONDS", "load_of", "sign"]

ROUNDS, SECONDS, CONNECTIONS = 4, 2, 512


def load_of(installation: Installation, folder: Path, as_json: bool = False) -> Load:
    """Give the load of signing."""
    path = f"/c/{CAMPAIGN}/en/sign"
    media = JSON if as_json else FORM
    return posts(folder / "sign.lua", installation.host, path, media, forms(installation.text(), as_json))


def sign(name: str, workers: int, goal: float, as_json: bool = False, **settings: object) -> Line:
    """Measure signing through so many workers; `settings` say where the journal lies, and more."""
    with tempfile.TemporaryDirectory() as text, ExitStack() as stack:
        folder = Path(text)
        installation = Installation(folder, workers=workers, **settings)
        load = load_of(installation, folder, as_json)
        floor, nginx = stack.enter_context(servers.empty(workers)), stack.enter_context(servers.nginx(folder))
        with installation.running("door") as door:
            load.run(installation.port, 1, CONNECTIONS)
            measured = _rounds(load, installation.port, floor, nginx, door)
            idle = load.run(installation.port, 2, 2, 900_000_000)
            peak = peak_megabytes(door)
        kept = received(installation.drain(sum(one.answers for one in measured.ours)))
    return _line(name, goal, measured, idle, peak, kept)


class _Measured:
    """Slices side by side, and the CPU seconds of ours."""

    def __init__(self) -> None:
        self.ours: list[Slice] = []
        self.floor: list[Slice] = []
        self.nginx: list[Slice] = []
        self.spent = 0.0


def _rounds(load: Load, port: int, floor: int, nginx: int, door: int) -> _Measured:
    measured = _Measured()
    for number in range(1, ROUNDS + 1):
        start = number * 10_000_000
        measured.nginx.append(load.run(nginx, SECONDS, CONNECTIONS, start))
        measured.floor.append(load.run(floor, SECONDS, CONNECTIONS, start))
        before = cpu_seconds(door)
        measured.ours.append(load.run(port, SECONDS, CONNECTIONS, start))
        measured.spent += cpu_seconds(door) - before
    return measured


def _line(name: str, goal: float, measured: _Measured, idle: Slice, peak: float, kept: int) -> Line:
    ours, floor, nginx = map(Slice.median, (measured.ours, measured.floor, measured.nginx))
    acknowledged = ours.answers - ours.refused + idle.answers
    return Line(
        name=name,
        value=round(ours.rate),
        unit="durable signatures/s",
        floor=round(floor.rate),
        ratio=ratio(measured.ours, measured.floor),
        against="the same front's empty 204 a second",
        goal=goal,
        p50_ms=ours.p50,
        p99_ms=ours.p99,
        server_us=round(1e6 * measured.spent / max(1, ours.answers), 1),
        peak_mb=peak,
        books=kept >= acknowledged and not ours.refused + ours.broken,
        also={
            "of nginx's 303": ratio(measured.ours, measured.nginx),
            "nginx/s": round(nginx.rate),
            "idle p99 ms": round(idle.p99, 2),
            "compiled": in_use(),
            "acknowledged": acknowledged,
            "in the ledger": kept,
        },
    )

"""Pages and counts a second, beside fixed bytes of the same size from the same front."""

from __future__ import annotations

import tempfile
import urllib.request
from pathlib import Path

from undersigned.assemble.bench import servers
from undersigned.assemble.bench.installation import CAMPAIGN, Installation
from undersigned.assemble.bench.line import Line, ratio
from undersigned.assemble.bench.load import Slice, gets
from undersigned.assemble.bench.machine import cpu_seconds, peak_megabytes
from undersigned.assemble.bench.sign import CONNECTIONS, ROUNDS, SECONDS

__all__ = ["count", "page"]


def page(name: str, goal: float) -> Line:
    """Measure the petition page, compressed as a browser asks for it."""
    return _get(name, goal, f"/c/{CAMPAIGN}/en/", "gzip, br", "pages/s")


def count(name: str, goal: float) -> Line:
    """Measure `count.json`."""
    return _get(name, goal, f"/c/{CAMPAIGN}/count.json", "", "counts/s")


def _get(name: str, goal: float, path: str, encoding: str, unit: str) -> Line:
    ours: list[Slice] = []
    floor: list[Slice] = []
    spent = 0.0
    with tempfile.TemporaryDirectory() as text:
        installation = Installation(Path(text), workers=2)
        load = gets(Path(text) / "get.lua", installation.host, path, encoding)
        with installation.running("door") as door:
            size = _size(f"http://{installation.host}{path}", encoding)
            with servers.fixed(2, size) as port:
                load.run(installation.port, 1, CONNECTIONS)
                for _ in range(ROUNDS):
                    floor.append(load.run(port, SECONDS, CONNECTIONS))
                    before = cpu_seconds(door)
                    ours.append(load.run(installation.port, SECONDS, CONNECTIONS))
                    spent += cpu_seconds(door) - before
            peak = peak_megabytes(door)
    slices = Slice.median(ours)
    return Line(
        name=name,
        value=round(slices.rate),
        unit=unit,
        floor=round(Slice.median(floor).rate),
        ratio=ratio(ours, floor),
        against=f"{size} fixed bytes from the same front, a second",
        goal=goal,
        p50_ms=slices.p50,
        p99_ms=slices.p99,
        server_us=round(1e6 * spent / max(1, slices.answers), 1),
        peak_mb=peak,
        books=not slices.refused + slices.broken,
    )


def _size(url: str, encoding: str) -> int:
    request = urllib.request.Request(url, headers={"Accept-Encoding": encoding} if encoding else {})
    with urllib.request.urlopen(request, timeout=10) as answer:
        return len(answer.read())

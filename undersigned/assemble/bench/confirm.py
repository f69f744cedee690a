"""Durable confirmations a second, beside durable signatures a second at the same door."""

from __future__ import annotations

import tempfile
from pathlib import Path

from undersigned.assemble.bench.installation import Installation
from undersigned.assemble.bench.line import Line, ratio
from undersigned.assemble.bench.load import Slice, tokens
from undersigned.assemble.bench.machine import cpu_seconds, peak_megabytes
from undersigned.assemble.bench.sign import CONNECTIONS, ROUNDS, SECONDS, load_of

__all__ = ["confirm"]

LETTERS = 60_000  # at most; where they run out, buttons are pressed again


def confirm(name: str, workers: int, goal: float) -> Line:
    """Sign, read the letters, press the buttons; every second slice signs on."""
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        installation = Installation(folder, workers=workers)
        signing = load_of(installation, folder)
        with installation.running("door"):
            first = signing.run(installation.port, 3, CONNECTIONS)
        installation.drain(first.answers, letters=min(LETTERS, first.answers))
        found = installation.tokens(LETTERS)
        pressing = tokens(folder / "press.lua", installation.host, found)
        ours: list[Slice] = []
        signed: list[Slice] = []
        spent, start = 0.0, 0
        with installation.running("door") as door:
            for number in range(1, ROUNDS + 1):
                signed.append(signing.run(installation.port, SECONDS, CONNECTIONS, number * 10_000_000))
                before = cpu_seconds(door)
                ours.append(pressing.run(installation.port, SECONDS, CONNECTIONS, start))
                spent += cpu_seconds(door) - before
                start += ours[-1].answers // 2
            peak = peak_megabytes(door)
        counted = installation.drain()["collected"]
    slices = Slice.median(ours)
    pressed = min(slices.answers, len(found))
    return Line(
        name=name,
        value=round(slices.rate),
        unit="durable confirmations/s",
        floor=round(Slice.median(signed).rate),
        ratio=ratio(ours, signed),
        against="durable signatures a second",
        goal=goal,
        p50_ms=slices.p50,
        p99_ms=slices.p99,
        server_us=round(1e6 * spent / max(1, slices.answers), 1),
        peak_mb=peak,
        books=pressed * 0.999 <= counted <= len(found) and not slices.refused + slices.broken,
        also={"letters": len(found), "buttons pressed": slices.answers, "counted in the log": counted},
    )

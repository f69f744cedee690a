"""Measures of a whole installation as `serve` runs it: idle, and in a surge."""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from pathlib import Path

from undersigned.assemble.bench.crowd import Crowd, Sent
from undersigned.assemble.bench.installation import CAMPAIGN, Installation, received
from undersigned.assemble.bench.line import Line
from undersigned.assemble.bench.machine import cpu_seconds, peak_megabytes, resident_megabytes
from undersigned.assemble.bench.processes import answers, free_port, process, until
from undersigned.assemble.demo import prepare

__all__ = ["idle", "surge"]

SIGNATURES_A_MINUTE, VIEWS_A_SECOND, MINUTES = 20_000, 2_000, 10


def idle(name: str) -> Line:
    """Measure from nothing to the first page, and what the processes hold in memory when they rest."""
    with tempfile.TemporaryDirectory() as text:
        folder, port = Path(text) / "data", free_port()
        prepare(folder, port)
        page = folder / "public" / "c" / CAMPAIGN / "en" / "index.html"
        began = time.monotonic()
        with process("undersigned", "serve", "--dir", str(folder), log=Path(text) / "processes.log") as tree:
            until(lambda: page.exists() and answers(port), 60, "the first page")
            started = time.monotonic() - began
            time.sleep(6)  # lets start-up end; nothing is timed here
            resident, shared_once = resident_megabytes(tree.pid)
    return Line(
        name=name,
        value=resident,
        unit="MB resident, the whole tree, shared pages counted in each process",
        floor=250,
        ratio=round(resident / 250, 3),
        against="the 250 MB that are allowed",
        peak_mb=resident,
        also={"MB with shared pages counted once": shared_once, "seconds to the first page": round(started, 2)},
    )


def surge(name: str, minutes: float = MINUTES) -> Line:
    """Sign and view at a fixed pace, whatever the answers take, at a whole installation that also sends letters.

    A latency counts from the moment at which the request was due, so that waiting in line is not hidden.
    """
    with tempfile.TemporaryDirectory() as text:
        installation = Installation(Path(text), workers=2)
        with installation.running("serve") as tree:
            until(lambda: answers(installation.port), 30, "the door")
            before = cpu_seconds(tree)
            crowd = Crowd(installation, SIGNATURES_A_MINUTE / 60, VIEWS_A_SECOND)
            signed, viewed = asyncio.run(crowd.run(minutes * 60))
            spent, peak = cpu_seconds(tree) - before, peak_megabytes(tree)
        kept = received(installation.drain(signed.answered))
    return _surge(name, minutes, signed, viewed, spent, peak, kept)


def _surge(name: str, minutes: float, signed: Sent, viewed: Sent, spent: float, peak: float, kept: int) -> Line:
    asked = SIGNATURES_A_MINUTE * minutes
    return Line(
        name=name,
        value=round(signed.answered / minutes),
        unit="signatures a minute, as asked",
        floor=SIGNATURES_A_MINUTE,
        ratio=round(signed.answered / asked, 3),
        against="the signatures a minute that were sent",
        goal=1.0,
        p50_ms=round(statistics.median(signed.milliseconds), 2),
        p99_ms=signed.percentile(99),
        server_us=round(1e6 * spent / max(1, signed.answered), 1),
        peak_mb=peak,
        books=kept >= signed.answered and not signed.failed,
        also={
            "minutes": minutes,
            "lost": max(0, signed.answered - kept),
            "failed": signed.failed + viewed.failed,
            "views a second": round(viewed.answered / minutes / 60),
            "page p99 ms": viewed.percentile(99),
        },
    )

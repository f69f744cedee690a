"""A million from end to end."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median

from undersigned.assemble.bench import servers
from undersigned.assemble.bench.installation import FORM, forms
from undersigned.assemble.bench.line import Line
from undersigned.assemble.bench.load import posts
from undersigned.assemble.bench.sign import CONNECTIONS, SECONDS
from undersigned.assemble.simulate.million import Figures, million_http, million_journal

__all__ = ["http", "journal"]

MILLION = 1_000_000
LEAST_HTTP = 300.0  # seconds that the whole way of a million may take
TIMES = 5.0  # how many times longer than nginx needs for a million empty answers


def journal(name: str) -> Line:
    """Sign a million through HTTP; letters and confirmation are taken as given; sequence, log and count them.

    Held against a million POSTs to nginx that answers 303, before and behind. The environment variable
    SIGNATURES makes it smaller; the times are then those of a million at the same pace.
    """
    before = _nginx()
    figures = _run(million_journal)
    rate = median([*before, *_nginx()])
    ideal = figures.signatures / rate
    return _line(name, figures, round(ideal, 1), round(figures.seconds / ideal, 2), "the time nginx needs", TIMES)


def http(name: str) -> Line:
    """Sign a million, write to them, confirm by HTTP, log and count them; held against five minutes."""
    figures = _run(million_http)
    allowed = LEAST_HTTP * figures.signatures / MILLION
    share = round(figures.seconds / allowed, 2)
    return _line(name, figures, round(allowed, 1), share, "the five minutes a million may take", 1.0)


def _run(measured: Callable[[int, int], Figures]) -> Figures:
    return measured(int(os.environ.get("SIGNATURES", MILLION)), 2)


def _line(name: str, figures: Figures, floor: float, share: float, against: str, goal: float) -> Line:
    sign = figures.milliseconds.get("sign", {})
    return Line(
        name=name,
        value=round(figures.seconds, 1),
        unit=f"seconds for {figures.signatures:,}; less is better",
        floor=floor,
        ratio=share,
        against=against,
        goal=goal,
        p50_ms=sign.get("p50"),
        p99_ms=sign.get("p99"),
        books=figures.books and not figures.wrong,
        also={
            "a second": round(figures.per_second),
            "seconds until all had signed": round(figures.signing_seconds, 1),
            "letter p50 ms": figures.milliseconds.get("letter", {}).get("p50"),
            "wrong": figures.wrong,
        },
    )


def _nginx() -> list[float]:
    """Give the rates of three slices of POSTs to nginx."""
    with tempfile.TemporaryDirectory() as text, servers.nginx(Path(text)) as port:
        load = posts(Path(text) / "post.lua", f"127.0.0.1:{port}", "/", FORM, forms("T" * 43))
        return [load.run(port, SECONDS, CONNECTIONS).rate for _ in range(3)]

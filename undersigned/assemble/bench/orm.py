"""Our door beside a plain Django view that saves one row, as most petition software does."""

from __future__ import annotations

import statistics
import tempfile
from contextlib import ExitStack
from pathlib import Path

from undersigned.assemble.bench.installation import CAMPAIGN, FORM, Installation, forms, received
from undersigned.assemble.bench.line import Line, ratio
from undersigned.assemble.bench.load import Absent, Slice, posts
from undersigned.assemble.bench.processes import answers, free_port, process, until
from undersigned.assemble.bench.sign import CONNECTIONS, ROUNDS, SECONDS, load_of

__all__ = ["orm"]


def orm(name: str, goal: float, checkout: Path) -> Line:
    """Measure signing with two workers beside `bench/django_view.py` with two workers, both on SQLite.

    Raises:
        Absent: this is no checkout, or Django is not installed.
    """
    if not (checkout / "bench" / "django_view.py").exists():
        raise Absent(f"The measure {name} compares with code of the repository; run it in a checkout.")
    ours: list[Slice] = []
    theirs: list[Slice] = []
    with tempfile.TemporaryDirectory() as text, ExitStack() as stack:
        folder, port = Path(text), free_port()
        installation = Installation(folder, workers=2)
        load = load_of(installation, folder)
        host = f"127.0.0.1:{port}"
        plain = posts(folder / "plain.lua", host, f"/c/{CAMPAIGN}/en/sign", FORM, forms(installation.text()))
        words = ("granian", "--interface", "wsgi", "--workers", "2", "--port", str(port), "--no-log")
        database = folder / "django.db"
        with process("bench.django_view", str(database), folder=checkout) as made:
            made.wait(60)
        if made.returncode:
            raise Absent("This measure needs Django (requirements/dev.txt).")
        stack.enter_context(process(*words, "bench.django_view:application", folder=checkout, database=database))
        until(lambda: answers(port), 30, "the plain view")
        with installation.running("door"):
            for number in range(1, ROUNDS + 1):
                theirs.append(plain.run(port, SECONDS, 64, number * 10_000_000))
                ours.append(load.run(installation.port, SECONDS, CONNECTIONS, number * 10_000_000))
        kept = received(installation.drain(sum(one.answers for one in ours)))
    slices, floor = Slice.median(ours), Slice.median(theirs)
    return Line(
        name=name,
        value=round(slices.rate),
        unit="durable signatures/s",
        floor=round(statistics.median(one.rate for one in theirs)),
        ratio=ratio(ours, theirs),
        against="a plain Django view that saves one row, a second",
        goal=goal,
        p50_ms=slices.p50,
        p99_ms=slices.p99,
        books=kept >= slices.answers and not slices.refused + slices.broken + floor.broken + floor.refused,
    )

"""The measures `sequencer-sqlite` and `sequencer-postgres`: an empty ledger, and one that is full already.

The environment variable ROWS says how full the second is; 1,000,000 unless it says so, and 10,000,000 for the whole
measure, which takes some minutes to fill once and is kept in the folder CACHE, if there is one.
"""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import msgspec

from bench.sequencing import Engine, measure
from bench.sequencing_postgres import PostgresEngine
from bench.sequencing_sqlite import SqliteEngine
from undersigned.assemble.bench.line import Line
from undersigned.assemble.bench.postgres import postgres

GOALS = {"sequencer-sqlite": 0.25, "sequencer-postgres": 0.18}
SIGNATURES, BATCH = 100_000, 5_000


def one(name: str, rows: int) -> Mapping[str, Any]:
    """Measure over a ledger with so many rows."""
    cache = Path(os.environ["CACHE"]) if "CACHE" in os.environ else None
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        engine: Engine = (
            SqliteEngine(folder) if name == "sequencer-sqlite" else PostgresEngine(stack.enter_context(postgres()))
        )
        return measure(engine, SIGNATURES, BATCH, rows, cache)


def line(name: str) -> Line:
    """Measure both and give the line."""
    rows = int(os.environ.get("ROWS", "1000000"))
    empty, full = one(name, 0), one(name, rows)
    return Line(
        name=name, value=empty["value"], unit="events/s", floor=empty["floor"], ratio=empty["ratio"],
        against="bulk insert of the same rows without an index, events/s", goal=GOALS[name],
        server_us=empty["us_per_signature"]["all"], peak_mb=full["peak_mb"],
        also={
            "signatures/s": empty["signatures_per_second"],
            f"events/s over {rows:,} rows": full["value"],
            f"ratio over {rows:,} rows": full["ratio"],
            "of the rate when empty": round(full["value"] / empty["value"], 2),
            "open s": full["open_s"],
        },
    )  # fmt: skip


if __name__ == "__main__":
    print(msgspec.json.encode(line(sys.argv[1]).facts()).decode(), flush=True)

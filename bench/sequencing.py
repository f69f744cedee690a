"""What a signature costs in the mill: events into the ledger, lines into the log, beside an insert of the rows alone.

    python -m bench.sequencing --signatures 100000 --batch 5000 --rows-before 1000000 --cache FOLDER

Every round takes in the forms, the letters sent, the confirmations and the withdrawals of one batch, enters what
waits for the log, and inserts the same rows into tables of the same shape without indexes, on the same engine
with the same pragmas, turn by turn. `ratio` is of the sums, checkpoints of the write-ahead logs included;
`ratio_median` is the median of the rounds, most of which have none.
No HTTP, no journal files; decoding of the segments is counted.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

from bench.sequencing_load import CAMPAIGN, Round, opening, rounds
from bench.sequencing_postgres import PostgresEngine
from bench.sequencing_sqlite import SqliteEngine
from undersigned.assemble.collection import look_seldom
from undersigned.core.events import Event, Signed, decode
from undersigned.core.sequencing import decide, wanted
from undersigned.journal.frames import unpack
from undersigned.stages.tlog import run as tlog

__all__ = ["Engine", "main", "measure"]

_LATER = 1_767_268_800 + 10_000 * 86_400


class Engine(Protocol):
    """A ledger's engine as this benchmark needs it."""

    name: str

    def open(self) -> Any:
        """Open the ledger: `stages.sequencer.needs.Ledger` and `stages.tlog.needs.LogLedger`."""

    def prefill(self, rows: int, cache: Path | None) -> None:
        """Put counted signatures into the ledger, before it is opened."""

    def begin_floor(self) -> None:
        """Make tables of the same shape without indexes."""

    def floor(self, signed: Sequence[Signed], confirmed: int) -> float:
        """Insert the same rows into them; give the seconds."""

    def cpu(self) -> float:
        """Give the seconds of CPU that the server's processes have used for this benchmark; 0 where there are none."""

    def close(self) -> None:
        """Release what the floor needed."""


class Clock:
    """Seconds by kind of event and by part of the work."""

    def __init__(self) -> None:
        self.kinds: defaultdict[str, float] = defaultdict(float)
        self.parts: defaultdict[str, float] = defaultdict(float)

    def time(self, kind: str, part: str, work: Callable[[], Any]) -> Any:
        """Do the work and note how long it took."""
        begun = time.perf_counter()
        done = work()
        took = time.perf_counter() - begun
        self.kinds[kind] += took
        self.parts[part] += took
        return done


class Mill:
    """The mill's way of a batch, with a clock between its steps."""

    def __init__(self, ledger: Any) -> None:
        self.ledger = ledger
        self.clock = Clock()
        self._position = ledger.position("bench")
        self.take("opening", [opening()])

    def take(self, kind: str, segments: Sequence[bytes]) -> None:
        """Take segments in as one batch, as `stages.sequencer.run.step` does."""
        events: list[Event] = self.clock.time(
            kind, "decode", lambda: [decode(record) for segment in segments for record in unpack(segment)]
        )
        if not events:
            return
        known = self.clock.time(kind, "known", lambda: self.ledger.known(wanted(events)))
        outcomes = self.clock.time(kind, "decide", lambda: decide(known, events))
        before, self._position = self._position, self._position + len(segments)
        moves = {"bench": (before, self._position)}
        as_of = max(self.ledger.as_of(), *(event.at for event in events))
        self.clock.time(kind, "commit", lambda: self.ledger.commit(outcomes, moves, as_of))

    def log(self) -> int:
        """Enter what waits, without tiles (bench/log.py measures them); give the lines."""
        moment = tlog.moment(self.ledger, CAMPAIGN, 10, _LATER, {}, False)

        def enter() -> int:
            prepared = tlog.prepare(self.ledger, CAMPAIGN, moment, 10_000)
            if prepared:
                tlog.enter(self.ledger, CAMPAIGN, prepared)
            return len(prepared.batch.entries) if prepared else 0

        return int(self.clock.time("log", "log", enter))

    def round(self, one: Round) -> float:
        """Take a whole round in; give the seconds."""
        before = sum(self.clock.kinds.values())
        for kind, segments in one.segments.items():
            self.take(kind, segments)
            if kind == "confirmed":
                self.log()
        while self.log():
            pass
        return sum(self.clock.kinds.values()) - before


def measure(engine: Engine, total: int, batch: int, rows_before: int, cache: Path | None) -> Mapping[str, Any]:
    """Measure one engine; seconds are turned into microseconds a signature."""
    if rows_before:
        engine.prefill(rows_before, cache)
    engine.begin_floor()
    begun = time.perf_counter()
    mill = Mill(engine.open())
    opened = time.perf_counter() - begun
    look_seldom()  # as the mill does
    pairs, busy, events, number = [], [], 0, 0
    for one in rounds(total, batch):
        marks = [_cpu(engine)]
        seconds = mill.round(one)
        marks.append(_cpu(engine))
        pairs.append((seconds, engine.floor(one.signed, one.events["confirmed"])))
        busy.append((marks[1] - marks[0], _cpu(engine) - marks[1]))
        events += sum(one.events.values())
        number += len(one.signed)
    spent = sum(seconds for seconds, _ in pairs)
    engine.close()
    mill.ledger.close()
    return {
        "name": f"sequencer-{engine.name}",
        "rows_before": rows_before,
        "batch": batch,
        "value": round(events / spent),
        "unit": "events/s",
        "floor": round(events / sum(floor for _, floor in pairs)),
        "ratio": round(sum(floor for _, floor in pairs) / spent, 3),
        "ratio_median": round(statistics.median(floor / seconds for seconds, floor in pairs), 3),
        "signatures_per_second": round(number / spent),
        "us_per_signature": {
            "all": _micro(spent, number),
            "floor": _micro(sum(floor for _, floor in pairs), number),
            **{kind: _micro(seconds, number) for kind, seconds in mill.clock.kinds.items() if kind != "opening"},
        },
        "cpu_us": {
            "all": _micro(sum(one for one, _ in busy), number),
            "floor": _micro(sum(two for _, two in busy), number),
        },
        "ratio_cpu": round(sum(two for _, two in busy) / sum(one for one, _ in busy), 3),
        "us_by_part": {part: _micro(seconds, number) for part, seconds in mill.clock.parts.items()},
        "open_s": round(opened, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "us_first_and_last": [_micro(pairs[0][0], batch), _micro(pairs[-1][0], batch)],
    }


def _cpu(engine: Engine) -> float:
    return time.process_time() + engine.cpu()


def _micro(seconds: float, number: int) -> float:
    return round(seconds / number * 1e6, 2)


def main() -> None:
    """Print one JSON line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--signatures", type=int, default=100_000)
    options.add_argument("--batch", type=int, default=5_000)
    options.add_argument("--rows-before", type=int, default=0)
    options.add_argument("--cache", type=Path, help="folder that keeps filled ledgers for the next run")
    options.add_argument("--folder", type=Path, help="folder for the ledger; a temporary one where not given")
    options.add_argument("--postgres", default="", help="URL of a database to measure PostgreSQL in, instead of SQLite")
    chosen = options.parse_args()
    folder: AbstractContextManager[Any] = nullcontext(chosen.folder) if chosen.folder else tempfile.TemporaryDirectory()
    with folder as path:
        engine: Engine = PostgresEngine(chosen.postgres) if chosen.postgres else SqliteEngine(Path(path))
        json.dump(measure(engine, chosen.signatures, chosen.batch, chosen.rows_before, chosen.cache), sys.stdout)
        print()


if __name__ == "__main__":
    main()

"""The scoreboard: what each drill promises, its bar, and the figures of its last run with date and commit.

The figures stand in `bench/drills/last.json`; the runner writes them, and `docs/drills.md` is made from them. A row
without a run is red, and so is one that ran with smaller numbers than the bar asks for.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from subprocess import run
from typing import Any

import msgspec

from bench.drills.rot import KINDS

__all__ = ["ROWS", "Row", "keep", "last", "page", "table"]

ROOT = Path(__file__).parents[2]
FILE = Path(__file__).with_name("last.json")
_HIDDEN = ("drill", "holds", "date", "commit", "full")


class Row(msgspec.Struct, frozen=True):
    """One drill: `name` is its module in `bench.drills`; `code` its row in the scoreboard, "" for one of ours."""

    name: str
    code: str
    promise: str
    bar: str


ROWS = (
    Row(
        "kill", "S1", "An acknowledged signature survives the death of any process", "500 SIGKILLs a kind, restart 5 s"
    ),
    Row("power", "S2", "... and a power cut at any moment, in every store", "2,000 cuts a store"),
    Row("strace", "S3", "... and a disk that refuses: nothing is acknowledged after a failed flush", "calls 1 to 200"),
    Row("full", "S4", "A full disk closes signing with 503, loses nothing, and opens alone", "each volume of 4 MB"),
    Row("database", "S5", "The database goes away and comes back in the peak", "50 times, 1 to 60 s"),
    Row("replay", "S6", "Replayed, doubled and shuffled journals give the same tree", "100,000 records, 3 times"),
    Row("cluster", "S7", "Machines of the cluster are killed, paused and cut off", "100 faults"),
    Row("clocks", "S8", "No clock ends a live link, sets the log back, or destroys a key early", "20 jumps"),
    Row("rot", "S9", "A flipped bit at rest is found before anything is served or signed from it", "1,000 flips"),
    Row("upgrade", "S16", "An old release's folder goes on under the new program, under load", "30 s not writable"),
    Row("mail", "S17", "Every signer gets a letter, whatever the mail server does", "5,000 letters"),
    Row("surge", "S18", "20,000 signatures a minute with 2,000 page views a second", "10 min, p99 1 s"),
    Row("slow", "S19", "Slow clients keep nobody waiting", "3,000 of each kind, p99 500 ms"),
    Row("erasure", "S21", "Erased is erased from every file", "0 traces"),
    Row("tamper", "S23", "No edit of a published log passes `undersigned verify`", "1,000 edits"),
    Row("memory", "", "The whole tree, idle, is small", "250 MB"),
    Row("start", "", "From an empty folder to the first counted signature", "60 s"),
)


def last() -> dict[str, dict[str, Any]]:
    """Give the lines of the last runs by the names of the drills."""
    return json.loads(FILE.read_text("utf-8")) if FILE.exists() else {}


def keep(line: Mapping[str, Any]) -> None:
    """Put the line of a run into the scoreboard, with date and commit, and write the page anew."""
    commit = run(["git", "rev-parse", "--short=9", "HEAD"], cwd=ROOT, capture_output=True, text=True).stdout.strip()
    date = datetime.now(UTC).date().isoformat()
    lines = {**last(), str(line["drill"]): {**line, "date": date, "commit": commit}}
    FILE.write_text(json.dumps(dict(sorted(lines.items())), indent=1, ensure_ascii=False) + "\n", "utf-8")
    (ROOT / "docs" / "drills.md").write_text(page(), "utf-8")


def _state(line: Mapping[str, Any] | None) -> str:
    if line is None:
        return "**no run**"
    if not line["holds"]:
        return "**broken**"
    return "holds" if line.get("full", True) else "**holds, smaller than the bar**"


def _figures(line: Mapping[str, Any] | None) -> str:
    if line is None:
        return ""
    return ", ".join(f"{name.replace('_', ' ')} {value}" for name, value in line.items() if name not in _HIDDEN)


def page() -> str:
    """Give docs/drills.md."""
    lines = last()
    rows = []
    for row in ROWS:
        line = lines.get(row.name)
        when = f"{line['date']} {line['commit']}" if line else ""
        cells = (f"`{row.name}`", row.code, row.promise, row.bar, _state(line), _figures(line), when)
        rows.append("| " + " | ".join(cells) + " |")
    return (
        "# Drills\n\n<!-- Written by `make docs` and `make drill` from the code and the last runs; do not edit. -->\n\n"
        "Each drill breaks something on purpose, checks the books afterwards, and prints one JSON line:\n"
        "`make drill DRILLS=kill`, or `make drill` for all. A small form of each runs with the tests, in\n"
        "`tests/failure`. Environment variables make a drill smaller (`TIMES`, see the top of each file in\n"
        "`bench/drills`); a run below the bar is marked as such. The codes are those of the scoreboard.\n\n"
        "| drill | row | promise | bar | last run | figures | date, commit |\n|---|---|---|---|---|---|---|\n"
        + "\n".join(rows)
        + "\n\n## What a flipped bit asks for\n\n"
        "Each kind of file that `rot` flips, and what brings a damaged one back.\n\n"
        "| kind | what brings it back |\n|---|---|\n"
        + "\n".join(f"| {name} | {kind.recovery} |" for name, kind in KINDS.items())
        + "\n"
    )


def table(names: list[str]) -> str:
    """Give the state of each row for a terminal, those of `names` with their figures."""
    lines = last()
    return "\n".join(
        f"{row.name:9} {row.code:4} {_state(lines.get(row.name)).strip('*'):30} "
        + (_figures(lines.get(row.name)) if row.name in names else "")
        for row in ROWS
    )

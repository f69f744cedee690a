"""Runs the drills named, or all of them. Ends with status 1 if a promise was broken."""

from __future__ import annotations

import importlib
import json
import sys
import time
from importlib.util import find_spec

from bench.drills.board import ROWS, keep, table


def main(names: list[str]) -> int:
    """Run drills, put their lines into the scoreboard and print it; give the exit code."""
    known = [row.name for row in ROWS if find_spec(f"bench.drills.{row.name}")]
    failed = 0
    for name in names or known:
        began = time.monotonic()
        facts = importlib.import_module(f"bench.drills.{name}").drill()
        line = {"drill": name, **facts, "seconds": round(time.monotonic() - began, 1)}
        print(json.dumps(line), flush=True)
        keep(line)
        failed += not facts["holds"]
    print(table(names or known), file=sys.stderr)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

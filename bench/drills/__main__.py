"""Runs the drills named, or all of them. Ends with status 1 if a promise was broken."""

from __future__ import annotations

import importlib
import json
import sys
import time

DRILLS = ("kill", "erasure", "memory", "start")


def main(names: list[str]) -> int:
    """Run drills; give the exit code."""
    failed = 0
    for name in names or DRILLS:
        began = time.monotonic()
        facts = importlib.import_module(f"bench.drills.{name}").drill()
        line = {"drill": name, **facts, "seconds": round(time.monotonic() - began, 1)}
        print(json.dumps(line), flush=True)
        failed += not facts["holds"]
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

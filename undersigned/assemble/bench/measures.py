"""The measures by name, each with what it should reach (issue "The million").

Those that compare with something outside the package lie in `bench/` of a checkout, as modules with a function
`measure(name)`, and are run there as processes of their own.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from undersigned.assemble.bench import million
from undersigned.assemble.bench.confirm import confirm
from undersigned.assemble.bench.line import Line
from undersigned.assemble.bench.load import Absent
from undersigned.assemble.bench.orm import orm
from undersigned.assemble.bench.pages import count, page
from undersigned.assemble.bench.postgres import postgres
from undersigned.assemble.bench.sign import sign
from undersigned.assemble.bench.whole import idle, surge

__all__ = ["CHECKOUT", "LONG", "MEASURES", "measure", "screens"]

CHECKOUT = Path(__file__).resolve().parents[3]  #: of a checkout; its `bench/` is not part of the package
LONG = ("surge", "million-http", "million-journal", "open-export")  #: run only when they are named


def _on_postgres(name: str, goal: float, standby: bool) -> Line:
    with postgres(standby) as url:
        return sign(name, 2, goal, journal=url)


def _in_checkout(module: str, name: str) -> Line:
    if not (CHECKOUT / "bench" / f"{module}.py").exists():
        raise Absent(f"The measure {name} compares with code of the repository; run it in a checkout.")
    words = [sys.executable, "-m", f"bench.{module}", name]
    done = subprocess.run(words, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True)
    if done.returncode or not done.stdout.strip():
        raise Absent(f"The measure {name} did not end well; its words stand above.")
    return msgspec.json.decode(done.stdout.strip().splitlines()[-1], type=Line)


def screens() -> Iterator[Line]:
    """Give a line for every screen of the desk, at a million signatures and 500 campaigns, as it is measured.

    Raises:
        Absent: this is no checkout.
    """
    if not (CHECKOUT / "bench" / "desk.py").exists():
        raise Absent("The screens are those of a table among the tests; run it in a checkout.")
    words = [sys.executable, "-m", "bench.desk"]
    with subprocess.Popen(words, cwd=CHECKOUT, stdout=subprocess.PIPE, text=True) as running:
        assert running.stdout is not None
        for line in running.stdout:
            yield msgspec.json.decode(line, type=Line)


MEASURES: dict[str, Callable[[str], Line]] = {
    "sign-form-1": lambda name: sign(name, 1, 0.85),
    "sign-form-2": lambda name: sign(name, 2, 0.85),
    "sign-json-2": lambda name: sign(name, 2, 0.85, as_json=True),
    "sign-postgres-2": lambda name: _on_postgres(name, 0.75, standby=False),
    "sign-cluster-2": lambda name: _on_postgres(name, 0.6, standby=True),
    "sign-orm": lambda name: orm(name, 30, CHECKOUT),
    "confirm-2": lambda name: confirm(name, 2, 0.8),
    "page": lambda name: page(name, 0.9),
    "count": lambda name: count(name, 0.9),
    "sequencer-sqlite": lambda name: _in_checkout("mill", name),
    "sequencer-postgres": lambda name: _in_checkout("mill", name),
    "log-append": lambda name: _in_checkout("log", name),
    "verify": lambda name: _in_checkout("log", name),
    "letters": lambda name: _in_checkout("letters", name),
    "letters-dkim": lambda name: _in_checkout("letters", name),
    "million-journal": million.journal,
    "million-http": million.http,
    "open-export": lambda name: _in_checkout("open", name),
    "idle": idle,
    "surge": surge,
}


def measure(name: str) -> Line:
    """Run one measure and give its line.

    Raises:
        Absent: a program that it needs is not installed.
    """
    return MEASURES[name](name)

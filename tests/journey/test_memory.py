"""Frida's small machine: what rests holds little of it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bench.site import Site
from tests.journey.door import RealDoor
from undersigned.assemble.bench.machine import family, resident_megabytes
from undersigned.engines.press.fonts import Fonts

#: What no process of the tree loads before it is asked for.
ALWAYS = ("PIL", "segno", "typst", "psycopg", "granian", "django", "babel.messages", "rich")
TREE = 5  # serve, mill, door, its worker, post


def test_the_whole_tree_rests_in_250_mb_with_its_desk_asleep(tmp_path: Path) -> None:
    """Counted as `undersigned bench --only idle` does, and after one whole journey: nothing is still to come."""
    with Site(tmp_path / "d", desk=True) as site:
        site.until(lambda: site.sign("amal@example.org").status == 303, 30, "the form to be taken")
        site.confirm(site.token("amal@example.org"))
        site.until(lambda: site.count()["count"] == 1, 30, "the count")
        assert site.process is not None
        tree = site.process.pid
        charts = site.folder / "public/c/library"
        if Fonts().runs("No", "en", False, False) is not None:
            site.until(lambda: len(list(charts.glob("*/numbers/countries.png"))) == 2, 60, "the charts to be drawn")
        site.until(lambda: len(family(tree)) == TREE, 30, "the press to end")
        resident, _ = resident_megabytes(tree)
        assert resident < 250


@pytest.mark.parametrize(
    ("process", "foreign"),
    [
        (
            "door_worker",
            {"smtplib", "undersigned.vault.dkim", "undersigned.engines.sqlite.ledger", "icalendar", *ALWAYS},
        ),
        ("post", {"jinja2", "markdown_it", "nh3", "asyncio", "icalendar", *ALWAYS}),
        ("press_apart", {"apsw", "jinja2", "babel", "cryptography", *ALWAYS}),
        ("mill", {"smtplib", "undersigned.vault.dkim", "asyncio", "uvloop", "brotli", *ALWAYS}),
    ],
)
def test_a_process_loads_nothing_that_it_uses_seldom_or_never(process: str, foreign: set[str]) -> None:
    code = f"import sys, undersigned.assemble.{process}; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert foreign & set(done.stdout.split()) == set()


def test_the_parent_of_a_single_worker_holds_nothing_of_what_answers(tmp_path: Path) -> None:
    door = RealDoor(tmp_path / "d")
    try:
        assert door.sign().status == 303
        (worker,) = door.workers()
        both, _ = resident_megabytes(door.process.pid)
        own, _ = resident_megabytes(worker)
        assert both - own < 30
    finally:
        door.close()


def test_several_workers_share_what_they_hold(tmp_path: Path) -> None:
    door = RealDoor(tmp_path / "d", workers=2)
    try:
        door.until(lambda: len(door.workers()) == 2 and all(map(_serves, door.workers())), "two workers")
        resident, shared_once = resident_megabytes(door.process.pid)
        assert shared_once < 0.6 * resident
    finally:
        door.close()


def _serves(worker: int) -> bool:
    """Tell whether a worker has begun: its loop and its journal's thread."""
    return len(list(Path(f"/proc/{worker}/task").iterdir())) > 1

"""The recount that a journalist can read: one short file, nothing of ours, the same number."""

from __future__ import annotations

import ast
import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.audit.made_log import COLLECTED, FALSE_FIGURES, PLACES, STANDING, MadeLog
from undersigned.core import lines, merkle

SCRIPT = Path(__file__).parents[2] / "docs" / "recount.py"


def recount(where: object) -> subprocess.CompletedProcess[str]:
    """Run the script alone: without our package, nor any other, on its path."""
    return subprocess.run([sys.executable, "-I", "-S", SCRIPT, str(where)], capture_output=True, text=True, check=False)


def test_the_script_is_short_and_imports_nothing_but_pythons_own() -> None:
    source = SCRIPT.read_text("utf-8")
    assert len(source.splitlines()) <= 60
    names = [
        name.split(".")[0]
        for statement in ast.walk(ast.parse(source))
        if isinstance(statement, ast.Import | ast.ImportFrom)
        for name in ([alias.name for alias in statement.names] if isinstance(statement, ast.Import)
                     else [statement.module or ""])
    ]  # fmt: skip
    assert set(names) <= sys.stdlib_module_names


def test_the_script_gives_the_number_of_the_page(made: MadeLog, served: str) -> None:
    count = json.loads((made.page / "count.json").read_bytes())
    for where in (made.log, f"{served}/log/library/", f"{served}/log/library"):
        facts = json.loads(recount(where).stdout)
        assert (facts["standing"], facts["collected"]) == (count["count"], count["collected"])
        assert facts["countries"] == made.recount().countries
        assert {"size": facts["size"], "root": facts["root"]} == count["checkpoint"]


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 513])
def test_the_script_knows_every_shape_of_tree(tmp_path: Path, size: int) -> None:
    made = MadeLog(tmp_path)
    if size > 1:
        made.day("2026-01-01")
        made.sign(size - 2)
    made.publish_log()
    assert json.loads(recount(made.log).stdout)["standing"] == max(0, size - 2)


def test_the_script_finds_a_log_whose_thousandth_bundle_is_full(tmp_path: Path) -> None:
    made = MadeLog(tmp_path)
    made.day("2026-01-01")
    made.sign(256_300)
    made.publish_log()
    assert json.loads(recount(made.log).stdout)["standing"] == 256_300


@pytest.mark.parametrize("line", [b"w 3 withdrawn", b"x 1 fraud", b"r 4", b"q", b"g {}", b"t KE e 9999"])
def test_the_script_stops_at_a_line_that_breaks_the_rules(made: MadeLog, line: bytes) -> None:
    made.lines += [lines.withdrawal(3, "withdrawn")] if line[:1] == b"w" else []
    made.lines.append(line)
    made.publish_log()
    result = recount(made.log)
    assert result.returncode == 1
    assert "breaks the rules" in result.stderr or "than stand" in result.stderr


@pytest.mark.parametrize("kind", FALSE_FIGURES)
def test_the_script_stops_at_a_figure_that_is_false(made: MadeLog, kind: str) -> None:
    count = made.recount().at(300)
    for measure, value in ((STANDING, count.standing), (COLLECTED, count.collected)):
        made.state(measure, "exact", value, 300)
    made.state(PLACES, "at_least", made.recount().at(700).places, 700)
    made.publish_log()
    assert recount(made.log).returncode == 0
    FALSE_FIGURES[kind][1](made)
    made.publish_log()
    result = recount(made.log)
    assert result.returncode == 1
    assert "Line 717 states a false figure" in result.stderr or kind in ("about", "of what no log counts")


def test_the_script_finds_a_root_that_the_lines_do_not_give(made: MadeLog) -> None:
    made.put(made.log / "checkpoint", made.checkpoint(lying=merkle.EMPTY))
    assert "do not give the root" in recount(made.log).stderr

"""The benchmark says what it measured, sends what it says, and balances its books."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from undersigned.assemble.bench.crowd import Sent
from undersigned.assemble.bench.installation import Installation, forms, received
from undersigned.assemble.bench.line import Line, ratio
from undersigned.assemble.bench.load import Slice, posts
from undersigned.assemble.bench.measures import MEASURES
from undersigned.intake.parse import form_fields, json_fields

ROOT = Path(__file__).parents[2]
KEYS = {"name", "value", "unit", "floor", "ratio", "p50_ms", "p99_ms", "server_us", "peak_mb", "books"}

needs_wrk = pytest.mark.skipif(shutil.which("wrk") is None, reason="needs the load generator wrk")


def test_a_line_has_every_key_that_programs_read() -> None:
    line = Line(name="x", value=1, unit="things", floor=2, ratio=0.5, against="other things")
    assert set(json.loads(json.dumps(line.facts()))) >= KEYS


def test_books_that_do_not_balance_are_shouted() -> None:
    line = Line(name="x", value=1, unit="things", floor=2, ratio=0.5, against="other things", books=False)
    assert "DO NOT BALANCE" in line.words


def test_a_ratio_compares_neighbours_and_not_the_best_of_each() -> None:
    ours = [Slice(answers, 1, 0, 0, 0, 0) for answers in (50, 10, 30)]
    floors = [Slice(answers, 1, 0, 0, 0, 0) for answers in (100, 20, 60)]
    assert ratio(ours, floors) == 0.5


def test_every_measure_says_in_the_readme_what_it_is() -> None:
    words = (ROOT / "bench/README.md").read_text("utf-8")
    assert [name for name in MEASURES if f"`{name}`" not in words] == []


def test_a_form_and_its_json_say_the_same() -> None:
    for form, as_json in zip(forms("T" * 43), forms("T" * 43, as_json=True), strict=True):
        counted, other = form.replace("\0", "1" * 11), as_json.replace("\0", "1" * 11)
        assert form_fields(counted.encode()) == json_fields(other.encode())


def test_percentiles_count_from_the_slow_end() -> None:
    sent = Sent()
    sent.milliseconds = [float(n) for n in range(1, 101)]
    assert (sent.percentile(50), sent.percentile(99), sent.percentile(100)) == (51.0, 100.0, 100.0)


@needs_wrk
def test_what_was_acknowledged_is_in_the_ledger(tmp_path: Path) -> None:
    installation = Installation(tmp_path)
    path = "/c/library/en/sign"
    load = posts(
        tmp_path / "s.lua", installation.host, path, "application/x-www-form-urlencoded", forms(installation.text())
    )
    with installation.running("door"):
        sent = load.run(installation.port, 1, 8)
    assert sent.answers > 0
    assert sent.refused + sent.broken == 0
    assert received(installation.drain(sent.answers)) >= sent.answers

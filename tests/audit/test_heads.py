"""A log that was verified once can never go back on it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.audit.made_log import MadeLog, a_month
from tests.audit.verdict import faults, verdict
from undersigned.audit.demands import Demands, read_demands
from undersigned.audit.fetch import Unreadable
from undersigned.audit.heads import Heads
from undersigned.core import lines


@pytest.fixture
def remembered(made: MadeLog, tmp_path: Path) -> Demands:
    """Give a memory in which the log as it stands was verified once."""
    demands = read_demands(heads=tmp_path / "heads.json")
    assert verdict(made, demands).holds
    return demands


def test_a_log_that_only_grows_holds_time_after_time(made: MadeLog, remembered: Demands) -> None:
    for size in (1, 255, 300):
        made.sign(size)
        made.publish()
        report = verdict(made, remembered)
        assert report.holds
        assert any(check.name == "consistency" and check.state == "ok" for check in report.checks)
    assert remembered.heads is not None
    assert json.loads(remembered.heads.read_bytes())[made.origin]["size"] == len(made.lines)


def test_a_rewritten_log_fails_though_it_is_signed(made: MadeLog, remembered: Demands) -> None:
    made.lines[9] = lines.signature(bytes(32))
    made.sign(4)
    made.publish()
    assert "the log was rewritten" in faults(made, remembered)


def test_a_log_cut_short_fails(made: MadeLog, remembered: Demands) -> None:
    del made.lines[500:]
    made.publish()
    assert "it was cut short" in faults(made, remembered)


def test_another_key_fails(made: MadeLog, remembered: Demands) -> None:
    other = MadeLog(made.public, lines=made.lines, seed=b"another", now=made.now, milestones=made.milestones)
    other.publish()
    assert "signed by another key than last time" in faults(other, remembered)


def test_what_failed_is_not_remembered(made: MadeLog, remembered: Demands) -> None:
    assert remembered.heads is not None
    before = remembered.heads.read_bytes()
    made.sign(20)
    made.publish_log()
    (made.page / "count.json").write_bytes(b"{}")
    assert faults(made, remembered)
    assert remembered.heads.read_bytes() == before


def test_one_file_remembers_several_logs(made: MadeLog, remembered: Demands, tmp_path: Path) -> None:
    other = a_month(tmp_path / "other", 120, "bridge")
    assert verdict(other, remembered).holds
    assert verdict(made, remembered).holds


def test_a_memory_that_is_none_is_refused_not_replaced(tmp_path: Path) -> None:
    file = tmp_path / "heads.json"
    file.write_text("my shopping list")
    with pytest.raises(Unreadable, match="holds no remembered heads"):
        Heads(file)
    assert file.read_text() == "my shopping list"


def test_a_memory_that_cannot_be_written_fails_in_words(made: MadeLog, tmp_path: Path) -> None:
    assert "cannot be written" in faults(made, read_demands(heads=tmp_path / "absent" / "heads.json"))

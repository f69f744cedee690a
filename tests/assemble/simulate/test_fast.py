"""The fast mode: a seed gives a log, its books balance, and what it sealed can be opened."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest
from click.testing import CliRunner
from msgspec.structs import replace

from undersigned.assemble.simulate.books import Found, Sent, balance
from undersigned.assemble.simulate.folder import CAMPAIGN, Refused, make
from undersigned.assemble.simulate.outcome import Outcome, recount
from undersigned.assemble.simulate.report import page
from undersigned.assemble.simulate.run import straight
from undersigned.cli.main import group

SEED, FORMS, DAYS = 7, 400, 2


@dataclass
class Run:
    folder: Path
    outcome: Outcome


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("simulated") / "month"
    return Run(folder, straight(folder, FORMS, DAYS, SEED, 8000, lambda forms, now: None))


def test_every_book_balances_and_everybody_is_accounted_for(run: Run) -> None:
    assert run.outcome.finished
    assert [book.name for book in run.outcome.books if not book.balances] == []
    assert run.outcome.sent.acknowledged == FORMS
    assert 0 < run.outcome.standing < FORMS
    assert run.outcome.funnel["waiting"] == 0


def test_the_same_seed_gives_the_same_log_and_another_seed_another(run: Run, tmp_path: Path) -> None:
    again = straight(tmp_path / "again", FORMS, DAYS, SEED, 8000, lambda forms, now: None)
    other = straight(tmp_path / "other", 30, 1, SEED + 1, 8000, lambda forms, now: None)
    assert (again.size, again.root) == (run.outcome.size, run.outcome.root)
    assert other.root != again.root


def test_the_log_says_that_it_is_simulated_and_so_does_verification(run: Run) -> None:
    entries = next((run.folder / "public" / "log" / CAMPAIGN / "tile" / "entries").rglob("*.p"), None) or next(
        file for file in (run.folder / "public" / "log" / CAMPAIGN / "tile" / "entries").rglob("*") if file.is_file()
    )
    assert entries.exists()
    assert "simulated" in [check.name for check in recount(run.folder).checks]


def test_the_days_of_the_log_are_those_of_the_plan(run: Run) -> None:
    days = (run.folder / "public" / "c" / CAMPAIGN / "days.csv").read_text().splitlines()[1:]
    assert days[0].startswith("2026-03-02,")
    assert sum(int(day.split(",")[1]) for day in days) == run.outcome.sent.confirmed


def test_every_page_says_that_it_is_simulated(run: Run) -> None:
    html = (run.folder / "public" / "c" / CAMPAIGN / "en" / "index.html").read_text("utf-8")
    assert "The signatures shown here are simulated." in html


def test_what_was_sealed_opens_with_the_key_of_the_simulation(run: Run) -> None:
    key = str(run.folder / "simulated-campaign.key")
    done = CliRunner().invoke(group, ["open", "--dir", str(run.folder), "--key", key, "--format", "jsonl"])
    assert done.exit_code == 0, done.output
    opened = [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]
    assert len(opened) == run.outcome.standing
    assert len({one["canonical"] for one in opened}) == run.outcome.standing


def test_one_signature_dropped_on_purpose_is_reported(run: Run) -> None:
    sent, funnel = run.outcome.sent, dict(run.outcome.funnel)
    lost = Found(funnel | {"started": funnel["started"] - 1}, run.outcome.standing, run.outcome.standing, True)
    assert _unbalanced(sent, lost) == {"ledger"}
    uncounted = Found(funnel, run.outcome.standing, run.outcome.standing - 1, True)
    assert _unbalanced(sent, uncounted) == {"log"}
    twice = Found(funnel | {"confirmed": funnel["confirmed"] + 1}, run.outcome.standing + 1, run.outcome.standing, True)
    assert _unbalanced(sent, twice) == {"confirmed", "published"}
    assert "verify" in _unbalanced(sent, Found(funnel, run.outcome.standing, run.outcome.standing, False))


def test_an_answer_that_was_lost_excuses_one_signature_and_no_more(run: Run) -> None:
    sent, funnel = replace(run.outcome.sent, unanswered=1), dict(run.outcome.funnel)
    one = Found(funnel | {"started": funnel["started"] + 1}, run.outcome.standing, run.outcome.standing, True)
    two = Found(funnel | {"started": funnel["started"] + 2}, run.outcome.standing, run.outcome.standing, True)
    assert _unbalanced(sent, one) == set()
    assert _unbalanced(sent, two) == {"ledger"}


def _unbalanced(sent: Sent, found: Found) -> set[str]:
    return {book.name for book in balance(sent, found) if not book.balances}


def test_a_real_installation_is_never_touched(tmp_path: Path) -> None:
    real = tmp_path / "real"
    assert CliRunner().invoke(group, ["init", str(real)]).exit_code == 0
    before = sorted(file.name for file in real.rglob("*"))
    with pytest.raises(Refused, match="real installation"):
        straight(real, 10, 1, SEED, 8000, lambda forms, now: None)
    assert sorted(file.name for file in real.rglob("*")) == before


def test_a_folder_with_anything_in_it_is_refused(tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("mine")
    with pytest.raises(Refused, match="not empty"):
        make(tmp_path, 1, 8000, SEED)


def test_ended_early_it_concludes_with_what_there_is(tmp_path: Path) -> None:
    def stop(forms: int, now: float) -> None:
        raise KeyboardInterrupt

    outcome = straight(tmp_path / "short", FORMS, DAYS, SEED, 8000, stop)
    assert not outcome.finished
    assert 0 < outcome.sent.acknowledged < FORMS
    assert outcome.balances


def test_the_command_writes_a_report_and_ends_with_0_only_if_the_books_balance(tmp_path: Path) -> None:
    words = ["simulate", "--fast", "--signatures", "60", "--days", "1", "--dir", str(tmp_path / "m")]
    done = CliRunner().invoke(group, words)
    assert done.exit_code == 0, done.output
    facts = json.loads((tmp_path / "m" / "report.json").read_text())
    assert facts["simulated"] is True
    assert facts["sent"]["forms"] + facts["sent"]["repeats"] + facts["sent"]["seconds"] == 60
    assert CliRunner().invoke(group, words).exit_code == 1


def test_the_report_is_one_page_that_loads_nothing_and_says_what_does_not_balance(run: Run) -> None:
    html = page(run.outcome)
    assert "<script" not in html
    assert "src=" not in html
    assert "http:" not in html.replace("http://www.w3.org", "")
    assert "books balance" in html
    broken = replace(run.outcome, books=(replace(run.outcome.books[0], balances=False), *run.outcome.books[1:]))
    assert f"1 of {len(run.outcome.books)} books do not balance" in page(broken)

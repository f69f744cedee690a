"""The example's statement: there from the milestone on, not before, in nine languages, with the figures of the log."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import pytest

from undersigned.assemble.demo import Occupied
from undersigned.assemble.million import prepare_million
from undersigned.assemble.places import Places
from undersigned.assemble.simulate.folder import CAMPAIGN
from undersigned.assemble.simulate.outcome import recount
from undersigned.assemble.simulate.run import straight
from undersigned.core.statement import Record
from undersigned.engines.files.statements import folder_of
from undersigned.pages.quantities import number, quantity
from undersigned.pages.words import words

GOAL, FORMS = 120, 400
LANGUAGES = ("en", "fr", "es", "ar", "he", "ru", "zh", "sw", "hi")


@dataclass
class Run:
    folder: Path
    standing: int

    @property
    def record(self) -> Record:
        found = folder_of(Places(self.folder).statements / CAMPAIGN / "a-million")
        assert isinstance(found, Record), found
        return found

    def page(self, language: str) -> str:
        return (self.folder / "public/s" / CAMPAIGN / "a-million" / language / "index.html").read_text("utf-8")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    folder = tmp_path_factory.mktemp("simulated") / "million"
    outcome = straight(folder, FORMS, 2, 7, 8000, lambda forms, now: None, milestone=GOAL)
    assert outcome.balances
    return Run(folder, outcome.standing)


def test_the_statement_says_what_the_log_said_at_the_checkpoint_of_the_milestone(run: Run) -> None:
    stated = run.record.versions[0].statement
    frozen = stated.figure("standing").checkpoint
    assert frozen is not None
    snapshot = json.loads((run.folder / f"public/c/{CAMPAIGN}/at/{frozen.size}.json").read_bytes())
    assert stated.figure("standing").value == snapshot["count"]
    assert GOAL <= snapshot["count"] <= run.standing
    assert snapshot["checkpoint"] == {"root": frozen.root, "size": frozen.size}
    signatures = stated.figure("signatures")
    assert signatures.qualifier == ("more_than" if snapshot["count"] > GOAL else "exact")
    assert signatures.value == GOAL
    facts = json.loads((run.folder / f"public/c/{CAMPAIGN}.json").read_bytes())
    reached = {one["number"]: one for one in facts["milestones"]["reached"]}
    assert reached[100]["tree_size"] <= frozen.size
    assert recount(run.folder).holds


def test_data_of_the_statement_counts_what_the_checkpoint_does_and_joins_no_two_sentences(run: Run) -> None:
    data = json.loads((run.folder / "public/s" / CAMPAIGN / "a-million/en/statement.jsonld").read_bytes())
    (petition,) = [one for one in data["@graph"] if one["@type"] == "CreativeWork"]
    standing = run.record.versions[0].statement.figure("standing").value
    assert petition["interactionStatistic"]["userInteractionCount"] == standing
    (killed,) = [one["about"] for one in data["@graph"] if one["@id"].endswith("#claim-killed-gaza")]
    assert killed["description"].startswith("according to Amnesty International; Quoted as")


def test_the_statement_stands_in_nine_languages_with_its_figures_quote_picture_and_demands(run: Run) -> None:
    stated = run.record.versions[0].statement
    assert stated.languages == LANGUAGES
    for language in LANGUAGES:
        page = run.page(language)
        edition = stated.edition(language)
        for figure in stated.figures:
            assert quantity(edition.figure(figure), language) in page
        assert number(stated.figure("standing").value or 0, language) in page
        assert edition.word("quotes", "haddad") in page
        assert edition.word("captions", "lights") in page
        assert all(edition.word("demands", one) in page for one in stated.demands)
        assert edition.word("attributions", "injured") in page
    assert (run.folder / "public/s" / CAMPAIGN / "a-million/1-lights.jpg").stat().st_size > 10_000


def test_every_page_of_it_says_that_the_signatures_are_simulated(run: Run) -> None:
    for language in LANGUAGES:
        sentence = words(language).gettext("The signatures shown here are simulated.")
        assert f'<p class="banner">{sentence}</p>' in run.page(language)


def test_once_the_petition_is_closed_nobody_is_asked_to_sign_any_more(run: Run) -> None:
    assert ">Read the petition</a>" in run.page("en")
    assert "Read the petition and sign" not in run.page("en")


def test_quoted_figures_are_attributed_and_state_no_more_than_their_source(run: Run) -> None:
    quoted = [one for one in run.record.versions[0].statement.figures if one.checkpoint is None]
    assert len(quoted) == 8
    for figure in quoted:
        assert figure.attribution_required
        assert figure.source.organisation == "Amnesty International"
        assert figure.status == "reported"


def test_nothing_of_the_statement_is_there_below_the_milestone(tmp_path: Path) -> None:
    straight(tmp_path / "few", 60, 1, 7, 8000, lambda forms, now: None, milestone=GOAL)
    assert not list(Places(tmp_path / "few").statements.rglob("*"))
    published = [str(file) for file in (tmp_path / "few/public").rglob("*")]
    assert not [file for file in published if "a-million" in file]


def test_a_demonstration_of_a_million_is_there_whole_or_not_at_all(tmp_path: Path) -> None:
    place = tmp_path / "undersigned-million"

    def interrupted(forms: int, now: float) -> None:
        raise KeyboardInterrupt

    with pytest.raises(Occupied, match="did not come to its end"):
        prepare_million(place, 8000, interrupted, 60, 1, GOAL)
    assert list(tmp_path.iterdir()) == []
    settings = prepare_million(place, 8000, lambda forms, now: None, 200, 1, GOAL)
    assert settings.simulated
    assert recount(place).holds
    assert prepare_million(place, 8000, interrupted).path == settings.path
    with pytest.raises(Occupied, match="port 8000"):
        prepare_million(place, 8001, interrupted)
    assert list(tmp_path.iterdir()) == [place]

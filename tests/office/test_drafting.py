"""A milestone drafts its statement by itself, once, whether the desk was awake or not; nothing is released by it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.office.test_people import _editor
from tests.office.test_statements import Place, place

__all__ = ["place"]
_NOW = datetime.now(UTC).replace(microsecond=0)


class Count:
    """The published count of Ben's petition, and the counts that keep their address."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "public" / "c"
        self.reached: list[dict[str, Any]] = []

    def stands(self, count: int, *milestones: int, at: datetime | None = None) -> None:
        """Publish a count, and that it has reached these milestones; the log has ten lines more than signatures."""
        for number in milestones:
            size = number + 10
            at = at or datetime.now(UTC).replace(microsecond=0) + timedelta(seconds=1)
            self.reached.append({"number": number, "at": f"{at:%Y-%m-%dT%H:%M:%SZ}", "tree_size": size})
            self._write(f"river/at/{size}.json", {**self._facts(number + 2, size), "as_of": f"{at:%Y-%m-%dT%H:%M:%SZ}"})
        self._write("river.json", {**self._facts(count, count + 10), "milestones": {"reached": self.reached}})

    def _facts(self, count: int, size: int) -> dict[str, Any]:
        as_of = f"{_NOW:%Y-%m-%dT%H:%M:%SZ}"
        return {"count": count, "as_of": as_of, "checkpoint": {"size": size, "root": f"root-{size}"}}

    def _write(self, name: str, facts: dict[str, Any]) -> None:
        (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (self.folder / name).write_text(json.dumps(facts), "utf-8")

    def forget(self) -> None:
        """Take the files away."""
        for file in (self.folder / "river.json", *(self.folder / "river" / "at").glob("*.json")):
            file.unlink(missing_ok=True)


@pytest.fixture
def count(place: Place) -> Iterator[Count]:
    """Give the published count of the campaign."""
    made = Count(place.folder)
    yield made
    made.forget()


def _step() -> list[Any]:
    """Let the desk look, as it does at each start."""
    from undersigned.office.statements.drafting import Watch

    return Watch().step()


def test_a_milestone_drafts_without_a_press_in_every_language_and_releases_nothing(place: Place, count: Count) -> None:
    count.stands(99)
    assert _step() == []
    count.stands(103, 100)
    (made,) = _step()
    assert (made.milestone, made.languages, made.campaign) == (100, ["en", "ar"], place.campaign)
    assert {text.language for text in made.texts.all() if text.revisions.exists()} == {"en", "ar"}
    assert not made.versions.exists()
    assert not made.sign_offs.exists()
    assert not (place.folder / "statements" / "river").exists()


def test_each_has_its_turn_once_however_often_the_desk_starts(place: Place, count: Count) -> None:
    from undersigned.office.statements.models import Drafted

    count.stands(103, 100)
    assert len(_step()) == 1
    assert _step() == []
    count.stands(104)
    assert _step() == []
    assert Drafted.objects.count() == place.campaign.statements.count() == 1


def test_a_desk_that_slept_drafts_each_with_the_figure_of_its_own_checkpoint(place: Place, count: Count) -> None:
    count.stands(103, 100)
    count.stands(1234, 1000)
    made = _step()
    assert [one.milestone for one in made] == [100, 1000]
    figures = {one.facts["value"]: one.facts for one in place.campaign.figures.all()}
    assert {value: facts["size"] for value, facts in figures.items()} == {100: 110, 1000: 1010}
    assert figures[100]["root"] == "root-110"
    assert figures[100]["qualifier"] == "more_than"
    assert figures[100]["as_of"] != f"{_NOW:%Y-%m-%dT%H:%M:%SZ}"


def test_a_draft_that_was_taken_away_does_not_come_back_but_the_button_makes_another(
    place: Place, count: Count, client: Any
) -> None:
    client.force_login(place.ben)
    count.stands(103, 100)
    (made,) = _step()
    assert client.post(f"/desk/campaigns/river/statements/{made.slug}/away/").status_code == 302
    assert place.campaign.statements.count() == 0
    assert _step() == []
    for slug in ("100-signatures", "100-signatures-2"):
        answer = client.post("/desk/campaigns/river/milestone/", {"number": 100})
        assert answer.headers["Location"] == f"/desk/campaigns/river/statements/{slug}/"
    assert place.campaign.figures.count() == 1
    assert _step() == []


def test_what_was_released_is_not_taken_away(place: Place, client: Any) -> None:
    client.force_login(place.ben)
    made = place.written()
    place.release(made)
    client.post("/desk/campaigns/river/statements/fish/away/")
    assert place.campaign.statements.get().versions.count() == 1


def test_whoever_wants_no_drafts_gets_none_and_no_old_ones_later(place: Place, count: Count, client: Any) -> None:
    client.force_login(place.ben)
    assert client.post("/desk/campaigns/river/drafting/", {"place-en": "Kisumu"}).status_code == 302
    count.stands(103, 100)
    assert _step() == []
    client.post("/desk/campaigns/river/drafting/", {"wanted": "on", "place-en": "Kisumu"})
    assert _step() == []
    count.stands(1003, 1000)
    assert [one.milestone for one in _step()] == [1000]


def test_a_milestone_of_before_the_campaign_came_to_the_desk_drafts_nothing(place: Place, count: Count) -> None:
    count.stands(103, 100, at=_NOW - timedelta(days=30))
    assert _step() == []
    assert place.campaign.statements.count() == 0


def test_a_count_that_has_fallen_again_drafts_when_it_stands_again(place: Place, count: Count) -> None:
    count.stands(99, 100)
    assert _step() == []
    count.stands(101)
    assert len(_step()) == 1


def test_two_desks_that_start_together_draft_once(place: Place, count: Count) -> None:
    from undersigned.office.statements.drafting import Watch

    count.stands(103, 100)
    one, other = Watch(), Watch()
    assert (len(one.step()), len(other.step())) == (1, 0)


def test_place_and_press_contact_are_said_once_and_without_them_nothing_is_released(
    place: Place, count: Count, client: Any
) -> None:
    from undersigned.office.statements.assembling import files_of
    from undersigned.office.statements.checklist import whole

    client.force_login(place.ben)
    count.stands(103, 100)
    (first,) = _step()
    lacks = [one.words for one in whole(first).lacks]
    assert "Say from which place the statement speaks." in lacks
    assert "Say whom the press can ask." in lacks
    assert not any("dateline" in one or "contact" in one for one in lacks), lacks
    said = {"wanted": "on", "place-en": "Kisumu", "place-ar": "كيسومو", "contact": "Amal, press@river.example"}
    client.post("/desk/campaigns/river/drafting/", said)
    count.stands(1003, 1000)
    (second,) = _step()
    now = whole(second)
    assert not [one.words for one in now.lacks if one.words.startswith("Say ")]
    files = files_of(second, now.texts, now.number)
    assert 'dateline = "Kisumu"' in files["en.md"]
    assert 'dateline = "كيسومو"' in files["ar.md"]
    for words in files.values():
        assert "data@river.example" not in words
    assert 'contact = "Amal, press@river.example"' in files["ar.md"]
    form = client.get(f"/desk/campaigns/river/statements/{first.slug}/write/").content.decode()
    assert 'value="Kisumu"' in form
    assert 'value="Amal, press@river.example"' in form


def test_a_place_that_one_language_lacks_is_to_be_translated(place: Place, count: Count, client: Any) -> None:
    from undersigned.office.statements.checklist import whole

    client.force_login(place.ben)
    client.post("/desk/campaigns/river/drafting/", {"wanted": "on", "place-en": "Kisumu"})
    count.stands(103, 100)
    (made,) = _step()
    assert any("1 part is to be translated" in one.words for one in whole(made).waiting)
    page = client.get(f"/desk/campaigns/river/statements/{made.slug}/texts/ar/").content.decode()
    assert re.search(r'name="words.dateline"[^>]*>Kisumu</textarea>', page)  # begins as it is in the first language


def test_the_home_tells_whoever_may_work_on_it_until_somebody_writes(place: Place, count: Count, client: Any) -> None:
    from undersigned.office.people.models import Membership, Staff
    from undersigned.office.people.roles import Role

    count.stands(103, 100)
    (made,) = _step()
    viewer = Staff.objects.create_user("viewer@petitions.example", "Viewer")
    Membership.objects.create(staff=viewer, section=place.campaign.section, role=Role.VIEWER)
    eve, _ = _editor("norway")
    seen = {}
    for staff in (place.ben, place.frida, viewer, eve):
        client.force_login(staff)
        seen[str(staff.email)] = "Drafted by a milestone" in client.get("/desk/").content.decode()
    assert list(seen.values()) == [True, True, False, False], seen
    place.write(made, "{words:signatures-110-100} people.")
    client.force_login(place.ben)
    assert "Drafted by a milestone" not in client.get("/desk/").content.decode()


def test_nobody_signs_in_as_the_desk_itself(place: Place, count: Count) -> None:
    from undersigned.office.people.models import Staff
    from undersigned.office.trail.chain import check
    from undersigned.office.trail.models import Entry

    count.stands(103, 100)
    _step()
    nobody = Staff.objects.get(name="Undersigned")
    assert (nobody.is_active, nobody.has_usable_password(), nobody.memberships.count()) == (False, False, 0)
    assert Entry.objects.filter(act="statement.begun", staff_id=nobody.pk).count() == 1
    check()


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("fr", 1_000_000, "Plus d’un million de signatures"), ("es", 1_000_000, "Más de un millón de firmas"),
        ("fr", 100, "Plus de 100 signatures"), ("es", 100, "Más de 100 firmas"),
        ("en", 1_000_000, "More than a million people have signed"), ("ar", 1_000_000, "أكثر من مليون توقيع"),
        ("he", 1_000_000, "יותר ממיליון חתימות"), ("ru", 1_000_000, "Более миллиона подписей"),
        ("sw", 1_000_000, "Sahihi zaidi ya milioni moja"), ("zh", 1_000_000, "超过一百万个签名"),
        ("hi", 1_000_000, "दस लाख से अधिक हस्ताक्षर"),
    ],
)  # fmt: skip
def test_the_headline_reads_rightly_in_every_language(
    place: Place, count: Count, language: str, number: int, words: str
) -> None:
    from undersigned.core.statement_reading import read_version
    from undersigned.office.campaigns import actions as campaigns
    from undersigned.office.statements.assembling import files_of
    from undersigned.office.statements.checklist import whole
    from undersigned.office.statements.drafting import set_drafting
    from undersigned.pages.statement_words import plain

    languages = ["en", *([language] if language != "en" else [])]
    place.campaign.refresh_from_db()
    campaigns.set_facts(
        staff=place.ben, campaign=place.campaign, version=place.campaign.version, facts={"languages": languages}
    )
    set_drafting(
        staff=place.ben,
        campaign=place.campaign,
        drafts=True,
        places=dict.fromkeys(languages, "X"),
        contact="Amal, press@petitions.example",
    )
    count.stands(number + 3, number)
    (made,) = _step()
    files = files_of(made, whole(made).texts, 1)
    read = read_version({name: content.encode() for name, content in files.items()})
    assert not isinstance(read, tuple), read
    headline = plain(read.edition(language).headline, read, read.edition(language))
    assert re.sub("[\N{NO-BREAK SPACE}\N{NARROW NO-BREAK SPACE}]", " ", headline).startswith(words), headline

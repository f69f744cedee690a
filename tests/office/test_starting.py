"""A campaign begins empty, from a template whose gaps nobody overlooks, or as a copy that takes no secret along."""

from __future__ import annotations

from typing import Any

import pytest

from tests.office.test_campaigns import _begun, _complete
from tests.office.test_people import _editor

pytestmark = pytest.mark.usefixtures("desk")


def _form(section: Any, start: str, **more: str) -> dict[str, Any]:
    return {
        "section": section.pk, "title": "Keep the brook open", "language": "en", "name": "brook",
        "organiser": "Friends of the Brook", "contact": "data@brook.example", "start": start, **more,
    }  # fmt: skip


def _campaign(name: str = "brook") -> Any:
    from undersigned.office.campaigns.models import Campaign

    return Campaign.objects.get(name=name)


@pytest.mark.parametrize("template", ["one", "several", "local", "person"])
@pytest.mark.parametrize("language", ["en", "ar", "fr"])
def test_a_template_has_a_text_and_demands_and_its_gaps_are_named_until_they_are_filled(
    client: Any, template: str, language: str
) -> None:
    from undersigned.office.campaigns import checklist

    ben, home = _editor("kenya")
    client.force_login(ben)
    answer = client.post("/desk/campaigns/begin/", _form(home, f"template:{template}", language=language))
    assert answer.headers["Location"] == "/desk/campaigns/brook/write/"
    campaign = _campaign()
    assert campaign.demands
    assert all(one["addressees"] for one in campaign.demands)
    segments = campaign.texts.get(language=language).revisions.first().segments
    assert {"title", "summary", "consent.processing", "body.1"} <= {one["key"] for one in segments}
    lacks = checklist.missing(campaign, checklist.texts(campaign))
    assert [one for one in lacks if "[[" in one.words]


def test_a_gap_in_a_text_keeps_it_from_being_released(client: Any) -> None:
    from undersigned.office.campaigns import checklist

    ben, campaign = _begun()
    _complete(ben, campaign)
    assert checklist.missing(campaign, checklist.texts(campaign)) == []
    text = campaign.texts.get(language="ar")
    before = text.revisions.first()
    segments = [{**one, "words": "نص [[اليوم]]"} if one["key"] == "summary" else one for one in before.segments]
    text.revisions.create(segments=segments, hash="x" * 43, author=ben, state="approved")
    (lack,) = checklist.missing(campaign, checklist.texts(campaign))
    assert "[[اليوم]]" in lack.words
    assert "/texts/ar/" in lack.address


def test_a_copy_has_facts_demands_and_every_translation_and_nothing_that_is_the_other_ones_own(client: Any) -> None:
    from undersigned.office.campaigns import checklist

    ben, river = _begun()
    _complete(ben, river)
    client.force_login(ben)
    answer = client.post("/desk/campaigns/begin/", _form(river.section, "copy:river"))
    assert answer.status_code == 302
    brook = _campaign()
    assert (brook.languages, brook.demands, brook.milestones) == (river.languages, river.demands, river.milestones)
    assert (brook.recipients, brook.drill, brook.opens, brook.closes, brook.releases.count()) == ("", "", None, None, 0)
    arabic = brook.texts.get(language="ar").revisions.get()
    assert arabic.state == "draft"
    assert next(one["words"] for one in arabic.segments if one["key"] == "summary") == "نص summary"
    states = {one.language: one.stale for one in checklist.texts(brook)}
    assert states == {"en": (), "ar": ("title",)}


def test_nobody_copies_what_belongs_to_another_section(client: Any) -> None:
    _begun("fjord", "norway")
    ben, home = _editor("kenya")
    client.force_login(ben)
    assert b"fjord" not in client.get("/desk/campaigns/begin/").content
    answer = client.post("/desk/campaigns/begin/", _form(home, "copy:fjord"))
    assert answer.status_code == 200
    assert b"fjord" not in answer.content
    assert home.campaigns.count() == 0


def test_an_empty_start_stays_possible(client: Any) -> None:
    ben, home = _editor("kenya")
    client.force_login(ben)
    assert client.post("/desk/campaigns/begin/", _form(home, "")).status_code == 302
    assert _campaign().demands == []


@pytest.mark.parametrize(("language", "year"), [("en", "one year"), ("ar", "سنة")])
def test_an_empty_start_has_the_usual_consents_and_the_languages_that_were_chosen(
    client: Any, language: str, year: str
) -> None:
    from undersigned.office.campaigns.views import words_of

    ben, home = _editor("kenya")
    client.force_login(ben)
    client.post("/desk/campaigns/begin/", {**_form(home, "", language=language), "also": ["fr", "sw"]})
    campaign = _campaign()
    words = words_of(campaign.texts.get(language=language).revisions.first())
    assert campaign.languages == [language, "fr", "sw"]
    assert year in words["consent.processing"]
    assert "[[" not in words["consent.processing"] + words["consent.updates"]


def test_where_the_desk_does_not_speak_the_language_the_consents_are_asked_for(client: Any) -> None:
    from undersigned.office.campaigns import checklist

    ben, home = _editor("kenya")
    client.force_login(ben)
    client.post("/desk/campaigns/begin/", _form(home, "", language="sw"))
    campaign = _campaign()
    lacks = [one.address.partition("#")[2] for one in checklist.missing(campaign, checklist.texts(campaign))]
    assert {"id_processing", "id_updates"} <= set(lacks)

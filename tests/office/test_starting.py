"""A campaign begins empty, from a template whose gaps nobody overlooks, or as a copy that takes no secret along."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.office.test_campaigns import _begun, _complete
from tests.office.test_people import _editor
from undersigned.core.countries import LANGUAGES

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
    assert (brook.recipients, brook.drill, brook.releases.count()) == ("", "", 0)
    assert {brook.opens, brook.closes}.isdisjoint({river.opens, river.closes})
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


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_empty_start_has_the_usual_consents_and_the_languages_that_were_chosen(client: Any, language: str) -> None:
    from undersigned.office.campaigns import checklist

    ben, home = _editor("kenya")
    client.force_login(ben)
    others = [one for one in LANGUAGES if one != language][:2]
    client.post("/desk/campaigns/begin/", {**_form(home, "", language=language), "also": others})
    campaign = _campaign()
    assert campaign.languages == [language, *others]
    lacks = [one.address.partition("#")[2] for one in checklist.missing(campaign, checklist.texts(campaign))]
    assert {"id_processing", "id_updates"}.isdisjoint(lacks)


def _fields(page: str) -> dict[str, str]:
    """Give what stands in a translator's fields, by the key of the part."""
    return dict(re.findall(r'<textarea[^>]* name="words\.([^"]+)"[^>]*>([^<]*)</textarea>', page))


def test_a_translation_begins_with_the_names_and_the_usual_consents_and_keeps_nothing_that_nobody_has_saved(
    client: Any,
) -> None:
    from undersigned.office.campaigns.suggesting import consents

    ben, home = _editor("kenya")
    client.force_login(ben)
    client.post("/desk/campaigns/begin/", {**_form(home, ""), "also": ["fr"]})
    campaign = _campaign()
    written = {
        "title": "Keep the brook open", "organiser": "Friends of the Brook", "summary": "We ask for it.",
        "processing": consents("en")["consent.processing"], "updates": "Write to me about the brook.",
        "body": "The bank was fenced.\n\nhttps://brook.example/map", "demand_1": "Open it.", "asked_1": "Governor",
        "version": campaign.version,
    }  # fmt: skip
    client.post("/desk/campaigns/brook/write/", written)
    fields = _fields(client.get("/desk/campaigns/brook/texts/fr/").content.decode())
    assert fields == {
        "title": "", "summary": "", "organiser": "Friends of the Brook", "demand.open-it": "",
        "addressee.governor": "Governor", "consent.processing": consents("fr")["consent.processing"],
        "consent.updates": "",  # the source says something else than usual
        "body.1": "", "body.2": "https://brook.example/map",
    }  # fmt: skip
    assert campaign.texts.get(language="fr").revisions.count() == 0
    sent = {f"words.{key}": words for key, words in {**fields, "organiser": ""}.items()}
    client.post("/desk/campaigns/brook/texts/fr/", {**sent, "before": "0"})
    page = client.get("/desk/campaigns/brook/texts/fr/").content.decode()
    assert _fields(page)["organiser"] == ""  # taken away stays away
    assert campaign.texts.get(language="fr").revisions.get().state == "draft"


def test_a_paragraph_is_called_by_its_place_and_not_by_the_number_that_it_is_known_by(client: Any) -> None:
    ben, campaign = _begun()
    _complete(ben, campaign)
    from tests.office.test_campaigns import _TEXT, _write

    _write(ben, campaign, "\n\n".join(reversed(_TEXT.split("\n\n"))))
    client.force_login(ben)
    page = client.get("/desk/campaigns/river/texts/ar/").content.decode()
    headings = re.findall(r"<h2[^>]*>(Paragraph \d)[^<]*<.*?<p>([^<]*)", page, re.DOTALL)
    assert [(place, words[:6]) for place, words in headings] == [
        ("Paragraph 1", "We ask"), ("Paragraph 2", "Childr"), ("Paragraph 3", "The ba"),
    ]  # fmt: skip

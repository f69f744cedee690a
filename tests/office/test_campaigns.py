"""A campaign is written, translated, reviewed and released at the desk, and the mill's own reader takes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.office.test_people import _editor
from tests.office.test_pictures import photographed
from undersigned.core.campaign import Card
from undersigned.core.reading import read
from undersigned.office.campaigns.segments import Segment, bodies, body, paragraphs, stale, word_digest
from undersigned.stages.deliver.drill import drill
from undersigned.vault.keys import make_campaign_key

_TEXT = "The bank was **fenced** in March.\n\nChildren used to swim here.\n\nWe ask the county to open it."
_letters = st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"])
_words = st.text(_letters, min_size=1, max_size=60).filter(str.strip)


def _begun(name: str = "river", section: str = "kenya") -> tuple[Any, Any]:
    from undersigned.office.campaigns import actions

    ben, home = _editor(section)
    campaign = actions.begin(
        staff=ben, section=home, name=name, title="Keep the river open", organiser="Friends of the River",
        contact="data@river.example", language="en",
    )  # fmt: skip
    return ben, campaign


def _write(ben: Any, campaign: Any, text: str = _TEXT) -> Any:
    from undersigned.office.campaigns import actions

    words = {
        "title": "Keep the river open", "summary": "We ask for the path back.", "organiser": "Friends of the River",
        "consent.processing": "I agree.", "consent.updates": "Write to me.",
    }  # fmt: skip
    asked = [actions.Asked("Open the path by June.", ("County Assembly", "Governor"))]
    return actions.write(staff=ben, campaign=campaign, version=campaign.version, words=words, body=text, demands=asked)


def _complete(ben: Any, campaign: Any) -> list[Any]:
    """Bring a campaign to where it can be released, in English and Arabic; give its approved revisions."""
    from undersigned.office.campaigns import actions

    source = _write(ben, campaign)
    facts = {
        "languages": ["en", "ar"],
        "opens": datetime(2026, 1, 1, tzinfo=UTC),
        "closes": datetime(2027, 1, 1, tzinfo=UTC),
    }  # fmt: skip
    actions.set_facts(staff=ben, campaign=campaign, version=campaign.version, facts=facts)
    key = make_campaign_key()
    proof = drill(key.secret, (key.recipient,), campaign.name, 0)
    recipients, version = key.recipient + "\n", campaign.version
    actions.set_key(staff=ben, campaign=campaign, version=version, recipients=recipients, drill=proof)
    words = {one["key"]: "نص " + one["key"] for one in source.segments}
    arabic = campaign.texts.get(language="ar")
    translated = actions.translate(staff=ben, text=arabic, before=0, source=source.segments, words=words)
    for revision in (source, translated):
        actions.decide(staff=ben, revision=revision, approved=True)
    return [source, translated]


@given(st.lists(_words, max_size=8))
def test_a_body_is_what_its_segments_make(parts: list[str]) -> None:
    text = "\n\n".join(paragraphs("\n\n".join(parts)))
    assert body(bodies([], text)) == text


@given(st.lists(_words, min_size=1, max_size=8, unique=True), st.data())
def test_a_moved_paragraph_keeps_its_number(parts: list[str], data: st.DataObject) -> None:
    before = bodies([], "\n\n".join(parts))
    numbers = {one["words"]: one["key"] for one in before}
    moved = data.draw(st.permutations([one["words"] for one in before]))
    if len(numbers) == len(before):
        assert {one["words"]: one["key"] for one in bodies(before, "\n\n".join(moved))} == numbers


def test_one_changed_word_makes_one_segment_stale() -> None:
    source = bodies([], _TEXT)
    translation: list[Segment] = [{"key": s["key"], "words": "…", "of": word_digest(s["words"])} for s in source]
    changed = bodies(source, _TEXT.replace("March", "April"))
    assert stale(source, translation) == []
    assert stale(changed, translation) == ["body.1"]


def test_a_translation_says_nothing_that_the_source_does_not_say() -> None:
    source = [Segment(key="photo.warning", words="")]
    assert stale(source, []) == []
    assert stale(source, [Segment(key="photo.warning", words="صور قاسية", of="")]) == ["photo.warning"]


@pytest.mark.usefixtures("desk")
def test_what_is_missing_is_said_and_nothing_is_released_before(client: Any) -> None:
    ben, campaign = _begun()
    client.force_login(ben)
    page = client.get("/desk/campaigns/river/")
    assert b"Say when it opens and closes." in page.content
    assert b"Make the campaign" in page.content
    assert campaign.releases.count() == 0


@pytest.mark.usefixtures("desk")
def test_a_part_that_is_empty_is_named_before_anybody_translates_or_approves_the_text(client: Any) -> None:
    from undersigned.office.campaigns import actions, checklist

    ben, campaign = _begun()
    words = {"title": "Keep the river open", "organiser": "Friends of the River", "summary": "We ask for it."}
    asked = [actions.Asked("Open the path by June.", ("Governor",))]
    actions.write(staff=ben, campaign=campaign, version=campaign.version, words=words, body=_TEXT, demands=asked)
    lacks = [one for one in checklist.missing(campaign, checklist.texts(campaign)) if "#id_" in one.address]
    assert [one.address.partition("#")[2] for one in lacks] == ["id_processing", "id_updates", "id_opens"]
    assert "The text is written" not in " ".join(
        one.words for one in checklist.done(campaign, checklist.texts(campaign))
    )
    client.force_login(ben)
    assert 'id="id_processing"' in client.get(lacks[0].address.partition("#")[0]).content.decode()


@pytest.mark.usefixtures("desk")
def test_rows_that_few_need_stand_folded_until_one_of_them_is_wrong(client: Any) -> None:
    ben, campaign = _begun()
    client.force_login(ben)
    page = client.get("/desk/campaigns/river/write/").content.decode()
    assert '<details class="fold">' in page
    assert page.index('id="id_demand_1"') < page.index('class="fold"') < page.index('id="id_demand_2"')
    sent = {"title": "x", "organiser": "y", "version": campaign.version, "demand_5": "Open it."}
    page = client.post("/desk/campaigns/river/write/", sent).content.decode()
    before = page[: page.index('id="id_demand_5"')]
    assert before.rfind('<details class="fold">') <= before.rfind("</details>")  # not behind a closed fold
    assert "Say of whom this is asked." in page


@pytest.mark.usefixtures("desk")
def test_after_saving_every_page_says_what_is_missing_next(client: Any) -> None:
    ben, campaign = _begun()
    client.force_login(ben)
    _write(ben, campaign)
    sent = {
        "organiser": "Friends", "contact": "data@river.example", "languages": ["en"], "version": campaign.version,
        "smallest_group": 10, "opens": "2026-01-01T00:00", "closes": "2027-01-01T00:00",
    }  # fmt: skip
    assert client.post("/desk/campaigns/river/facts/", sent).status_code == 302
    page = client.get("/desk/campaigns/river/key/").content.decode()  # where the message stands is another page
    assert "The facts are saved." in page
    assert "Add a picture, or go on without one." in page
    assert "Add a picture" not in client.get("/desk/campaigns/river/facts/").content.decode()


@pytest.mark.usefixtures("desk")
def test_a_draft_leads_from_step_to_step_past_a_picture_that_nobody_wants(client: Any) -> None:
    from undersigned.office.campaigns.models import Campaign
    from undersigned.office.people.models import Membership

    ben, campaign = _begun()
    client.force_login(ben)
    _write(ben, campaign)
    facts = {
        "organiser": "Friends", "contact": "data@river.example", "languages": ["en"], "version": campaign.version,
        "smallest_group": 10, "opens": "2026-01-01T00:00", "closes": "2027-01-01T00:00", "on": "1",
    }  # fmt: skip
    answer = client.post("/desk/campaigns/river/facts/", facts)
    assert answer.headers["Location"] == "/desk/campaigns/river/photo/"
    picture = client.get("/desk/campaigns/river/photo/").content.decode()
    assert "Go on without a picture" in picture
    version = Campaign.objects.get(name="river").version
    assert client.post("/desk/campaigns/river/photo/", {"without": "1", "version": version - 1}).status_code == 302
    assert not Campaign.objects.get(name="river").without_picture  # somebody else was quicker
    answer = client.post("/desk/campaigns/river/photo/", {"without": "1", "version": version})
    assert answer.headers["Location"] == "/desk/campaigns/river/key/"
    assert "Go on without a picture" not in client.get("/desk/campaigns/river/photo/").content.decode()
    Membership.objects.filter(staff=ben, role="reviewer").delete()
    Membership.objects.filter(staff=ben, role="coordinator").delete()
    answer = client.post("/desk/campaigns/river/facts/", {**facts, "version": version + 1})
    assert answer.headers["Location"] == "/desk/campaigns/river/"  # others have the next step


@pytest.mark.usefixtures("desk")
def test_a_draft_shows_the_pages_that_it_is_made_on_and_the_others_once_it_is_released(client: Any) -> None:
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    client.force_login(ben)
    assert "Once it is open" in client.get("/desk/campaigns/river/").content.decode()
    assert "<details open>" in client.get("/desk/campaigns/river/count/").content.decode()  # where one stands is seen
    actions.release(staff=ben, campaign=campaign, revisions=_complete(ben, campaign))
    assert "Once it is open" not in client.get("/desk/campaigns/river/").content.decode()


@pytest.mark.usefixtures("desk")
def test_a_release_is_a_folder_that_the_mill_takes(desk: Path) -> None:
    from undersigned.office.campaigns import actions, checklist

    ben, campaign = _begun()
    revisions = _complete(ben, campaign)
    assert checklist.missing(campaign, checklist.texts(campaign)) == []
    actions.release(staff=ben, campaign=campaign, revisions=revisions)
    folder = desk / "campaigns" / "river"
    texts = {file.stem: file.read_bytes() for file in folder.glob("*.md")}
    card = read((folder / "campaign.toml").read_bytes(), texts, (folder / "recipients.txt").read_bytes())
    assert isinstance(card, Card)
    assert (card.languages, card.texts["en"].title, card.texts["en"].body) == (
        ("en", "ar"),
        "Keep the river open",
        _TEXT,
    )


@pytest.mark.usefixtures("desk")
def test_no_campaign_opened_before_it_was_first_released(desk: Path, client: Any) -> None:
    """The page said it had opened when the draft was begun, minutes before anybody could sign."""
    from undersigned.office.campaigns import actions
    from undersigned.office.campaigns.models import Campaign
    from undersigned.office.trail.models import Entry

    def opens() -> str:
        return (desk / "campaigns" / "river" / "campaign.toml").read_text("utf-8").partition("\nopens = ")[2][:20]

    ben, campaign = _begun()
    revisions = _complete(ben, campaign)
    version, released = campaign.version, datetime(2026, 3, 1, 9, 30, 7, 250_000, tzinfo=UTC)
    actions.release(staff=ben, campaign=campaign, revisions=revisions, now=released)
    assert opens() == "2026-03-01T09:30:07Z"
    assert Entry.objects.filter(act="campaign.released").latest("pk").facts["opens"] == opens()
    kept = Campaign.objects.get(name="river")
    assert (kept.opens, kept.closes) == (released.replace(microsecond=0), datetime(2027, 1, 1, tzinfo=UTC))
    assert kept.version == version + 1  # whoever has the facts open to edit saw the earlier opening
    client.force_login(ben)
    assert 'value="2026-03-01T09:30:07"' in client.get("/desk/campaigns/river/facts/").content.decode()
    actions.release(staff=ben, campaign=kept, revisions=revisions, now=released.replace(month=4))
    assert opens() == "2026-03-01T09:30:07Z"  # it has opened, and stays so
    assert "opens" not in Entry.objects.filter(act="campaign.released").latest("pk").facts


@pytest.mark.usefixtures("desk")
def test_an_opening_that_was_chosen_for_later_stays() -> None:
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    chosen = _complete(ben, campaign), campaign.opens
    early = datetime(2025, 12, 31, 23, 59, tzinfo=UTC)
    made = actions.release(staff=ben, campaign=campaign, revisions=chosen[0], now=early)
    assert (made.facts["opens"], campaign.opens) == (int(chosen[1].timestamp()), chosen[1])


@pytest.mark.usefixtures("desk")
def test_what_changes_a_released_campaign_leads_by_its_focus_to_what_has_to_be_approved(client: Any) -> None:
    from django.core.files.uploadedfile import SimpleUploadedFile

    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    source, translated = _complete(ben, campaign)
    actions.release(staff=ben, campaign=campaign, revisions=[source, translated])
    client.force_login(ben)
    texts = "/desk/campaigns/river/texts"
    words = {f"words.{one['key']}": f"{one['words']} ثانية" for one in translated.segments}
    sent = client.post(f"{texts}/ar/", {"before": translated.pk, **words})
    page = client.get(sent.headers["Location"]).content.decode()
    assert page.partition(" autofocus")[0].endswith(f'<a href="{texts}/ar/review/"')
    picture = SimpleUploadedFile("bank.jpg", photographed(), "image/jpeg")
    said = {"alt": "A fence.", "credit": "Ben", "licence": "CC BY 4.0", "people": "nobody", "focus": 4}
    campaign.refresh_from_db()
    sent = client.post("/desk/campaigns/river/photo/", {"picture": picture, "version": campaign.version, **said})
    page = client.get(sent.headers["Location"]).content.decode()
    assert page.partition(" autofocus")[0].endswith(f'<a href="{texts}/en/review/"')


@pytest.mark.usefixtures("desk")
def test_undo_puts_the_earlier_words_back(desk: Path) -> None:
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    revisions = _complete(ben, campaign)
    actions.release(staff=ben, campaign=campaign, revisions=revisions)
    changed = _write(ben, campaign, _TEXT.replace("March", "April"))
    actions.release(staff=ben, campaign=campaign, revisions=[changed, revisions[1]])
    file = desk / "campaigns" / "river" / "en.md"
    assert "April" in file.read_text("utf-8")
    assert actions.undo(staff=ben, campaign=campaign) is not None
    assert "March" in file.read_text("utf-8")


@pytest.mark.usefixtures("desk")
def test_the_second_of_two_editors_is_told_and_nothing_is_overwritten(client: Any) -> None:
    ben, campaign = _begun()
    client.force_login(ben)
    form = {"title": "A", "organiser": "B", "body": "first", "version": campaign.version}
    assert client.post("/desk/campaigns/river/write/", form).status_code == 302
    answer = client.post("/desk/campaigns/river/write/", {**form, "body": "second"})
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "Somebody else has changed this" in page
    assert '<td dir="auto">first</td><td dir="auto">second</td>' in page
    assert body(campaign.texts.get(language="en").revisions.first().segments) == "first"
    again = {**form, "body": "second", "version": re.findall(r'name="version" value="(\d+)"', page)[0]}
    assert client.post("/desk/campaigns/river/write/", again).status_code == 302
    assert body(campaign.texts.get(language="en").revisions.first().segments) == "second"


@pytest.mark.usefixtures("desk")
def test_the_second_to_change_facts_or_key_sees_both_side_by_side_and_keeps_what_was_typed(client: Any) -> None:
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    client.force_login(ben)
    seen = campaign.version
    key = make_campaign_key().recipient + "\n"
    actions.set_key(staff=ben, campaign=campaign, version=seen, recipients=key, drill="")
    other = make_campaign_key().recipient
    answer = client.post("/desk/campaigns/river/key/", {"recipients": other, "version": seen})
    assert answer.status_code == 409
    assert all(one in answer.content.decode() for one in (key.strip(), other))
    facts = {"organiser": "Second", "contact": "b@c.example", "languages": ["en"], "smallest_group": 10}
    answer = client.post("/desk/campaigns/river/facts/", {**facts, "version": seen})
    assert answer.status_code == 409
    assert '<td dir="auto">Friends of the River</td><td dir="auto">Second</td>' in answer.content.decode()
    campaign.refresh_from_db()
    assert (campaign.organiser, campaign.recipients) == ("Friends of the River", key)


@pytest.mark.usefixtures("desk")
def test_of_two_translators_the_second_keeps_what_they_typed_and_gets_what_only_the_other_has_changed(
    client: Any,
) -> None:
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    source, arabic = _complete(ben, campaign)
    words = {one["key"]: one["words"] for one in arabic.segments}
    theirs = {**words, "title": "لهم", "summary": "لهم أيضا"}
    actions.translate(staff=ben, text=arabic.text, before=arabic.pk, source=source.segments, words=theirs)
    client.force_login(ben)
    typed = {f"words.{key}": value for key, value in {**words, "title": "لي"}.items()}
    answer = client.post("/desk/campaigns/river/texts/ar/", {**typed, "before": arabic.pk})
    page = answer.content.decode()
    assert answer.status_code == 409
    assert page.count("Theirs:") == 1
    assert all(f">{one}</textarea>" in page for one in ("لي", "لهم أيضا"))


@pytest.mark.usefixtures("desk")
def test_a_review_of_a_text_that_has_changed_since_decides_nothing(client: Any) -> None:
    ben, campaign = _begun()
    seen = _write(ben, campaign)
    newest = _write(ben, campaign, "Other words.")
    client.force_login(ben)
    answer = client.post("/desk/campaigns/river/texts/en/review/", {"approve": "1", "seen": seen.pk})
    newest.refresh_from_db()
    assert (answer.status_code, newest.state) == (409, "draft")


@pytest.mark.usefixtures("desk")
def test_the_second_of_two_translators_is_told(client: Any) -> None:
    ben, campaign = _begun()
    _complete(ben, campaign)
    client.force_login(ben)
    answer = client.post("/desk/campaigns/river/texts/ar/", {"before": "0", "words.title": "آخر"})
    assert answer.status_code == 409


@pytest.mark.usefixtures("desk")
def test_a_campaign_of_another_section_does_not_exist(client: Any) -> None:
    _begun()
    eve, _ = _editor("norway")
    client.force_login(eve)
    for path in (
        "", "facts/", "key/", "write/", "release/", "undo/", "pause/", "texts/en/", "texts/en/preview/",
        "texts/en/review/", "texts/en/compare/1/1/",
    ):  # fmt: skip
        method = client.post if path in ("release/", "undo/", "pause/") else client.get
        assert method(f"/desk/campaigns/river/{path}").status_code == 404, path
    assert b"river" not in client.get("/desk/").content


@pytest.mark.usefixtures("desk")
def test_a_secret_key_is_refused_and_not_kept(client: Any) -> None:
    ben, campaign = _begun()
    client.force_login(ben)
    secret = make_campaign_key().secret
    answer = client.post("/desk/campaigns/river/key/", {"recipients": secret})
    assert b"This is a secret key" in answer.content
    campaign.refresh_from_db()
    assert campaign.recipients == ""


@pytest.mark.usefixtures("desk")
def test_every_field_of_a_person_is_declared() -> None:
    from django.apps import apps
    from django.db import models

    from undersigned.office.declared import PERSONAL

    mine = [model for model in apps.get_models() if model.__module__.startswith("undersigned.office")]
    free = (models.CharField, models.TextField, models.EmailField, models.GenericIPAddressField, models.DateTimeField)
    personal = ("contact", "controller", "email", "holders", "officer", "organiser", "phone", "recipient")
    found = {
        f"{model._meta.label}.{field.name}"
        for model in mine
        for field in model._meta.get_fields()
        if isinstance(field, free) and (model.__name__ == "Staff" or field.name in personal)
    }
    every = {f"{model._meta.label}.{field.name}" for model in mine for field in model._meta.get_fields()}
    assert found <= set(PERSONAL)
    assert set(PERSONAL) <= every

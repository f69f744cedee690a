"""Days of a pause are given back, goals never move silently, and those called on are named in full on the page."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.office.test_campaigns import _begun, _complete
from undersigned.core.campaign import Card
from undersigned.core.reading import read
from undersigned.engines.files.campaign_folder import sources
from undersigned.pages import render
from undersigned.pages.views import Site

pytestmark = pytest.mark.usefixtures("desk")
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SITE = Site("https://petitions.example")


@pytest.fixture
def river(client: Any) -> Any:
    """Give a campaign that is released, and Ben signed in."""
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    revisions = _complete(ben, campaign)
    actions.release(staff=ben, campaign=campaign, revisions=revisions, now=campaign.opens)
    client.force_login(ben)
    campaign.ben, campaign.approved = ben, revisions
    return campaign


def _card(desk: Path) -> Card:
    found = sources(desk / "campaigns" / "river")
    card = read(found.campaign, found.texts, found.recipients, None, found.pictures)
    assert isinstance(card, Card), card
    return card


def test_the_days_of_a_pause_are_given_back(river: Any, desk: Path) -> None:
    from undersigned.office.campaigns import actions

    before = _card(desk).closes
    actions.pause(staff=river.ben, campaign=river, paused=True, now=NOW)
    assert (_card(desk).paused, _card(desk).closes) == (True, before)
    actions.pause(staff=river.ben, campaign=river, paused=False, now=NOW + timedelta(days=3, hours=2))
    assert (_card(desk).paused, _card(desk).closes) == (False, before + 3 * 86_400 + 2 * 3600)
    assert int(river.closes.timestamp()) == _card(desk).closes
    actions.pause(staff=river.ben, campaign=river, paused=False, now=NOW + timedelta(days=9))
    assert _card(desk).closes == before + 3 * 86_400 + 2 * 3600


def test_days_before_it_opened_or_after_it_closed_are_not_given_back(river: Any, desk: Path) -> None:
    from undersigned.office.campaigns import actions

    before = _card(desk).closes
    actions.pause(staff=river.ben, campaign=river, paused=True, now=river.opens - timedelta(days=5))
    actions.pause(staff=river.ben, campaign=river, paused=False, now=river.opens + timedelta(days=1))
    assert _card(desk).closes == before + 86_400
    actions.pause(staff=river.ben, campaign=river, paused=True, now=river.closes + timedelta(days=1))
    actions.pause(staff=river.ben, campaign=river, paused=False, now=river.closes + timedelta(days=2))
    assert _card(desk).closes == before + 86_400


def _facts(campaign: Any, **more: Any) -> dict[str, Any]:
    campaign.refresh_from_db()
    return {
        "organiser": campaign.organiser, "contact": campaign.contact, "languages": ["en", "ar"],
        "opens": "2026-01-01T00:00", "closes": "2027-01-01T00:00", "milestones": "100, 1000", "smallest_group": "10",
        "comments": "on", "version": campaign.version, **more,
    }  # fmt: skip


def test_a_public_goal_moves_only_with_a_reason_that_the_page_shows(client: Any, river: Any, desk: Path) -> None:
    from undersigned.office.campaigns import actions

    address = "/desk/campaigns/river/facts/"
    refused = client.post(address, _facts(river, milestones="100, 5000"))
    assert b"Say why they are changed" in refused.content
    sent = _facts(river, milestones="100, 5000", goal_reason="A thousand came in a day.")
    assert client.post(address, sent).status_code == 302
    river.refresh_from_db()
    actions.release(staff=river.ben, campaign=river, revisions=river.approved)
    card = _card(desk)
    assert [(one.before, one.after) for one in card.goal_changes] == [((100, 1000), (100, 5000))]
    for language in ("en", "ar"):
        page = render.petition(card, language, None, SITE)
        assert "A thousand came in a day." in page
    actions.undo(staff=river.ben, campaign=river)
    assert _card(desk).milestones == (100, 5000), "an undone release moves no goal back"


def _texts(campaign: Any) -> Any:
    from undersigned.office.campaigns import checklist

    return checklist.texts(campaign)


def test_the_reason_is_translated_found_stale_and_released_as_the_text_is(client: Any, river: Any, desk: Path) -> None:
    """Ben moves a goal; Chidi reads why in Arabic, and in English where nobody has translated it yet."""
    from undersigned.office.campaigns import actions

    sent = _facts(river, milestones="100, 5000", goal_reason="A thousand came in a day.")
    client.post("/desk/campaigns/river/facts/", sent)
    river.refresh_from_db()
    english, arabic = _texts(river)
    assert (english.latest.state, arabic.stale) == ("draft", ("goal.1",))
    assert "Why the goals were changed" in client.get("/desk/campaigns/river/texts/ar/").content.decode()
    actions.release(staff=river.ben, campaign=river, revisions=[english.latest, arabic.latest])
    hint = '<p class="hint"><bdi lang="{}">{}</bdi></p>'
    assert hint.format("en", "A thousand came in a day.") in render.petition(_card(desk), "ar", None, SITE)
    before = {key: text.hash for key, text in _card(desk).texts.items()}

    words = {one["key"]: one["words"] for one in arabic.latest.segments} | {"goal.1": "جاء ألف في يوم واحد."}
    translated = actions.translate(
        staff=river.ben,
        text=arabic.text,
        before=arabic.latest.pk,
        source=english.latest.segments,
        words=words,
    )
    assert _texts(river)[1].stale == ()
    actions.release(staff=river.ben, campaign=river, revisions=[english.latest, translated])
    river.refresh_from_db()
    assert not actions.changed_since(river.open_version, river, [english.latest, translated])
    card = _card(desk)
    assert hint.format("ar", "جاء ألف في يوم واحد.") in render.petition(card, "ar", None, SITE)
    assert "</bdi> ← <bdi>" in render.petition(card, "ar", None, SITE), "from the old goals to the new ones"
    assert "</bdi> → <bdi>" in render.petition(card, "en", None, SITE)
    assert hint.format("en", "A thousand came in a day.") in render.petition(card, "en", None, SITE)
    assert {key: text.hash for key, text in card.texts.items()} == before, "nobody signs a reason"

    client.post("/desk/campaigns/river/facts/", _facts(river, milestones="100, 5000, 9000", goal_reason="Many more."))
    river.refresh_from_db()
    english, arabic = _texts(river)
    assert arabic.stale == ("goal.2",), "the second reason leaves the first one's translation as it is"
    assert "Many more." in client.get("/desk/campaigns/river/facts/").content.decode(), "a draft is not typed twice"
    actions.undo(staff=river.ben, campaign=river)
    assert _card(desk).goal_changes[0].reasons == {"ar": "جاء ألف في يوم واحد."}, "no undo takes a reason back"


def test_a_copy_begins_without_the_others_reasons(client: Any, river: Any) -> None:
    from undersigned.office.campaigns import starting

    client.post("/desk/campaigns/river/facts/", _facts(river, milestones="100", goal_reason="A slip."))
    river.refresh_from_db()
    facts = {"name": "brook", "title": "A brook", "organiser": "A", "contact": "a@b.example"}
    made = starting.copy(staff=river.ben, section=river.section, of=river, **facts)
    assert "goal.1" not in {one["key"] for one in _texts(made)[0].latest.segments}


def test_a_goal_that_is_put_back_before_it_was_released_leaves_no_trace(client: Any, river: Any) -> None:
    address = "/desk/campaigns/river/facts/"
    client.post(address, _facts(river, milestones="100", goal_reason="A slip."))
    client.post(address, _facts(river, milestones="100, 1000"))
    river.refresh_from_db()
    assert river.goal_changes == []
    assert "goal.1" not in {one["key"] for one in _texts(river)[0].latest.segments}


def test_those_called_on_are_named_in_full_in_every_language(client: Any, river: Any, desk: Path) -> None:
    from undersigned.office.campaigns import actions

    river.refresh_from_db()
    first = river.demands[0]["addressees"][0]
    address = "/desk/campaigns/river/addressees/"
    form = {
        "version": river.version, f"{first}-kind": "office", f"{first}-jurisdiction": "KE",
        f"{first}-contact": "https://assembly.example/",
    }  # fmt: skip
    assert client.post(address, {**form, f"{first}-contact": "javascript:x"}).status_code == 200
    assert client.post(address, form).status_code == 302
    river.refresh_from_db()
    river.demands = [{**river.demands[0], "deadline": "2027-05-01"}]
    actions.release(staff=river.ben, campaign=river, revisions=river.approved)
    english = render.petition(_card(desk), "en", None, SITE)
    assert (
        '<a href="https://assembly.example/" rel="noreferrer nofollow">County Assembly</a> (office, Kenya)' in english
    )
    assert "Deadline: 1 May 2027" in english
    arabic = render.petition(_card(desk), "ar", None, SITE)
    assert "كينيا" in arabic
    assert "Deadline" not in arabic


def test_a_deadline_is_written_with_its_demand(client: Any, river: Any) -> None:
    river.refresh_from_db()
    form = {
        "title": "Keep it", "organiser": "Friends", "body": "Text.", "version": river.version,
        "demand_1": "Open the path by June.", "asked_1": "County Assembly", "deadline_1": "2027-06-01",
    }  # fmt: skip
    assert client.post("/desk/campaigns/river/write/", form).status_code == 302
    river.refresh_from_db()
    assert river.demands[0]["deadline"] == "2027-06-01"
    assert b'value="2027-06-01"' in client.get("/desk/campaigns/river/write/").content

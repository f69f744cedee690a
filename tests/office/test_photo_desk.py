"""A picture comes to the desk and goes to the public page with its words in every language, or not at all."""

from __future__ import annotations

import stat
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.office.test_campaigns import _begun, _complete
from tests.office.test_people import _editor
from tests.office.test_pictures import drawn, photographed, saved
from undersigned.core.campaign import Card
from undersigned.core.reading import read
from undersigned.engines.files.campaign_folder import sources

pytestmark = pytest.mark.usefixtures("desk")
_ADDRESS = "/desk/campaigns/river/photo/"


@pytest.fixture(scope="module")
def jpeg() -> bytes:
    """Give a picture that says of itself who made it, and where."""
    return photographed()


def _send(client: Any, campaign: Any, data: bytes | None, **fields: Any) -> Any:
    campaign.refresh_from_db()
    form = {"version": campaign.version, **fields}
    if data is not None:
        form["picture"] = SimpleUploadedFile("river.jpg", data, "image/jpeg")
    return client.post(_ADDRESS, form)


def _segments(campaign: Any, language: str = "en") -> dict[str, str]:
    return {one["key"]: one["words"] for one in campaign.texts.get(language=language).revisions.first().segments}


@pytest.fixture
def river(client: Any) -> Any:
    """Give a campaign that could be released, and somebody signed in who may do everything with it."""
    ben, campaign = _begun()
    _complete(ben, campaign)
    client.force_login(ben)
    campaign.ben = ben
    return campaign


def _approve(campaign: Any) -> list[Any]:
    """Translate what is new, and have everything approved."""
    from undersigned.office.campaigns import actions

    source = campaign.texts.get(language="en").revisions.first()
    text = campaign.texts.get(language="ar")
    words = {one["key"]: "نص " + one["key"] for one in source.segments if one["words"]}
    before = text.revisions.first().pk
    made = actions.translate(staff=campaign.ben, text=text, before=before, source=source.segments, words=words)
    for one in (source, made):
        actions.decide(staff=campaign.ben, revision=one, approved=True)
    return [source, made]


def _card(desk: Path) -> Card:
    found = sources(desk / "campaigns" / "river")
    card = read(found.campaign, found.texts, found.recipients, None, found.pictures)
    assert isinstance(card, Card), card
    return card


def test_what_the_picture_says_of_itself_fills_what_was_left_empty(client: Any, river: Any, jpeg: bytes) -> None:
    assert _send(client, river, jpeg, caption="Our own words").status_code == 302
    river.refresh_from_db()
    words = _segments(river)
    assert words["photo.alt"] == "A fence by a river"
    assert words["photo.caption"] == "Our own words"
    assert words["photo.credit"] == "Amal Otieno / River Agency"
    assert (river.photo["licence"], river.photo["taken"]) == ("CC BY 4.0", "2026-10-04")
    page = client.get(_ADDRESS).content.decode()
    assert page.count('name="focus"') == 9
    assert "Amal Otieno" in page


def test_its_words_are_translated_as_all_others_and_missed_where_they_are_not(
    client: Any, river: Any, jpeg: bytes
) -> None:
    from undersigned.office.campaigns import checklist
    from undersigned.office.campaigns.interchange import exchange

    _send(client, river, jpeg, people="nobody")
    river.refresh_from_db()
    arabic = next(one for one in checklist.texts(river) if one.language == "ar")
    assert set(arabic.stale) == {"photo.alt", "photo.credit", "photo.caption", "photo.place"}
    source = river.texts.get(language="en").revisions.first()
    assert "photo.alt" in [one.key for one in exchange("river", "en", "ar", 0, source.segments, []).entries]
    _approve(river)
    assert checklist.missing(river, checklist.texts(river)) == []


def test_no_picture_goes_public_without_alternative_text_credit_licence_and_consent(client: Any, river: Any) -> None:
    assert _send(client, river, saved(drawn())).status_code == 302
    page = client.get("/desk/campaigns/river/").content.decode()
    for words in ("alternative text", "credit", "licence", "the people shown agreed"):
        assert words in page
    assert client.post("/desk/campaigns/river/release/").status_code == 302
    assert river.releases.count() == 0


def test_a_release_shows_the_picture_and_nothing_of_where_it_was_taken(
    client: Any, river: Any, jpeg: bytes, desk: Path
) -> None:
    from undersigned.office.campaigns import actions

    _send(client, river, jpeg, people="agreed", warning="Shows a fence")
    river.refresh_from_db()
    actions.release(staff=river.ben, campaign=river, revisions=_approve(river))
    card = _card(desk)
    assert card.photo is not None
    assert (card.photo.people, card.photo.licence) == ("agreed", "CC BY 4.0")
    assert card.texts["en"].photo["warning"] == "Shows a fence"
    assert card.texts["ar"].photo["alt"] == "نص photo.alt"
    files = list((desk / "campaigns" / "river" / "photo").iterdir())
    assert not any(b"Exif" in file.read_bytes() or b"adobe" in file.read_bytes() for file in files)
    assert not any(file.name.startswith(("original", "whole")) for file in files)


def test_the_original_is_kept_for_nobody_else(client: Any, river: Any, jpeg: bytes, desk: Path) -> None:
    _send(client, river, jpeg)
    river.refresh_from_db()
    original = desk / "media" / "pictures" / "river" / river.photo["original"]
    assert original.read_bytes() == jpeg
    assert stat.S_IMODE(original.stat().st_mode) == 0o600
    assert stat.S_IMODE(original.parent.stat().st_mode) == 0o700
    assert client.get(f"{_ADDRESS}{original.name}").status_code == 404
    shown = client.get(f"{_ADDRESS}{river.photo['whole']}")
    assert (shown.status_code, shown.headers["Content-Type"]) == (200, "image/jpeg")
    eve, _ = _editor("norway")
    client.force_login(eve)
    assert client.get(f"{_ADDRESS}{river.photo['whole']}").status_code == 404


def test_another_focus_cuts_it_anew_and_keeps_the_words(client: Any, river: Any, jpeg: bytes) -> None:
    _send(client, river, jpeg)
    river.refresh_from_db()
    before, words = river.photo["files"], _segments(river)
    said = {key: words[f"photo.{key}"] for key in ("alt", "credit", "caption", "place")}
    assert _send(client, river, None, focus="1", **said).status_code == 302
    river.refresh_from_db()
    assert river.photo["focus"] == 1
    assert set(river.photo["files"]).isdisjoint(before)
    assert _segments(river)["photo.alt"] == "A fence by a river"


@pytest.mark.parametrize(("kind", "status", "code"), [("GIF", 400, "(type)"), ("TIFF", 400, "(type)")])
def test_what_is_not_taken_is_refused_with_its_code_and_nothing_is_kept(
    client: Any, river: Any, desk: Path, kind: str, status: int, code: str
) -> None:
    answer = _send(client, river, saved(drawn(), kind))
    assert (answer.status_code, code in answer.content.decode()) == (status, True)
    river.refresh_from_db()
    assert river.photo == {}


def test_the_second_of_two_editors_is_told(client: Any, river: Any, jpeg: bytes) -> None:
    answer = client.post(_ADDRESS, {"version": 0, "picture": SimpleUploadedFile("a.jpg", jpeg)})
    assert answer.status_code == 409


def test_writing_the_text_keeps_the_words_of_the_picture(client: Any, river: Any, jpeg: bytes) -> None:
    from tests.office.test_campaigns import _write

    _send(client, river, jpeg)
    river.refresh_from_db()
    _write(river.ben, river, "One new paragraph.")
    assert _segments(river)["photo.alt"] == "A fence by a river"


def test_a_picture_taken_away_is_gone_from_disk_and_page_and_from_every_earlier_release(
    client: Any, river: Any, jpeg: bytes, desk: Path
) -> None:
    from undersigned.office.campaigns import actions

    _send(client, river, jpeg, people="agreed")
    river.refresh_from_db()
    actions.release(staff=river.ben, campaign=river, revisions=_approve(river))
    river.refresh_from_db()
    answer = client.post(_ADDRESS, {"remove": "1", "version": river.version})
    assert answer.status_code == 302
    if "reauthenticate" in answer.headers["Location"]:
        from undersigned.office.campaigns import photo_actions

        photo_actions.remove_photo(staff=river.ben, campaign=river, version=river.version, publicly=True)
    assert _card(desk).photo is None
    assert not (desk / "media" / "pictures" / "river").exists()
    actions.undo(staff=river.ben, campaign=river)
    assert _card(desk).photo is None

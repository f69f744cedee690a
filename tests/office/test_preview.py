"""Ben sees the page as Amal will see it, before anybody else does; looking changes nothing and lets nothing out."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.office.test_campaigns import _begun, _complete, _write
from tests.office.test_people import _editor
from tests.office.test_photo_desk import _approve, _send
from tests.office.test_pictures import photographed
from undersigned.office.people.roles import Role

pytestmark = pytest.mark.usefixtures("desk")
_TEXTS = "/desk/campaigns/river/texts/"
_RENDERED = "/desk/campaigns/river/write/rendered/"


@pytest.fixture
def river(client: Any) -> Any:
    """Give a campaign that could be released, and somebody signed in who may do everything with it."""
    ben, campaign = _begun()
    _complete(ben, campaign)
    client.force_login(ben)
    campaign.ben = ben
    return campaign


def test_the_preview_frames_the_public_page_twice_without_scripts(client: Any, river: Any) -> None:
    answer = client.get(f"{_TEXTS}en/preview/")
    page = answer.content.decode()
    frames = re.findall(r"<iframe ([^>]*)>", page)
    assert len(frames) == 2
    assert all(f'src="{_TEXTS}en/page/" sandbox="allow-same-origin"' in one for one in frames)
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "DENY"


def test_only_the_page_itself_may_stand_in_a_frame_and_only_in_the_desks(client: Any, river: Any) -> None:
    answer = client.get(f"{_TEXTS}en/page/")
    policy = answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Frame-Options"] == "SAMEORIGIN"
    for rule in ("frame-ancestors 'self'", "form-action 'none'", "sandbox allow-same-origin"):
        assert rule in policy
    assert "script-src" not in policy
    assert "<script" not in answer.content.decode()
    for other in ("", "write/", "texts/en/review/"):
        assert client.get(f"/desk/campaigns/river/{other}").headers["X-Frame-Options"] == "DENY"


def test_the_page_is_the_public_one_in_the_texts_own_direction(client: Any, river: Any) -> None:
    english = client.get(f"{_TEXTS}en/page/").content.decode()
    arabic = client.get(f"{_TEXTS}ar/page/").content.decode()
    for words in ("Petition by Friends of the River", "Open the path by June.", "<strong>fenced</strong>", "I agree."):
        assert words in english
    assert '<html lang="ar" dir="rtl">' in arabic
    assert "نص title" in arabic


def test_its_form_sends_nothing_and_its_links_lead_to_the_other_languages_or_nowhere(client: Any, river: Any) -> None:
    page = client.get(f"{_TEXTS}en/page/").content.decode()
    assert f'href="{_TEXTS}ar/page/" lang="ar"' in page
    links = re.findall(r'href="(/[^"]*)"', page)
    assert [one for one in links if not one.startswith("/desk/")] == []
    buttons = re.findall(r"<button[^>]*>", page)
    assert buttons
    assert all("disabled" in one for one in buttons)


def test_the_picture_stands_in_it_and_comes_from_the_desk(client: Any, river: Any) -> None:
    _send(client, river, photographed(), people="nobody", alt="A river", credit="Amal Otieno")
    river.refresh_from_db()
    _approve(river)
    page = client.get(f"{_TEXTS}en/page/").content.decode()
    assert 'alt="A river"' in page
    source = re.findall(r'<img[^>]* src="([^"]*)"', page)[0]
    assert client.get(source).headers["Content-Type"] == "image/jpeg"


def test_what_is_missing_is_said_and_the_text_is_shown_as_far_as_it_is(client: Any) -> None:
    ben, campaign = _begun()
    _write(ben, campaign)
    client.force_login(ben)
    page = client.get(f"{_TEXTS}en/preview/").content.decode()
    assert "Say when it opens and closes." in page
    assert 'href="/desk/campaigns/river/facts/#id_opens"' in page
    assert "<strong>fenced</strong>" in page
    assert "<iframe" not in page
    assert client.get(f"{_TEXTS}en/page/").status_code == 404


def test_neither_key_nor_approval_is_asked_for_to_look_at_the_page(client: Any, river: Any) -> None:
    river.refresh_from_db()
    river.recipients = river.drill = ""
    river.save()
    _write(river.ben, river, "The *newest* words.")
    assert "<em>newest</em>" in client.get(f"{_TEXTS}en/page/").content.decode()


def test_a_half_translated_language_hides_itself_and_no_other(client: Any, river: Any) -> None:
    from undersigned.office.campaigns import actions

    arabic = river.texts.get(language="ar")
    source = river.texts.get(language="en").revisions.first().segments
    before = arabic.revisions.first().pk
    actions.translate(staff=river.ben, text=arabic, before=before, source=source, words={"title": "نهر"})
    page = client.get(f"{_TEXTS}ar/preview/").content.decode()
    assert "missing or out of date" in page
    assert "نهر" in page
    assert client.get(f"{_TEXTS}ar/page/").status_code == 404
    assert client.get(f"{_TEXTS}en/page/").status_code == 200


def test_a_translator_of_one_language_sees_its_page_and_picture_and_others_see_nothing(client: Any, river: Any) -> None:
    from undersigned.office.people.models import Membership, Staff

    _send(client, river, photographed(), people="nobody", alt="A river", credit="Amal Otieno")
    river.refresh_from_db()
    _approve(river)
    amal = Staff.objects.create_user("amal@petitions.example", "Amal")
    Membership.objects.create(staff=amal, section=river.section, role=Role.TRANSLATOR, language="ar")
    client.force_login(amal)
    page = client.get(f"{_TEXTS}ar/page/").content.decode()
    assert f'href="{_TEXTS}en/page/"' not in page
    source = re.findall(r'<img[^>]* src="([^"]*)"', page)[0]
    assert client.get(source).status_code == 200
    assert client.get(f"{_TEXTS}en/page/").status_code == 404
    eve, _ = _editor("norway")
    client.force_login(eve)
    for address in (f"{_TEXTS}ar/page/", f"{_TEXTS}ar/preview/", source):
        assert client.get(address).status_code == 404


def test_what_is_being_written_is_shown_as_it_will_read_and_changes_no_row(client: Any, river: Any) -> None:
    from undersigned.office.campaigns.models import Revision
    from undersigned.office.trail.models import Entry

    before = (river.version, Revision.objects.count(), Entry.objects.count())
    form = {
        "title": "New <title>", "body": "**Strong** <script>alert(1)</script> [a](javascript:alert(1))",
        "demand_1": "Open it.", "asked_1": "Governor\r\nCounty",
    }  # fmt: skip
    shown = client.post(_RENDERED, form).content.decode()
    assert "<strong>Strong</strong>" in shown
    assert "New &lt;title&gt;" in shown
    assert "Governor · County" in shown
    assert "<script" not in shown
    assert 'href="javascript' not in shown
    river.refresh_from_db()
    assert (river.version, Revision.objects.count(), Entry.objects.count()) == before


def test_the_write_page_keeps_its_preview_hidden_where_no_script_runs(client: Any, river: Any) -> None:
    page = client.get("/desk/campaigns/river/write/").content.decode()
    assert re.search(r'<section class="live"[^>]* hidden>', page)
    assert f'data-rendered="{_RENDERED}"' in page

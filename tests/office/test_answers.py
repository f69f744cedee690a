"""A press officer enters what the council answered: public at once, with its source, and the text is not touched."""

from __future__ import annotations

import shutil
import time
from pathlib import Path
from typing import Any

import pytest

from tests.office.test_campaigns import _begun, _complete
from undersigned.core.answers import Answer, read
from undersigned.core.demands import Demand

PAGE = "/desk/campaigns/river/answers/"


@pytest.fixture
def campaign(desk: Path) -> Any:
    """A campaign with its texts, not released yet."""
    shutil.rmtree(desk / "campaigns" / "river", ignore_errors=True)  # of another test
    ben, found = _begun()
    _complete(ben, found)
    found.refresh_from_db()
    return found


@pytest.fixture
def press(client: Any, campaign: Any) -> Any:
    """A press officer with a second factor who has just signed in."""
    from allauth.mfa.models import Authenticator

    from undersigned.office.people.models import Membership, Staff

    staff = Staff.objects.create_user("press@petitions.example", "Dina")
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    Membership.objects.create(staff=staff, section=campaign.section, role="press")
    client.force_login(staff)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(staff.pk)
    session.save()
    return client


def released(campaign: Any) -> None:
    from undersigned.office.campaigns import actions

    actions.release(
        staff=_anybody(), campaign=campaign, revisions=[text.revisions.first() for text in campaign.texts.all()]
    )


def _anybody() -> Any:
    from undersigned.office.people.models import Staff

    return Staff.objects.first()


def form(campaign: Any, **changes: str) -> dict[str, str]:
    demand = campaign.demands[0]
    fields = {
        "asked": f"{demand['id']} / {demand['addressees'][0]}",
        "status": "promised",
        "on": "2026-11-20",
        "organisation": "County Assembly",
        "title": "Minutes of 20 November",
        "address": "https://county.example/minutes",
        "words_en": "It will vote in spring.",
    }
    return {**fields, **changes}


def in_the_folder(desk: Path, campaign: Any) -> Answer:
    demands = [Demand(one["id"], tuple(one["addressees"])) for one in campaign.demands]
    found = read((desk / "campaigns/river/answers.toml").read_text("utf-8"), demands, campaign.languages)
    last = found[-1]
    assert isinstance(last, Answer)
    return last


def test_an_answer_is_public_at_once_and_changes_no_text(desk: Path, press: Any, campaign: Any) -> None:
    released(campaign)
    before = (desk / "campaigns/river/en.md").read_bytes()
    assert press.post(PAGE, form(campaign)).status_code == 302
    assert in_the_folder(desk, campaign).words == {"en": "It will vote in spring."}
    assert (desk / "campaigns/river/en.md").read_bytes() == before
    assert "It will vote in spring." in press.get(PAGE).content.decode()


def test_an_answer_is_followed_by_another_and_never_edited(desk: Path, press: Any, campaign: Any) -> None:
    released(campaign)
    press.post(PAGE, form(campaign))
    press.post(PAGE, form(campaign, status="met", on="2026-11-21", words_en="It voted."))
    assert in_the_folder(desk, campaign).status == "met"
    page = press.get(PAGE).content.decode()
    assert "It will vote in spring." in page
    assert "It voted." in page


def test_before_the_first_release_nothing_is_public(desk: Path, press: Any, campaign: Any) -> None:
    assert press.post(PAGE, form(campaign)).status_code == 302
    assert not (desk / "campaigns/river/answers.toml").exists()
    released(campaign)
    assert in_the_folder(desk, campaign).status == "promised"


@pytest.mark.parametrize(
    "changes", [{"address": "http://county.example/"}, {"on": "2199-01-01"}, {"words_en": ""}, {"asked": "x / y"}]
)
def test_what_cannot_be_checked_is_not_taken(press: Any, campaign: Any, changes: dict[str, str]) -> None:
    assert press.post(PAGE, form(campaign, **changes)).status_code == 200
    assert campaign.answers.count() == 0


def test_the_trail_says_who_entered_what(press: Any, campaign: Any) -> None:
    from undersigned.office.trail.models import Entry

    press.post(PAGE, form(campaign))
    entry = Entry.objects.filter(act="answer.entered").get()
    assert entry.facts["status"] == "promised"
    assert "spring" not in str(entry.facts)

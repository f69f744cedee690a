"""Ben chooses on whose press page his petition stands, among his own organisation and section and no other's."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.office.test_campaigns import _begun, _complete
from tests.office.test_embeds import facts_form


def chosen(campaign: Any, code: str) -> Any:
    """Give the form of facts with that choice, sent."""
    form = facts_form(campaign, "")
    return type(form)({**form.data, "organisation": code}, instance=campaign)


def released(desk: Path, ben: Any, campaign: Any, organisation: dict[str, str]) -> dict[str, Any]:
    """Release the campaign with that choice; give its file."""
    from undersigned.office.campaigns import actions

    revisions = _complete(ben, campaign)
    campaign.refresh_from_db()
    facts = {"organisation": organisation}
    actions.set_facts(staff=ben, campaign=campaign, version=campaign.version, facts=facts)
    actions.release(staff=ben, campaign=campaign, revisions=revisions)
    return tomllib.loads((desk / "campaigns/river/campaign.toml").read_text("utf-8"))


@pytest.mark.usefixtures("desk")
def test_a_new_campaign_stands_on_the_page_of_its_organisation() -> None:
    _, campaign = _begun()
    house = campaign.section.organisation
    assert campaign.organisation == {"id": house.slug, "name": house.name}


@pytest.mark.parametrize(
    ("code", "keys"),
    [("", set()), ("organisation", {"id", "name"}), ("section", {"id", "name", "section", "section_name"})],
)
def test_what_was_chosen_stands_in_the_folder_after_a_release(desk: Path, code: str, keys: set[str]) -> None:
    ben, campaign = _begun()
    form = chosen(campaign, code)
    assert form.is_valid(), form.errors
    file = released(desk, ben, campaign, form.cleaned_data["organisation"])
    assert set(file.get("organisation", {})) == keys
    if "section" in keys:
        assert file["organisation"]["section"] == campaign.section.slug


@pytest.mark.usefixtures("desk")
def test_nobody_puts_a_petition_on_the_page_of_others() -> None:
    _, campaign = _begun()
    assert not chosen(campaign, "others").is_valid()
    assert not chosen(campaign, "kept").is_valid()


@pytest.mark.usefixtures("desk")
def test_an_address_that_a_folder_brought_along_is_kept() -> None:
    _, campaign = _begun()
    campaign.organisation = {"id": "friends", "name": "Friends"}
    form = chosen(campaign, "kept")
    assert form.is_valid(), form.errors
    assert form.cleaned_data["organisation"] == {"id": "friends", "name": "Friends"}
    assert form["organisation"].value() == "kept"


def test_what_was_released_before_there_were_such_pages_has_not_changed(desk: Path) -> None:
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    released(desk, ben, campaign, {})
    campaign.refresh_from_db()
    release = campaign.open_version
    del release.facts["organisation"]
    assert not actions.changed_since(release, campaign, release.revisions.all())

"""Which sites may show the form is said at the desk, and goes with the release."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.office.test_campaigns import _begun, _complete


def facts_form(campaign: Any, embed: str) -> Any:
    from django.forms.models import model_to_dict

    from undersigned.office.campaigns.forms import FactsForm

    shown = FactsForm(instance=campaign)
    data = {name: shown[name].value() for name in shown.fields}
    data |= {name: value for name, value in model_to_dict(campaign).items() if name in ("organiser", "contact")}
    kept = {name: value for name, value in data.items() if value is not None}
    return FactsForm({**kept, "version": str(campaign.version), "embed": embed}, instance=campaign)


@pytest.mark.parametrize(
    ("written", "taken"),
    [
        ("https://www.example.org\nhttps://news.example:8443 https://www.example.org", 2),
        ("", 0),
        ("http://www.example.org", None),
        ("https://www.example.org/petitions", None),
        ("*", None),
    ],
)
@pytest.mark.usefixtures("desk")
def test_a_site_is_named_by_its_origin_alone(written: str, taken: int | None) -> None:
    _, campaign = _begun()
    form = facts_form(campaign, written)
    valid = form.is_valid()
    assert valid == (taken is not None), form.errors
    if taken is not None:
        assert len(form.cleaned_data["embed"]) == taken


def test_the_sites_stand_in_the_folder_after_a_release(desk: Path) -> None:
    from undersigned.office.campaigns import actions

    ben, campaign = _begun()
    revisions = _complete(ben, campaign)
    campaign.refresh_from_db()
    site = {"embed": ["https://www.example.org"]}
    actions.set_facts(staff=ben, campaign=campaign, version=campaign.version, facts=site)
    actions.release(staff=ben, campaign=campaign, revisions=revisions)
    assert tomllib.loads((desk / "campaigns/river/campaign.toml").read_text("utf-8"))["embed"] == site["embed"]

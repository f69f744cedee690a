"""A vigil is public at once, in its own zone, without a guest list, and is called off with a reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.office.test_answers import campaign, press, released
from undersigned.core.gatherings import Gathering, read

__all__ = ["campaign", "press"]

PAGE = "/desk/campaigns/river/gatherings/"
FORM = {
    "kind": "vigil", "zone": "Europe/Berlin", "starts": "2027-07-01T18:00", "ends": "2027-07-01T20:00",
    "contact": "vigil@river.example", "title_en": "Lights for the river",
}  # fmt: skip


def in_the_folder(desk: Path, found: Any) -> Gathering:
    one = read((desk / "campaigns/river/gatherings.toml").read_text("utf-8"), found.languages)[0]
    assert isinstance(one, Gathering)
    return one


def test_what_is_announced_is_public_at_once_at_the_hour_of_its_zone(desk: Path, press: Any, campaign: Any) -> None:
    released(campaign)
    assert press.post(PAGE, FORM).status_code == 302
    one = in_the_folder(desk, campaign)
    assert (one.starts, one.place) == (1_814_457_600, {})  # 18:00 in summer there is 16:00 UTC
    assert 'place_told = "organiser"' in (desk / "campaigns/river/gatherings.toml").read_text("utf-8")


def test_it_is_called_off_with_a_reason_and_keeps_its_name(desk: Path, press: Any, campaign: Any) -> None:
    released(campaign)
    press.post(PAGE, FORM)
    before = in_the_folder(desk, campaign)
    assert press.post(f"{PAGE}{before.id}/", {**FORM, "called_off_en": "A storm."}).status_code == 302
    after = in_the_folder(desk, campaign)
    assert (after.id, after.starts, after.called_off) == (before.id, before.starts, {"en": "A storm."})


def test_how_many_came_needs_its_source(desk: Path, press: Any, campaign: Any) -> None:
    released(campaign)
    past = {**FORM, "starts": "2026-01-01T18:00", "ends": "2026-01-01T20:00"}
    press.post(PAGE, past)
    page = f"{PAGE}{in_the_folder(desk, campaign).id}/"
    assert press.post(page, {**past, "qualifier": "about", "value": "300"}).status_code == 200
    assert press.post(page, {**past, "qualifier": "about", "value": "300", "organisation": "Post"}).status_code == 302
    figure = in_the_folder(desk, campaign).attendance
    assert figure is not None
    assert figure.source.organisation == "Post"


def past(press: Any, desk: Path, campaign: Any) -> tuple[str, dict[str, str]]:
    """Give the page of a gathering that is over, and its form as it stands."""
    released(campaign)
    form = {**FORM, "starts": "2026-01-01T18:00", "ends": "2026-01-01T20:00"}
    press.post(PAGE, form)
    return f"{PAGE}{in_the_folder(desk, campaign).id}/", form


ALL = {"status": "estimated", "organisation": "Police", "title": "Report", "address": "https://police.example/1"}


@pytest.mark.parametrize(
    ("said", "numbers"),
    [
        ({"qualifier": "between", "least": "300", "most": "400"}, (None, 300, 400)),
        ({"qualifier": "at_most", "value": "400"}, (400, None, None)),
        ({"qualifier": "fewer_than", "value": "400"}, (400, None, None)),
        ({"qualifier": "more_than", "value": "300"}, (300, None, None)),
        ({"qualifier": "none_known"}, (None, None, None)),
    ],
)
def test_how_many_came_is_said_with_every_qualifier_of_a_figure(
    desk: Path, press: Any, campaign: Any, said: dict[str, str], numbers: tuple[int | None, ...]
) -> None:
    page, form = past(press, desk, campaign)
    assert press.post(page, {**form, **ALL, **said}).status_code == 302
    figure = in_the_folder(desk, campaign).attendance
    assert figure is not None
    assert (figure.qualifier, figure.status, figure.as_of) == (said["qualifier"], "estimated", "2026-01-01")
    assert (figure.value, figure.least, figure.most) == numbers
    assert (figure.source.title, figure.source.address) == ("Report", "https://police.example/1")
    shown = press.get(page).content.decode()
    assert 'value="https://police.example/1"' in shown
    assert '<option value="estimated" selected>' in shown


def test_a_number_that_turned_out_wrong_is_taken_back(desk: Path, press: Any, campaign: Any) -> None:
    page, form = past(press, desk, campaign)
    press.post(page, {**form, **ALL, "qualifier": "about", "value": "300"})
    assert press.post(page, {**form, "qualifier": ""}).status_code == 302
    assert in_the_folder(desk, campaign).attendance is None


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ({"value": "300"}, "Say what the number claims"),
        ({"qualifier": "between", "least": "400", "most": "300"}, "not above"),
        ({"qualifier": "between", "value": "300"}, "needs two ends"),
        ({"qualifier": "exact"}, "The number is missing"),
        ({"qualifier": "exact", "value": "3", "address": "http://police.example/1"}, "valid URL"),
    ],
)
def test_a_number_that_claims_nothing_is_not_taken(
    desk: Path, press: Any, campaign: Any, said: dict[str, str], wrong: str
) -> None:
    page, form = past(press, desk, campaign)
    answer = press.post(page, {**form, **ALL, **said})
    assert answer.status_code == 200
    assert wrong in answer.content.decode()
    assert in_the_folder(desk, campaign).attendance is None


@pytest.mark.parametrize("changes", [{"zone": "Europe/Berlim"}, {"ends": "2027-07-01T17:00"}, {"title_en": ""}])
def test_what_cannot_be_is_not_taken(press: Any, campaign: Any, changes: dict[str, str]) -> None:
    assert press.post(PAGE, {**FORM, **changes}).status_code == 200
    assert campaign.gatherings.count() == 0

"""A petition on the pages of others: where the campaign allows it, nowhere else, and nobody is told who signs."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.intake.house import URL, House

ORIGIN = "https://www.example.org"
PAGE = f"{URL}/c/well/en/"


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, embed=(ORIGIN,))


def policy(answer: object) -> str:
    return str(answer.header("content-security-policy"))  # type: ignore[attr-defined]


def test_the_form_may_be_framed_by_the_sites_that_the_campaign_names_alone(house: House) -> None:
    answer = house.get("/c/well/en/embed/")
    assert answer.status == 200
    assert f"frame-ancestors 'self' {ORIGIN};" in policy(answer)
    assert "frame-ancestors 'none'" in policy(house.get("/c/well/en/"))
    assert answer.header("set-cookie") is None


def test_a_campaign_that_names_no_site_has_no_frame(tmp_path: Path) -> None:
    house = House(tmp_path)
    assert house.get("/c/well/en/embed/").status == 404
    assert house.post("/c/well/en/embed/sign", house.fields()).status == 404
    assert not house.signed()


def test_amal_signs_in_the_frame_and_stays_in_it(house: House) -> None:
    answer = house.post("/c/well/en/embed/sign", house.fields())
    assert (answer.status, answer.header("location")) == (303, "/c/well/en/embed/check-mail")
    shown = house.get("/c/well/en/embed/check-mail")
    assert f"frame-ancestors 'self' {ORIGIN};" in policy(shown)
    assert [house.person(event).name for event in house.signed()] == ["Amal Haddad"]


def test_a_form_refused_in_the_frame_is_shown_in_it_with_what_was_typed(house: House) -> None:
    answer = house.post("/c/well/en/embed/sign", house.fields(email="amal"))
    assert answer.status == 422 or answer.status == 400
    assert "Amal Haddad" in answer.body.decode()
    assert 'action="/c/well/en/embed/sign"' in answer.body.decode()
    assert f"frame-ancestors 'self' {ORIGIN};" in policy(answer)


def test_oembed_gives_the_frame_where_there_is_one_and_a_link_where_not(house: House, tmp_path: Path) -> None:
    rich = json.loads(house.get(f"/oembed?url={PAGE}&maxwidth=400").body)
    assert (rich["version"], rich["type"], rich["width"]) == ("1.0", "rich", 400)
    assert f'src="{PAGE}embed/"' in rich["html"]
    link = json.loads(House(tmp_path / "other").get(f"/oembed?url={PAGE}").body)
    assert link["type"] == "link"
    assert "html" not in link


def test_oembed_is_the_same_as_xml(house: House) -> None:
    answer = house.get(f"/oembed?url={PAGE}&format=xml")
    root = ElementTree.fromstring(answer.body)
    assert root.findtext("title") == house.card.texts["en"].title
    assert root.findtext("html") == json.loads(house.get(f"/oembed?url={PAGE}").body)["html"]


@pytest.mark.parametrize(
    ("query", "status"),
    [
        (f"url={PAGE}&format=yaml", 501),
        ("url=https://elsewhere.example/c/well/en/", 404),
        (f"url={URL}/c/unknown/en/", 404),
        (f"url={URL}/c/well/xx/", 404),
        (f"url={URL}/k/token", 404),
        ("", 404),
        (f"url={PAGE}&email=amal", 400),
    ],
)
def test_what_oembed_cannot_tell_about_is_refused(house: House, query: str, status: int) -> None:
    assert house.get(f"/oembed?{query}").status == status


def test_other_sites_may_read_the_script_the_count_and_oembed(house: House) -> None:
    for path in ("/s/undersigned-petition.js", "/c/well/count.json", f"/oembed?url={PAGE}"):
        assert house.get(path).header("access-control-allow-origin") == "*", path
    assert house.get("/s/style.css").header("access-control-allow-origin") is None


def test_the_script_for_other_sites_is_small_and_sends_nothing(house: House) -> None:
    script = house.get("/s/undersigned-petition.js").body.decode()
    assert len(script.encode()) < 5_000
    assert "postMessage" not in script
    assert "cookie;" not in script
    assert "document.cookie" not in script
    assert "localStorage" not in script

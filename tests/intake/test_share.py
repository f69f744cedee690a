"""Telling others: the code of a poster leads on, an unknown one does not, and nothing else is asked of anybody."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.house import URL, House
from tests.pages.reading import Page

PAGES = ("share", "poster", "sheet")


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, sources=("k7mq",))


def links(house: House, path: str) -> str:
    answer = house.get(path)
    assert answer.status == 200
    return Page(answer.body.decode()).html


@pytest.mark.parametrize("name", PAGES)
def test_a_known_source_leads_on_to_the_petition_and_an_unknown_one_is_dropped(house: House, name: str) -> None:
    assert "well/en/?s=k7mq" in links(house, f"/c/well/en/{name}/?s=k7mq")
    plain = links(house, f"/c/well/en/{name}/")
    assert "?s=" not in plain
    assert links(house, f"/c/well/en/{name}/?s=amal-haddad") == plain


def test_the_code_is_given_as_a_drawing_and_as_a_picture(house: House) -> None:
    assert house.get("/c/well/en/share/qr.svg").header("content-type") == "image/svg+xml"
    assert house.get("/c/well/en/share/qr.png").body.startswith(b"\x89PNG")


def test_the_text_to_copy_names_the_petition_and_its_address(house: House) -> None:
    page = Page(house.get("/c/well/en/share/").body.decode())
    assert page.id("share-text").text.split() == [*house.card.texts["en"].title.split(), f"{URL}/c/well/en/"]


def test_a_paper_sheet_asks_for_no_address_and_says_that_paper_is_counted_apart(house: House) -> None:
    sheet = house.get("/c/well/en/sheet/").body.decode()
    assert "E-mail" not in sheet
    assert "they are not in the public log" in sheet

"""By which link or poster somebody came: counted without a script, and never who came."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.campaign_files import CAMPAIGN, faults
from tests.intake.house import House
from undersigned.core.sources import asked

FIELD = re.compile(rb'name="source" value="([^"]*)"')


@pytest.fixture
def house(tmp_path: Path) -> House:
    return House(tmp_path, sources=("k7mq", "radio"))


def code_of(body: bytes) -> str:
    (found,) = FIELD.findall(body)
    return str(found.decode())


def test_a_page_has_one_empty_room_for_a_code(house: House) -> None:
    assert code_of(house.get("/c/well/en/").body) == ""


def test_a_code_of_the_card_goes_from_the_poster_into_the_journal(house: House) -> None:
    answer = house.get("/c/well/?s=k7mq", accept_language="ar")
    assert dict(answer.headers)["location"] == "/c/well/ar/?s=k7mq"
    page = house.get("/c/well/ar/?s=k7mq")
    assert (page.status, code_of(page.body)) == (200, "k7mq")
    house.sign("ar", source=code_of(page.body))
    assert house.signed()[-1].source == "k7mq"


def test_the_other_languages_are_led_to_with_the_code(house: House) -> None:
    body = house.get("/c/well/en/?s=radio").body
    assert b'href="/c/well/ar/?s=radio"' in body
    assert house.get("/c/well/en/").body.count(b"?s=") == 0
    assert b'rel="canonical" href="https://petitions.example.org/c/well/en/"' in body


@pytest.mark.parametrize("query", ["?s=amal", "?s=", "?s=k7mq2", "?s=%3Cscript%3E", "?t=k7mq", "?s=amal&s=k7mq"])
def test_a_code_that_the_card_does_not_have_is_dropped_and_the_page_is_the_file(house: House, query: str) -> None:
    assert house.get(f"/c/well/en/{query}").body == house.get("/c/well/en/").body


@pytest.mark.parametrize("sent", ["amal", "K7MQ ", "", "x" * 500])
def test_a_form_can_name_no_other_code_either(house: House, sent: str) -> None:
    house.sign(source=sent)
    assert house.signed()[-1].source == ("k7mq" if sent.strip().lower() == "k7mq" else "")


def test_a_program_may_say_by_which_link(house: House) -> None:
    assert house.sign_json(source="radio").status == 202
    assert house.signed()[-1].source == "radio"


def test_a_refused_form_keeps_the_code(house: House) -> None:
    again = house.sign(source="radio", name="")
    assert (again.status, code_of(again.body)) == (422, "radio")
    assert code_of(house.sign(source="amal", name="").body) == ""


def test_a_page_with_a_code_is_compressed_and_known_again(house: House) -> None:
    packed = house.get("/c/well/en/?s=radio", accept_encoding="gzip, br")
    assert code_of(gzip.decompress(packed.body)) == "radio"
    headers = dict(packed.headers)
    assert headers["content-encoding"] == "gzip"
    assert house.get("/c/well/en/?s=radio", if_none_match=headers["etag"]).status == 304
    assert house.get("/c/well/en/?s=k7mq", if_none_match=headers["etag"]).status == 200
    assert house.get("/c/well/en/", if_none_match=headers["etag"]).status == 200


def test_no_published_file_holds_a_code(house: House) -> None:
    for n in range(12):
        house.sign(email=f"person{n}@example.org", source="k7mq")
        house.press(f"/k/{house.token()}")
    house.turn()
    files = [file for file in (house.folder / "public").rglob("*") if file.is_file()]
    assert files
    assert [file for file in files if b"k7mq" in file.read_bytes()] == []


@given(st.text())
def test_whatever_stands_in_an_address_only_a_known_code_comes_out(query: str) -> None:
    assert asked(query, ("k7mq",)) in ("", "k7mq")


def test_a_code_that_could_be_no_code_is_a_mistake_of_the_file() -> None:
    for wrong in (b'sources = ["Poster Nairobi"]', b'sources = ["a", "a"]', b"sources = [%s]" % _many()):
        assert faults(CAMPAIGN.replace(b"fields =", wrong + b"\nfields ="))


def _many() -> bytes:
    return b", ".join(b'"c%d"' % n for n in range(101))

"""The picture on the page: light on a phone, quiet where it may hurt, and never without who made it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.core.photo_files import card, pictures, read_photo, texts
from tests.pages.reading import Page
from tests.pages.sample import SITE
from undersigned.core.campaign import Card
from undersigned.pages import render
from undersigned.pages.words import LANGUAGES

EXAMPLES = Path(__file__).parents[2] / "undersigned" / "examples"


def _warned() -> Card:
    found = read_photo(words=texts('warning = "Thirst"\n', 'warning = "عطش"\n'))
    assert isinstance(found, Card)
    return found


def test_the_page_offers_small_formats_first_and_reserves_the_room() -> None:
    html = render.petition(card(), "en", None, SITE)
    page = Page(html)
    sources = [one for one in page.elements if one.tag == "source"]
    assert [one.get("type") for one in sources] == ["image/avif", "image/webp"]
    image = next(one for one in page.elements if one.tag == "img")
    assert (image.get("width"), image.get("height"), image.get("loading")) == ("800", "533", "lazy")
    assert image.get("alt") == "A dry well"
    named = {address.split(" ")[0] for one in sources for address in one.get("srcset").split(", ")} | {image.get("src")}
    assert all(address.startswith("/c/well/photo/") and address.split("/")[-1] in pictures() for address in named)


@pytest.mark.parametrize(("language", "credit"), [("en", "Picture: Amal"), ("ar", "الصورة: أمل")])
def test_the_page_says_whose_the_picture_is_in_its_language(language: str, credit: str) -> None:
    html = render.petition(card(), language, None, SITE)
    assert credit in html
    assert "CC BY 4.0" in html


def test_the_picture_goes_with_the_page_where_it_is_shared() -> None:
    shared = re.search(r'og:image" content="([^"]+)"', render.petition(card(), "en", None, SITE))
    assert shared
    assert shared[1].startswith(f"{SITE.url}/c/well/photo/share-1200x630-")


def test_a_picture_that_may_hurt_is_hidden_until_it_is_opened_and_goes_nowhere_else() -> None:
    html = render.petition(_warned(), "en", None, SITE)
    assert re.search(
        r"<details>\s*<summary>Show the picture <span class=\"hint\">Thirst</span></summary>\s*<picture>", html
    )
    assert "og:image" not in html
    assert "<img" not in render.index([(_warned(), None)], "en", SITE)
    assert "<img" in render.index([(card(), None)], "en", SITE)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_petition_without_a_picture_has_no_trace_of_one(language: str) -> None:
    from tests.pages import sample

    assert "<picture>" not in render.petition(sample.card(), language, None, SITE)


def test_a_phone_takes_at_most_forty_kilobytes_of_an_example() -> None:
    files = [file for file in EXAMPLES.glob("*/photo/page-800x*.*") if file.suffix in (".avif", ".webp")]
    assert len(files) == 4
    assert max(file.stat().st_size for file in files) <= 40 * 1024

"""Chidi downloads a chart as a picture, in his language, with its words for those who do not see it."""

from __future__ import annotations

import io
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from msgspec.structs import replace
from PIL import Image

from tests.pages import sample
from undersigned.core.campaign import Card
from undersigned.core.counts import Counts, Day
from undersigned.engines.files.folder import PublicFolder
from undersigned.engines.press.chart_image import ChartImages
from undersigned.engines.press.fonts import Fonts
from undersigned.pages.drawing import ABOVE, BELOW, Circle, Drawing, Words
from undersigned.pages.numbers import captioned
from undersigned.pages.words import LANGUAGES, words
from undersigned.stages.publish.chart_pictures import EVERY, NAMES, QUIET, ChartPictures
from undersigned.stages.publish.numbers import PAGE_EVERY
from undersigned.stages.publish.run import Publisher

drawn = pytest.mark.skipif(
    Fonts().runs("नहीं 不 لا לא No", "en", False, False) is None, reason="Noto fonts are not installed"
)
LARGE = {"AR": 900_000, "GL": 800_000, "KE": 700_000, "FJ": 100, "PS": 60_000}


def counted() -> Counts:
    days = tuple(Day(f"2026-11-{day:02}", 40_000, 20, 1, 0) for day in range(1, 25))
    return replace(sample.counts(), days=days, countries={**sample.counts().countries, **LARGE})


class World:
    """A campaign whose count moves, a machine's clock, and a press that counts."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now, self.made, self.broken = 0.0, 0, False
        self.counted, self.at = counted(), sample.AS_OF
        self.start()

    def start(self) -> None:
        """Begin again, as after a crash."""
        public = PublicFolder(self.folder)
        self.pictures = ChartPictures(public, self, self, sample.SITE, self, lambda: self.now)
        self.now += QUIET
        self.publisher = Publisher(public, self, self, sample.SITE, (), charts=self.pictures.languages)

    def all(self) -> Sequence[Card]:
        return [sample.card()]

    def counts(self, campaign: str) -> Counts | None:
        return self.counted

    def chart(self, drawing: Drawing, language: str) -> bytes | None:
        self.made += 1
        return None if self.broken else drawing.title.encode()

    def grow(self) -> None:
        self.counted = replace(self.counted, standing=self.counted.standing + 1)

    def page(self, language: str = "en") -> str:
        self.at += PAGE_EVERY
        self.publisher.step(self.at)
        return (self.folder / f"c/library/{language}/numbers/index.html").read_text("utf-8")


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_one_language_is_drawn_at_a_time_until_all_are(world: World) -> None:
    for turn in range(1, len(LANGUAGES) + 1):
        assert world.pictures.step()
        assert world.made == turn * len(NAMES)
    assert not world.pictures.step()
    assert world.pictures.languages("library") == frozenset(LANGUAGES)


def test_nothing_is_drawn_of_a_petition_that_nobody_has_signed(world: World) -> None:
    world.counted = replace(world.counted, collected=0)
    assert not world.pictures.step()
    assert world.made == 0


def test_a_count_that_moves_is_drawn_again_only_after_a_while(world: World) -> None:
    while world.pictures.step():
        pass
    made = world.made
    world.grow()
    world.now += EVERY - 1
    assert not world.pictures.step()
    world.now += 1
    while world.pictures.step():
        pass
    assert world.made == 2 * made
    world.now += 9 * EVERY
    assert not world.pictures.step()


def test_the_page_leads_to_pictures_only_where_they_are(world: World) -> None:
    assert ".png" not in world.page()
    world.pictures.step()
    assert 'numbers/curve.png">PNG</a>' in world.page()
    assert 'numbers/countries.png">PNG</a>' in world.page()
    assert ".png" not in world.page("hi")
    world.start()
    assert 'numbers/curve.png">PNG</a>' in world.page()


def test_where_the_fonts_are_gone_the_pictures_go_too(world: World) -> None:
    while world.pictures.step():
        pass
    world.broken = True
    world.grow()
    world.now += EVERY
    while world.pictures.step():
        pass
    assert ".png" not in world.page()
    assert not list(world.folder.glob("c/library/*/numbers/*.png"))
    assert (world.folder / "c/library/en/numbers/curve.svg").exists()


def test_after_a_start_the_pages_come_first(world: World) -> None:
    world.start()
    world.now -= 1
    assert not world.pictures.step()
    world.now += 1
    assert world.pictures.step()


@drawn
@pytest.mark.parametrize("language", LANGUAGES)
def test_both_charts_are_drawn_in_every_language_fast_and_with_their_words(language: str) -> None:
    images = ChartImages(Fonts())
    for one in captioned(sample.card(), language, counted(), sample.SITE):
        spent = []
        for _ in range(3):
            began = time.process_time()
            data = images.chart(one, language)
            spent.append(time.process_time() - began)
        assert min(spent) < 0.3
        assert data is not None
        with Image.open(io.BytesIO(data)) as picture:
            assert picture.width == 1712
            assert picture.info["Description"] == one.title
            assert len(picture.convert("RGB").getcolors(1 << 20) or []) > 8
        assert words(language).number(sample.counts().standing) in one.title
        assert len(data) < 150_000


def test_the_words_name_the_largest_countries() -> None:
    _, world = captioned(sample.card(), "en", counted(), sample.SITE)
    assert world.title.endswith(
        "Argentina: 900,000 · Greenland: 800,000 · Kenya: 700,000 · Egypt: 334,139 · Brazil: 111,379"
    )


@pytest.mark.parametrize("language", ["en", "ar"])
def test_captions_stand_clear_of_the_bubbles_and_begin_where_the_language_begins(language: str) -> None:
    for one in captioned(sample.card(), language, counted(), sample.SITE):
        circles = [shape for shape in one.shapes if isinstance(shape, Circle)]
        assert min(shape.y - shape.radius for shape in circles) >= ABOVE
        assert max(shape.y + shape.radius for shape in circles) <= one.height - BELOW
        heading = next(shape for shape in one.shapes if isinstance(shape, Words) and shape.kind == "heading")
        assert (heading.x, heading.anchor) == ((one.width, "end") if language == "ar" else (0, "start"))


def test_an_address_keeps_its_direction_in_a_line_that_runs_the_other_way() -> None:
    curve, _ = captioned(sample.card(), "ar", counted(), sample.SITE)
    foot = [shape.text for shape in curve.shapes if isinstance(shape, Words)][-1]
    assert "\u2068https://petitions.example/c/library/\u2069" in foot


def test_words_that_no_font_can_write_make_no_picture() -> None:
    curve, _ = captioned(sample.card(), "en", counted(), sample.SITE)
    images = ChartImages(Fonts())
    assert images.chart(curve.captioned("\U0010fffd", "", "", False), "en") is None


def test_words_too_long_for_the_picture_end_in_dots() -> None:
    images, (curve, _) = ChartImages(Fonts()), captioned(sample.card(), "en", counted(), sample.SITE)
    long = images.chart(curve.captioned("Words " * 200, "", "", False), "en")
    assert long is not None
    with Image.open(io.BytesIO(long)) as picture:
        margin = picture.convert("L").crop((picture.width - 40, 0, picture.width, 120))
        assert margin.getextrema() == (255, 255)

"""Dana finds an organisation, and its section in her country, at an address that stays, and follows what it states."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

import feedparser
import pytest
from msgspec.structs import replace

from tests.core import statement_files as files
from tests.pages import sample
from tests.stages.test_publish_statements import GONE
from tests.stages.test_statement_forms import NOW, SITE, Press
from undersigned.core.campaign import Card
from undersigned.core.organisation import Organisation
from undersigned.pages.organisations import organisation_pages
from undersigned.pages.words import LANGUAGES

KENYA = Organisation("friends", "Friends", "kenya", "Friends: Kenya")
WHOLE = Organisation("friends", "Friends")
OTHERS = Organisation("others", "Others")


class Organised(Press):
    """A world with three campaigns: a section's, its organisation's, and somebody else's."""

    def __init__(self, folder: Path) -> None:
        self.whose: dict[str, Organisation | None] = {"ceasefire": KENYA, "river": WHOLE, "road": OTHERS}
        super().__init__(folder)

    def all(self) -> Sequence[Card]:
        card = sample.card()
        return [
            replace(card, campaign=name, organisation=whose, organiser=whose.name if whose else "Nobody")
            for name, whose in self.whose.items()
        ]


@pytest.fixture
def world(tmp_path: Path) -> Organised:
    made = Organised(tmp_path)
    made.release()
    made.step(NOW)
    return made


def test_a_statement_stands_on_the_page_of_the_section_and_of_the_organisation_and_on_no_other(
    world: Organised,
) -> None:
    for language, headline in (("en", "More than a million people ask"), ("ar", "أكثر من مليون شخص")):
        assert headline in world.read(f"o/friends/{language}/index.html")
        assert headline in world.read(f"o/friends/{language}/kenya/index.html")
        assert headline not in world.read(f"o/others/{language}/index.html")
    assert 'Press desk, <a href="mailto:press@example.org"' in world.read("o/friends/en/index.html")


def test_an_organisation_shows_all_its_petitions_and_a_section_its_own(world: Organised) -> None:
    whole, section = world.read("o/friends/en/index.html"), world.read("o/friends/en/kenya/index.html")
    assert 'href="/c/ceasefire/en/"' in whole
    assert 'href="/c/river/en/"' in whole
    assert 'href="/c/road/en/"' not in whole
    assert 'href="/o/friends/en/kenya/"' in whole
    assert 'href="/c/ceasefire/en/"' in section
    assert 'href="/c/river/en/"' not in section
    assert 'href="/o/friends/en/"' in section


@pytest.mark.parametrize("path", ["o/friends", "o/others"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_there_is_a_feed_in_each_language(world: Organised, path: str, language: str) -> None:
    feed = feedparser.parse(world.read(f"{path}/{language}/statements.atom"))
    same = world.json(f"{path}/{language}/statements.json")
    assert not feed.bozo
    assert len(feed.entries) == len(same["items"]) == (path == "o/friends" and language in ("en", "ar"))
    assert same["home_page_url"] == f"{SITE}/{path}/{language}/"
    assert same["feed_url"] == f"{SITE}/{path}/{language}/statements.json"


def test_a_section_has_feeds_of_its_own(world: Organised) -> None:
    feed = feedparser.parse(world.read("o/friends/en/kenya/statements.atom"))
    assert [entry.title for entry in feed.entries] == ["More than a million people ask for a ceasefire"]
    assert feed.feed.title == "Friends: Kenya: Statements"


def test_a_withdrawn_statement_leaves_the_page_and_tells_the_followers(world: Organised) -> None:
    world.release(more=GONE)
    world.step(files.SECOND + 10 * 86_400)
    assert "million" not in world.read("o/friends/en/index.html")
    entry = feedparser.parse(world.read("o/friends/en/kenya/statements.atom")).entries[0]
    assert (entry.title, entry.summary) == ("This statement was withdrawn", "A figure was wrong.")


def test_the_sitemap_names_each_page(world: Organised) -> None:
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    found = {one.text for one in ElementTree.fromstring(world.read("sitemap.xml")).findall("s:url/s:loc", names)}
    for path in ("o/friends/zh/", "o/friends/zh/kenya/", "o/others/en/"):
        assert f"{SITE}/{path}" in found


def test_the_petition_s_facts_and_statements_lead_there(world: Organised) -> None:
    assert 'href="/o/friends/en/"' in world.page("en")
    article = world.json("s/ceasefire/a-million/en/statement.jsonld")["@graph"][0]
    assert article["publisher"]["url"] == f"{SITE}/o/friends/en/"


@pytest.mark.parametrize("again", [False, True])
def test_an_organisation_that_no_campaign_names_any_more_leaves_nothing(world: Organised, again: bool) -> None:
    if again:
        world.start()
    world.whose |= {"ceasefire": WHOLE, "road": None}
    world.step(NOW + 60)
    left = {name for name in world.names() if name.startswith("o/")}
    assert not any("others" in name or "kenya" in name for name in left)
    assert "o/friends/en/index.html" in left
    assert "kenya" not in world.read("o/friends/en/index.html").lower()


def test_a_page_is_written_again_only_where_something_of_it_changed(world: Organised) -> None:
    before = {file: file.stat().st_mtime_ns for file in (world.public / "o").rglob("*") if file.is_file()}
    world.step(NOW + 61)
    world.start()
    world.step(NOW + 62)
    assert before == {file: file.stat().st_mtime_ns for file in (world.public / "o").rglob("*") if file.is_file()}
    assert json.loads(world.read("o/listed.json"))


def test_a_name_is_said_in_each_language_where_the_texts_say_it() -> None:
    texts = {one: sample.text(one, organiser="أصدقاء" if one == "ar" else "Friends") for one in LANGUAGES}
    card = replace(sample.card(texts), organiser="Friends", organisation=KENYA)
    whole, section = organisation_pages([card])
    assert whole.name("ar") == ("أصدقاء", "ar")
    assert section.name("ar") == ("Friends: Kenya", "")
    assert [whole.path("ar"), section.path("ar")] == ["o/friends/ar", "o/friends/ar/kenya"]


def test_the_last_campaign_says_what_an_organisation_is_called() -> None:
    old, new = (replace(sample.card(), campaign=name, opens=at) for name, at in (("old", 1), ("new", 2)))
    renamed = [replace(old, organisation=replace(WHOLE, name="Old")), replace(new, organisation=WHOLE)]
    assert [one.organisation.name for one in organisation_pages(renamed)] == ["Friends"]
    assert [card.campaign for card in organisation_pages(renamed)[0].cards] == ["new", "old"]

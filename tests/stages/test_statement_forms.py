"""Every form of a statement says the same, tells what was corrected, and is read by the programs of others."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import extruct
import feedparser
import pytest

from tests.conftest import absent
from tests.core import statement_files as files
from tests.stages.test_publish_statements import GONE, World
from undersigned.core.counts import Counts
from undersigned.engines.files.folder import PublicFolder
from undersigned.pages import citing, statement_text
from undersigned.pages import words as spoken
from undersigned.pages.shown import Shown
from undersigned.pages.views import Site
from undersigned.stages.publish.listings import Listings

NOW, LATER = files.EMBARGO, files.SECOND
SITE = "https://petitions.example"
BASE = "s/ceasefire/a-million"


class Press(World):
    """The same world with its lists: feeds, press page, sitemap."""

    def start(self) -> None:
        super().start()
        self.listings = Listings(PublicFolder(self.public), self, self.files, self, Site(SITE))

    def counts(self, campaign: str) -> Counts | None:
        return None

    def step(self, now: int) -> None:
        """One turn of the mill."""
        self.publisher.step(now)
        self.listings.step(now)

    def read(self, path: str) -> str:
        """Give a published file."""
        return (self.public / path).read_text("utf-8")

    def json(self, path: str) -> Any:
        """Give a published file of JSON."""
        return json.loads(self.read(path))


@pytest.fixture
def world(tmp_path: Path) -> Press:
    made = Press(tmp_path)
    made.release()
    made.step(NOW)
    return made


def shown(world: Press, language: str = "en") -> Shown:
    record = world.files.statements()[0].record
    return Shown(record, record.versions[-1], language, world.all()[0], Site(SITE), LATER)


def corrected(world: Press) -> None:
    world.release(corrected=True)
    world.step(LATER)


def test_the_text_for_an_e_mail_says_all_that_the_page_says(world: Press) -> None:
    text = world.read(f"{BASE}/en/statement.txt")
    for words in (
        "more than a million people have signed. No government", "“Nobody should have to count the dead.”",
        "— Amal Haddad, Secretary General", "Children killed: at least 4,200", "according to a health ministry",
        "As of 30 November 2026, 22:00 UTC · verified", "As of 8 November 2023 · reported",
        "1. Stop the fighting.", "Press desk, press@example.org", "12:00 Jerusalem · 05:00 New York",
        "https://example.org/report", f"{SITE}/s/ceasefire/a-million/en/",
    ):  # fmt: skip
        assert words.lower() in " ".join(text.split()).lower(), words
    assert max(map(len, text.splitlines())) <= 78 or "http" in max(text.splitlines(), key=len)
    assert "**" not in text
    assert "أكثر من مليون" in world.read(f"{BASE}/ar/statement.txt")


def test_other_peoples_reader_finds_article_quotation_claim_data_and_count_in_the_page(world: Press) -> None:
    found = extruct.extract(world.page("en"), base_url=SITE, syntaxes=["json-ld", "opengraph"])
    parts = {part["@type"]: part for part in found["json-ld"][0]["@graph"]}
    assert {"NewsArticle", "Quotation", "Claim", "CreativeWork", "Dataset"} <= set(parts)
    assert parts["NewsArticle"]["headline"] == "More than a million people ask for a ceasefire"
    assert parts["NewsArticle"]["datePublished"] == "2026-12-01T10:00:00Z"
    assert parts["Quotation"]["translationOfWork"]["inLanguage"] == "ar"
    assert parts["Claim"]["about"]["value"]["minValue"] == 4200
    assert "value" not in parts["Claim"]["about"]["value"]
    assert parts["CreativeWork"]["interactionStatistic"]["userInteractionCount"] == 1_000_000
    assert ("og:title", "More than a million people ask for a ceasefire") in found["opengraph"][0]["properties"]
    assert world.json(f"{BASE}/en/statement.jsonld") == found["json-ld"][0]


def test_a_headline_cannot_end_the_data_in_the_page(world: Press) -> None:
    text = files.text("en").replace("More than a million people ask", "</script><b>More than a million & ask")
    (world.source / "1" / "en.md").write_text(text, "utf-8")
    world.step(NOW + 5)
    found = extruct.extract(world.page("en"), base_url=SITE, syntaxes=["json-ld"])
    assert "</script><b>More than a million & ask for a ceasefire" in json.dumps(found, ensure_ascii=False)
    assert "</script><b>" not in world.page("en")


@pytest.mark.parametrize("path", ["c/ceasefire/en", "press/en"])
def test_other_peoples_readers_read_the_feeds(world: Press, path: str) -> None:
    feed = feedparser.parse(world.read(f"{path}/statements.atom"))
    assert not feed.bozo
    assert feed.version == "atom10"
    entry = feed.entries[0]
    assert entry.title == "More than a million people ask for a ceasefire"
    assert entry.link == f"{SITE}/{BASE}/en/"
    assert entry.updated == "2026-12-01T10:00:00Z"
    same = world.json(f"{path}/statements.json")
    assert same["version"] == "https://jsonfeed.org/version/1.1"
    assert same["feed_url"] == f"{SITE}/{path}/statements.json"
    assert [item["id"] for item in same["items"]] == [entry.id]
    assert same["items"][0]["content_html"] == entry.content[0].value.replace("<br />", "<br>")


@pytest.mark.services
def test_newsboat_reads_the_feed(world: Press, tmp_path: Path) -> None:
    if shutil.which("newsboat") is None:
        absent("newsboat")
    (tmp_path / "urls").write_text(f"file://{world.public}/c/ceasefire/ar/statements.atom\n")
    cache = tmp_path / "cache.db"
    places = ["-u", str(tmp_path / "urls"), "-c", str(cache), "-C", "/dev/null"]
    subprocess.run(["newsboat", *places, "-x", "reload"], check=True, timeout=60)
    done = subprocess.run(["newsboat", *places, "-x", "print-unread"], capture_output=True, text=True, timeout=60)
    assert done.stdout.split()[0] == "1"


def test_a_feed_stands_while_it_is_empty(tmp_path: Path) -> None:
    made = Press(tmp_path)
    made.step(NOW)
    feed = feedparser.parse(made.read("c/ceasefire/en/statements.atom"))
    assert not feed.bozo
    assert feed.entries == []
    assert feed.feed.updated


def test_a_correction_is_told_in_feed_data_and_text(world: Press) -> None:
    corrected(world)
    entry = feedparser.parse(world.read("c/ceasefire/en/statements.atom")).entries[0]
    assert (entry.published, entry.updated) == ("2026-12-01T10:00:00Z", "2026-12-03T10:00:00Z")
    assert "The source counts children only." in entry.content[0].value
    article = world.json(f"{BASE}/en/statement.jsonld")["@graph"][0]
    assert article["correction"][0]["text"] == "women and children → children. The source counts children only."
    assert article["dateModified"] == "2026-12-03T10:00:00Z"
    assert "It says now: children" in world.read(f"{BASE}/en/statement.txt")
    assert "children only" in world.json(f"{BASE}/en/ninjs.json")["edNote"]
    assert world.json(f"{BASE}/en/cite.json")[0]["URL"].endswith("/en/2/")


FORMS = ("statement.txt", "statement.jsonld", "ninjs.json", "cite.txt", "cite.bib", "cite.json")


@pytest.mark.parametrize("language", ["en", "ar"])
@pytest.mark.parametrize("form", FORMS)
def test_an_older_version_keeps_each_form_and_says_which_is_the_newest(world: Press, form: str, language: str) -> None:
    newest = world.read(f"{BASE}/{language}/{form}")
    assert world.read(f"{BASE}/{language}/1/{form}") == newest
    corrected(world)
    warning = spoken.words(language).gettext("This is not the newest version.")
    old, new = (world.read(f"{BASE}/{language}/{part}{form}") for part in ("1/", ""))
    assert warning in old
    assert f"{SITE}/{BASE}/{language}/" in old
    assert warning not in new
    assert world.read(f"{BASE}/{language}/2/{form}") == new
    assert f"/{BASE}/{language}/1/{form}" in world.page(f"{language}/1") or form == "cite.txt"


def test_an_older_version_in_data_is_found_at_its_own_address_and_keeps_its_day(world: Press) -> None:
    corrected(world)
    article = world.json(f"{BASE}/en/1/statement.jsonld")["@graph"][0]
    assert (article["url"], article["version"]) == (f"{SITE}/{BASE}/en/1/", 1)
    assert (article["creativeWorkStatus"], article["dateModified"]) == (
        "Demonstration, Obsolete",
        "2026-12-01T10:00:00Z",
    )
    assert article["exampleOfWork"] == {"@id": world.json(f"{BASE}/en/statement.jsonld")["@graph"][0]["@id"]}
    assert world.json(f"{BASE}/en/1/ninjs.json")["versionCreated"] == "2026-12-01T10:00:00Z"
    assert "No government has answered" in world.read(f"{BASE}/en/1/statement.txt")
    assert "Only one government" not in world.read(f"{BASE}/en/1/statement.txt")


def test_a_withdrawn_statement_leaves_no_form_but_its_reason(world: Press) -> None:
    corrected(world)
    assert f"{BASE}/en/1/statement.txt" in world.names()
    world.release(corrected=True, more=GONE)
    world.step(LATER + 10 * 86_400)
    left = {name for name in world.names() if name.startswith(BASE)}
    assert left == {
        f"{BASE}/{path}" for path in (
            *(f"{language}/{part}index.html" for language in ("en", "ar") for part in ("", "1/", "2/", "1-2/")),
            *(f"withdrawn.{language}.{ending}" for language in ("en", "ar") for ending in ("html", "txt", "json")),
        )
    }  # fmt: skip
    assert world.json(f"{BASE}/withdrawn.en.json")["detail"] == "A figure was wrong."
    entry = feedparser.parse(world.read("press/en/statements.atom")).entries[0]
    assert (entry.title, entry.summary) == ("This statement was withdrawn", "A figure was wrong.")
    for name in world.names():
        if not name.startswith("c/"):
            assert "million" not in world.read(name).replace("a-million", ""), name


def test_ninjs_says_the_same_as_the_page(world: Press) -> None:
    item = world.json(f"{BASE}/en/ninjs.json")
    assert item["uri"] == f"{SITE}/{BASE}/en/"
    assert (item["type"], item["pubStatus"], item["representationType"]) == ("text", "usable", "full")
    assert isinstance(item["version"], str)
    assert item["headlines"][0]["value"] == "More than a million people ask for a ceasefire"
    body = item["bodies"][0]
    assert (body["charCount"], body["wordCount"]) == (len(body["value"]), len(body["value"].split()))
    assert ElementTree.fromstring(f"<body>{item['bodies'][1]['value']}</body>")
    picture = item["associations"][0]
    assert (picture["type"], picture["usageTerms"]) == ("picture", "CC BY 4.0")
    assert picture["renditions"][0]["href"] == f"{SITE}/{BASE}/1-crowd.png"


def test_the_sitemap_names_every_language_of_petition_and_statement(world: Press) -> None:
    root = ElementTree.fromstring(world.read("sitemap.xml"))
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9", "x": "http://www.w3.org/1999/xhtml"}
    found = {node.text: node for node in root.findall("s:url/s:loc", names)}
    assert f"{SITE}/{BASE}/ar/" in found
    assert f"{SITE}/c/ceasefire/en/" in found
    url = next(one for one in root.findall("s:url", names) if one.findtext("s:loc", "", names).endswith("million/ar/"))
    assert {link.get("hreflang") for link in url.findall("x:link", names)} == {"en", "ar"}


def test_a_citation_names_the_version_that_never_changes(world: Press) -> None:
    assert f"{SITE}/{BASE}/en/1/" in citing.line(shown(world))
    assert "@misc{ceasefire-a-million-1-en," in world.read(f"{BASE}/en/cite.bib")
    text = files.text("en").replace("More than a million people ask", "100 % of {figure:children} & more_")
    (world.source / "1" / "en.md").write_text(text, "utf-8")
    assert r"title = {{100 \% of at least 4,200" in citing.bibtex(shown(world))
    assert r"\& more\_" in citing.bibtex(shown(world))
    csl = json.loads(citing.csl(shown(world)))[0]
    assert csl["issued"] == {"date-parts": [[2026, 12, 1]]}


def test_lines_above_the_text_say_whose_copy_it_is(world: Press) -> None:
    assert statement_text.text(shown(world), ["Copy 7 of Ben"]).startswith("Copy 7 of Ben\n\n")


def test_the_press_page_shows_statement_contact_and_picture(world: Press) -> None:
    page = world.read("press/en/index.html")
    assert "More than a million people ask for a ceasefire" in page
    link = '<a href="mailto:press@example.org" dir="ltr">press@example.org</a>'
    assert f"Press desk, {link}" in page
    assert f"Press desk, {link}" in world.read(f"{BASE}/en/index.html")
    assert 'alt="Many people with candles in a square"' in page
    assert "أكثر من مليون شخص" in world.read("press/ar/index.html")


def test_lists_are_not_written_again_where_nothing_changed(world: Press) -> None:
    assert not world.listings.step(NOW)
    before = {file: file.stat().st_mtime_ns for file in world.public.rglob("*") if file.is_file()}
    world.step(NOW + 1)
    assert before == {file: file.stat().st_mtime_ns for file in world.public.rglob("*") if file.is_file()}

"""What a reader finds after a correction and after a withdrawal, at every address and in every form, by the door."""

from __future__ import annotations

import json
import re
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import feedparser
import pytest

from tests.core import statement_files as files
from tests.intake.house import House
from tests.stages.test_embargo import CAMPAIGN, FORMS, Installation
from tests.stages.test_publish_statements import GONE
from undersigned.pages.cover import Cover
from undersigned.pages.hours import iso

BASE = f"/s/{CAMPAIGN}/a-million"
THIRD = files.SECOND + 86_400
LEFT = files.SECOND + 10 * 86_400
WORDS = {1: "**No** government", 2: "Only one government", 3: "Only two governments"}
LATER = """
[[version]]
number = 3
released = 2026-12-04T10:00:00Z
[[correction]]
version = 3
language = "en"
said = "Only one government"
says = "Only two governments"
why = "A second one wrote that day."
by = "Press desk"
at = 2026-12-04T10:00:00Z
"""
SINCE = """
[[since]]
id = "children-later"
supersedes = "children"
measure = "children-killed"
qualifier = "at_least"
value = 9000
status = "reported"
as_of = "2024-01-08"
organisation = "A health ministry"
label = "Children killed"
told = 2026-12-06T00:00:00Z
"""
TOLD = 1_796_515_200  # 2026-12-06T00:00:00Z


class Open:
    """Gives what it was asked to typeset, in the place of a PDF."""

    def draw(self, wanted: Cover) -> bytes | None:
        return b"picture"

    def typeset(self, values: dict[str, Any], pictures: Any = None) -> bytes | None:
        return json.dumps(values, ensure_ascii=False).encode()


class Written(Installation):
    """An installation whose statement was corrected twice."""

    def write(self, more: str = "") -> None:
        """Write three versions and their record."""
        english = {n: files.text("en").replace("**No** government", words) for n, words in WORDS.items()}
        made = [files.version(n, facts=files.facts(n), en=words) for n, words in english.items()]
        record = files.record_toml(corrected=True, more=LATER + more)
        files.lay(self.source / CAMPAIGN / "a-million", made, record, CAMPAIGN)

    def ask(self, path: str, method: str = "GET", **headers: str) -> tuple[int, str]:
        """Give status and words of an answer."""
        answer = self.house.ask(method, path, b"", **headers)
        return answer.status, answer.body.decode("utf-8", "replace")

    def read(self, path: str) -> str:
        """Give the words of a page that is there."""
        status, words = self.ask(path)
        assert status == 200, path
        return words


@pytest.fixture
def written(tmp_path: Path) -> Written:
    made = Written(House(tmp_path / "house"), tmp_path / "with", False, Open())
    made.write()
    for now in (files.EMBARGO, files.SECOND, THIRD):
        made.turn(now)
    made.answers([])  # lets the door serve this folder
    return made


def test_every_form_tells_both_corrections_with_their_reasons_and_when(written: Written) -> None:
    for form in ("", "statement.txt", "statement.jsonld", "ninjs.json", "statement.pdf"):
        words = " ".join(written.read(f"{BASE}/en/{form}").split())
        for said in ("The source counts children only.", "A second one wrote that day."):
            assert said in words, form
        assert "Only two governments" in words, form
    article = json.loads(written.read(f"{BASE}/en/statement.jsonld"))["@graph"][0]
    assert [one["datePublished"] for one in article["correction"]] == [iso(THIRD), iso(files.SECOND)]
    assert (article["datePublished"], article["dateModified"]) == (iso(files.EMBARGO), iso(THIRD))
    ninjs = json.loads(written.read(f"{BASE}/en/ninjs.json"))
    assert (ninjs["version"], ninjs["firstCreated"], ninjs["versionCreated"]) == ("3", iso(files.EMBARGO), iso(THIRD))


def test_feeds_and_sitemap_say_when_it_changed_and_the_press_page_that_it_did(written: Written) -> None:
    for path in (f"/c/{CAMPAIGN}/en", "/press/en"):
        (entry,) = feedparser.parse(written.read(f"{path}/statements.atom")).entries
        assert (entry.published, entry.updated) == (iso(files.EMBARGO), iso(THIRD))
        assert "A second one wrote that day." in entry.content[0].value
        (item,) = json.loads(written.read(f"{path}/statements.json"))["items"]
        assert (item["id"], item["date_modified"]) == (entry.id, iso(THIRD))
    names = {"s": "http://www.sitemaps.org/schemas/sitemap/0.9"}
    rows = ElementTree.fromstring(written.read("/sitemap.xml")).findall("s:url", names)
    changed = {row.findtext("s:loc", "", names): row.findtext("s:lastmod", "", names) for row in rows}
    own = {address: at for address, at in changed.items() if BASE in address}
    assert set(own.values()) == {iso(THIRD)}
    assert {address.rsplit("/", 2)[1] for address in own} == {"en", "ar"}
    assert "Corrections" in written.read("/press/en/")


def test_each_version_stays_at_its_address_and_any_two_can_be_compared(written: Written) -> None:
    for number, words in WORDS.items():
        page = written.read(f"{BASE}/en/{number}/")
        assert words.replace("**", "") in re.sub("<[^>]+>", "", page)
        assert ("This is not the newest version" in page) is (number < 3)
        assert f'href="{BASE}/en/{number}/"' in written.read(f"{BASE}/en/")
    for one, other in combinations(WORDS, 2):
        compared = re.sub(r"\s+", " ", written.read(f"{BASE}/en/{one}-{other}/"))
        assert "<del>" in compared
        assert "<ins>" in compared
        assert written.ask(f"{BASE}/ar/{one}-{other}/")[0] == 200
    for nothing in ("4/", "2-1/", "1-4/", "1-1/"):
        assert written.ask(f"{BASE}/en/{nothing}")[0] == 404


def test_what_is_known_since_is_told_in_every_form_from_its_time_on(written: Written) -> None:
    written.write(SINCE)
    forms = ("", "statement.txt", "statement.pdf", "ninjs.json")
    written.turn(TOLD - 1)
    assert not [form for form in forms if "9,000" in written.read(f"{BASE}/en/{form}")]
    written.turn(TOLD)
    for form in forms:
        words = " ".join(written.read(f"{BASE}/en/{form}").split())
        assert re.search(r"Since then", words, re.IGNORECASE), form
        assert "at least 9,000" in words, form
        assert "at least 4,200" in words, form
    assert "9,000" in written.read(f"/c/{CAMPAIGN}/en/statements.atom")
    assert "at least 9,000" in written.read(f"{BASE}/en/1/")


def test_after_a_withdrawal_every_address_answers_410_with_the_reason_in_its_language_and_form(
    written: Written,
) -> None:
    addresses = [
        f"{BASE}/{language}/{part}"
        for language in ("en", "ar")
        for part in ("", "1/", "2/", "3/", "1-2/", "1-3/", "2-3/", *FORMS, "1/statement.txt", "2/ninjs.json")
    ]
    image = re.search(rf"{BASE}/en/share-[0-9a-f]+\.png", written.read(f"{BASE}/en/"))
    assert image is not None
    addresses += [image[0], f"{BASE}/1-crowd.png", f"{BASE}/3-crowd.png"]
    assert {written.ask(address)[0] for address in addresses} == {200}
    written.write(GONE)
    written.turn(LEFT)
    for address in addresses:
        status, words = written.ask(address, accept_language="en")
        assert status == 410, address
        reason = "كان رقم خاطئا." if "/ar/" in address else "A figure was wrong."
        assert reason in words, address
        assert "government" not in words, address
        assert written.ask(address, "HEAD")[0] == 410
        if address.endswith((".json", ".jsonld")):
            assert json.loads(words)["pubStatus"] == "canceled"
        elif address.endswith((".txt", ".bib")):
            assert "<" not in words
    assert "A figure was wrong." in written.ask(f"{BASE}/fr/", accept_language="en")[1]
    for path in (f"/c/{CAMPAIGN}/en", "/press/en"):
        (entry,) = feedparser.parse(written.read(f"{path}/statements.atom")).entries
        assert (entry.title, entry.summary) == ("This statement was withdrawn", "A figure was wrong.")
    assert BASE not in written.read("/sitemap.xml")
    assert BASE not in written.read("/press/en/")
    assert written.pages.told(CAMPAIGN, LEFT) == ()

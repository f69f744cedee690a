"""A cheap phone on a slow line: the petition page and all it loads, compressed as a server would."""

from __future__ import annotations

import gzip
import re
from importlib import resources
from pathlib import Path

import pytest

from tests.pages import sample
from tests.pages.every import refused
from tests.pages.reading import Page
from undersigned.core.campaign import Card
from undersigned.core.countries import COUNTRIES
from undersigned.core.reading import read
from undersigned.engines.files.campaign_folder import sources
from undersigned.pages import render
from undersigned.pages.fixed import fixed
from undersigned.pages.words import LANGUAGES
from undersigned.vault.keys import make_campaign_key

STATIC = resources.files("undersigned.pages") / "static"
FIXED = dict(fixed())
EXAMPLES = Path(str(resources.files("undersigned"))) / "examples"
HTML_MOST = 14_000  # bytes
ALL_MOST = 30_000


def compressed(data: bytes) -> int:
    return len(gzip.compress(data, 9, mtime=0))


def ceasefire() -> Card:
    """Give the largest example with the largest count: every country and territory is shown."""
    folder = EXAMPLES / "ceasefire"
    files = sources(folder)
    card = read(files.campaign, files.texts, make_campaign_key().recipient.encode(), None, files.pictures)
    assert isinstance(card, Card)
    return card


def heaviest(language: str) -> str:
    counts = sample.counts(countries={code: 1_000 + number for number, code in enumerate(COUNTRIES)})
    form = refused(name="ا" * 100, email="a" * 60, comment="Please. " * 60)
    return render.petition(ceasefire(), language, counts, sample.SITE, form)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_petition_page_fits_into_one_flight(language: str) -> None:
    assert compressed(heaviest(language).encode()) <= HTML_MOST


@pytest.mark.parametrize("language", LANGUAGES)
def test_all_that_the_petition_page_loads_is_light(language: str) -> None:
    html = heaviest(language)
    page = Page(html)
    loaded = {address for one, address in page.addresses() if one.tag == "script" or one.get("rel") == "stylesheet"}
    names = {address.removeprefix("/s/") for address in loaded}
    names |= set(re.findall(r"url\(([^)]+)\)", FIXED["style.css"].decode()))
    assert len(names) == 3
    assert compressed(html.encode()) + sum(compressed(FIXED[name]) for name in names) <= ALL_MOST


def test_the_sheet_is_the_same_in_both_directions() -> None:
    """Logical properties only: what names left or right would be wrong in half of the world's scripts."""
    style = re.sub(r"/\*.*?\*/", "", FIXED["style.css"].decode(), flags=re.DOTALL)
    sides = "(?:left|right|top|bottom)"
    assert re.findall(rf"(?:margin|padding|border|inset)-{sides}", style) == []
    assert re.findall(rf"(?<![-\w])(?:{sides}|width|height)\s*:", style) == []
    assert re.findall(r":\s*(?:left|right)\b", style) == []


def test_the_script_keeps_to_the_strict_policy() -> None:
    """What `require-trusted-types-for 'script'` and `script-src 'self'` would stop is not even tried."""
    script = (STATIC / "petition.js").read_text("utf-8")
    forbidden = r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval\(|new Function|createElement\(.script"
    assert re.findall(forbidden, script) == []
    assert re.findall(r"localStorage|sessionStorage|document\.cookie|https?://", script) == []

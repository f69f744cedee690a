"""The demonstration's page of another site: everything on it is the petition's own, by its whole address."""

from __future__ import annotations

import msgspec
import pytest

from tests.pages import sample
from tests.pages.reading import Page
from undersigned.pages.elsewhere import elsewhere
from undersigned.pages.words import LANGUAGES, direction

HERE = "http://localhost:8000"


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_speaks_the_reader_s_language_says_what_it_is_and_loads_from_the_petition_alone(language: str) -> None:
    card = msgspec.structs.replace(sample.card(), embed=(HERE,))
    site = msgspec.structs.replace(sample.SITE, demo=True)
    page = Page(elsewhere([card], HERE, site, language))
    root = page.one("html")
    assert (root.get("lang"), root.get("dir")) == (language, direction(language))
    assert page.one("p", **{"class": "banner"})
    away = [address for _, address in page.addresses() if not address.startswith("/s/")]
    assert away
    assert all(address.startswith(f"{site.url}/") for address in away)
    assert page.one("iframe").get("src") == f"{site.url}/c/{card.campaign}/{card.language(language)}/embed/"


def test_a_petition_that_allows_the_site_is_chosen_and_without_one_there_is_no_frame() -> None:
    closed = sample.card()
    open_ = msgspec.structs.replace(closed, campaign="other", embed=(HERE,))
    assert "/c/other/" in elsewhere([closed, open_], HERE, sample.SITE, "en")
    assert "<iframe" not in elsewhere([closed], HERE, sample.SITE, "en")

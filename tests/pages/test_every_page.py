"""What every page promises, in every language: no third party, no cookie, no script of its own, nothing unsaid."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise

import pytest

from tests.pages import sample
from tests.pages.every import PERSONAL, every_page
from tests.pages.reading import Element, Page
from undersigned.pages.views import Site
from undersigned.pages.words import LANGUAGES, words

OURS = re.compile(r"/(?!/)|#|mailto:")


@cache
def pages(language: str) -> dict[str, Page]:
    return {name: Page(html) for name, html in every_page(language).items()}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_says_its_language_and_direction(language: str) -> None:
    for page in pages(language).values():
        root = page.one("html")
        assert root.get("lang") == language
        assert root.get("dir") == ("rtl" if language in ("ar", "he") else "ltr")


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_loaded_from_another_host(language: str) -> None:
    for name, page in pages(language).items():
        for element, address in page.addresses():
            if element.tag == "a" or element.get("rel") in ("canonical", "alternate"):
                continue
            assert OURS.match(address), f"{name}: {element.tag} {address}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_link_away_gives_no_referrer(language: str) -> None:
    for name, page in pages(language).items():
        assert page.one("meta", name="referrer").get("content") == "no-referrer"
        away = [one for one in page.all("a") if not OURS.match(one.get("href"))]
        assert [one.get("href") for one in away if "noreferrer" not in one.get("rel")] == [], name


def test_no_page_has_script_or_style_of_its_own() -> None:
    for name, page in pages("en").items():
        for script in page.all("script"):
            assert script.get("src").startswith("/s/") or script.get("type") in (
                "application/json",
                "application/ld+json",
            ), name
        assert page.all("style") == []
        handlers = [attribute for one in page.elements for attribute in one.attributes if attribute.startswith("on")]
        assert handlers == []
        assert [one for one in page.elements if "style" in one.attributes] == []


def test_no_page_sets_a_cookie_or_frames_another() -> None:
    for page in pages("en").values():
        assert [one for one in page.all("meta") if one.get("http-equiv").lower() == "set-cookie"] == []
        assert page.all("iframe") + page.all("object") + page.all("embed") == []


def test_no_address_of_ours_has_a_query_but_for_the_code_of_a_poster() -> None:
    for name, page in pages("en").items():
        for _, address in page.addresses():
            plain = address.removesuffix("?s=k7mq")
            assert not (OURS.match(plain) and not plain.startswith("mailto:") and "?" in plain), name


def test_a_token_stands_only_where_its_holder_goes() -> None:
    for name, page in pages("en").items():
        holding = [(one.tag, address) for one, address in page.addresses() if sample.TOKEN in address]
        assert all(re.match(r"/[krw]/", address) for _, address in holding)
        own = name in PERSONAL and name not in ("check-mail", "link-sent", "state-erased")
        assert bool(holding) == (own or name == "mailbox")


@pytest.mark.parametrize("language", LANGUAGES)
def test_titles_of_a_signers_pages_never_name_the_petition(language: str) -> None:
    for name in PERSONAL:
        assert sample.TITLES[language] not in pages(language)[name].title
        assert pages(language)[name].title


def test_pages_of_a_signer_are_kept_from_search_engines() -> None:
    for name in (*PERSONAL, "refusal", "mailbox", "petition-refused"):
        assert "noindex" in pages("en")[name].one("meta", name="robots").get("content")
    assert pages("en")["petition"].all("meta", name="robots") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_demonstration_and_a_simulation_say_so_on_every_page(language: str) -> None:
    said = words(language)
    demonstration = said.gettext("This is a demonstration. Nothing signed here counts.")
    simulated = said.gettext("The signatures shown here are simulated.")
    for page in pages(language).values():
        assert demonstration in page.html
        assert simulated not in page.html
    real = sample.card(demonstration=False)
    for html in every_page(language, real, Site("https://petitions.example", simulated=True)).values():
        assert simulated in html
        assert demonstration not in html


def test_a_demonstration_petition_says_so_on_a_real_site() -> None:
    for name, html in every_page("en", site=Site("https://petitions.example")).items():
        if name not in ("index", "verify", "not-found", "mailbox", "press", "press-empty"):
            assert "This is a demonstration." in html, name


@pytest.mark.parametrize("language", LANGUAGES)
def test_headings_come_in_order_and_once(language: str) -> None:
    for name, page in pages(language).items():
        levels = [int(one.tag[1]) for one in page.elements if re.fullmatch(r"h[1-6]", one.tag)]
        assert levels.count(1) == 1, name
        below = levels[levels.index(1) :]
        assert all(after <= before + 1 for before, after in pairwise(below)), name


def test_ids_are_unique_and_what_is_pointed_at_is_there() -> None:
    for name, page in pages("en").items():
        ids = [one.get("id") for one in page.elements if one.get("id")]
        assert len(ids) == len(set(ids)), name
        pointed = [one.get("for") for one in page.all("label")]
        pointed += [address[1:] for _, address in page.addresses() if address.startswith("#")]
        pointed += [each for one in page.elements for each in one.get("aria-describedby").split()]
        assert set(pointed) <= set(ids), name


def test_every_field_has_a_label() -> None:
    for name, page in pages("en").items():
        labelled = {one.get("for") for one in page.all("label")}
        for one in page.elements:
            if one.tag in ("input", "select", "textarea") and one.get("type") != "hidden":
                assert one.get("id") in labelled, name


def test_every_page_has_its_landmarks_and_a_way_past_the_head() -> None:
    for page in pages("en").values():
        assert [len(page.all(tag)) for tag in ("main", "footer")] == [1, 1]
        assert page.one("a", href="#main").get("class") == "skip"
        assert page.id("main").tag == "main"


@pytest.mark.parametrize("language", LANGUAGES)
def test_who_runs_it_what_is_kept_and_how_to_check_stand_at_the_foot(language: str) -> None:
    for name, page in pages(language).items():
        foot = page.one("footer").text
        links = {address for _, address in page.addresses()}
        assert "/verify" in links
        if name not in ("index", "verify", "not-found", "mailbox", "press", "press-empty", "organisation"):
            assert "Friends of the Library" in foot
            assert f"/c/library/{language}/kept/" in links


def test_the_source_code_is_linked_where_its_address_is_known() -> None:
    source = "https://code.example/undersigned"
    with_source = Page(every_page("en", site=Site("https://petitions.example", source=source))["index"])
    assert with_source.one("a", href=source).get("rel") == "noreferrer"


def near(element: Element) -> str:
    return element.text.replace("\n", " ")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_count_says_as_of_in_utc(language: str) -> None:
    said = words(language)
    as_of = said.gettext("As of %(moment)s") % {"moment": said.moment(sample.AS_OF)}
    for name in ("petition", "petition-refused", "petition-closed"):
        for section in pages(language)[name].all("section"):
            if section.get("class") in ("tally", "numbers"):
                assert said.moment(sample.AS_OF) in near(section)
        assert as_of in near(pages(language)[name].one("main"))
    assert as_of in near(pages(language)["index"].one("main"))
    for table in pages(language)["petition"].all("table"):
        assert as_of in near(table)
    assert said.moment(sample.AS_OF).endswith("UTC")


def test_no_undefined_name_is_passed_over() -> None:
    from jinja2 import UndefinedError

    from undersigned.pages.templating import fill

    with pytest.raises(UndefinedError):
        fill("check-mail.html", {"words": words("en"), "site": sample.SITE})

"""The petition page: its words are the campaign's, its count is one value, and what was typed is safe in it."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pages import sample
from tests.pages.every import refused
from tests.pages.reading import Page
from undersigned.core import problems
from undersigned.core.campaign import Demand
from undersigned.core.rules import Refusal
from undersigned.pages import render
from undersigned.pages.views import Form
from undersigned.pages.words import LANGUAGES, words

HOSTILE = "\"><script>alert(1)</script>' onfocus=x {{ 7*7 }} %(title)s %s \u202e"


def petition(language: str = "en", **given: object) -> Page:
    card = given.pop("card", None) or sample.card()
    counts = given.pop("counts", sample.counts())
    return Page(render.petition(card, language, counts, sample.SITE, **given))  # type: ignore[arg-type]


def test_the_count_comes_first_in_its_element_with_checkpoint_and_a_link_to_verify() -> None:
    page = petition()
    assert re.search(r'id="count"[^>]*>\s*1,002,417', page.html)
    assert page.id("collected").text == "1,004,310"
    assert page.id("size").text == "1,009,420"
    assert page.id("root").get("title") == sample.counts().root
    assert sample.counts().root.startswith(page.id("root").text.rstrip("…"))
    (tally,) = page.all("section", **{"class": "tally"})
    assert "Check this number yourself" in tally.text


@pytest.mark.parametrize(
    ("language", "number"),
    [("fr", "1\u202f002\u202f417"), ("es", "1.002.417"), ("ru", "1\xa0002\xa0417"), ("hi", "10,02,417")],
)
def test_numbers_are_written_as_the_language_writes_them(language: str, number: str) -> None:
    assert petition(language).id("count").text == number


@pytest.mark.parametrize(
    ("language", "standing", "noun"),
    [("en", 1, "signature"), ("ru", 2, "подписи"), ("ru", 5, "подписей"), ("ru", 21, "подпись"), ("ar", 3, "توقيعات")],
)
def test_the_noun_goes_with_the_number(language: str, standing: int, noun: str) -> None:
    page = petition(language, counts=sample.counts(standing))
    (figure,) = page.all("p", **{"class": "figure"})
    assert figure.text.split()[-1] == noun


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_is_given_every_plural_form_and_the_pattern_of_times(language: str) -> None:
    (tally,) = petition(language).all("section", **{"class": "tally"})
    forms = json.loads(tally.get("data-forms"))
    said = words(language)
    assert {said.category(number) for number in (*range(120), 1_000_000)} <= forms.keys() | {"other"}
    assert all(form.count("{}") == 1 for form in forms.values())
    assert tally.get("data-count") == "/c/library/count.json"
    assert {"{0}", "{1}"} <= set(re.findall(r"\{.\}", tally.get("data-moment")))


def test_without_a_count_the_page_says_that_nothing_was_counted() -> None:
    page = petition(counts=None)
    assert "Nothing has been counted yet." in page.html
    assert [one for one in page.elements if one.get("id") == "count"] == []


def test_demands_stand_with_those_they_are_addressed_to() -> None:
    (first, second) = [one.text for one in petition().all("p", **{"class": "to"})]
    assert "The town council" in first
    assert "The mayor" in first
    assert "The mayor" not in second
    assert "What we ask" not in petition(card=sample.card(demands=())).html


def test_countries_are_shown_in_groups_under_a_heading_that_offends_nobody() -> None:
    page = petition()
    (table,) = page.all("table")
    assert "Country or territory" in table.text
    assert "Namibia" in table.text
    assert "North" in table.text
    assert "Not shown by country yet" in table.text
    assert "Groups of fewer than 10 are shown together" in page.html
    assert petition(counts=sample.counts(9)).all("table") == []


def test_the_language_switch_is_plain_links_to_every_language() -> None:
    page = petition("sw")
    links = [one for one in page.all("a") if one.get("hreflang")]
    assert [one.get("href") for one in links] == [f"/c/library/{language}/" for language in LANGUAGES]
    assert [one.text for one in links if "aria-current" in one.attributes] == ["Kiswahili"]


def test_a_campaign_of_two_languages_shows_its_first_to_all_others() -> None:
    card = sample.card({"es": sample.text("es"), "en": sample.text("en")})
    page = petition("ru", card=card)
    assert page.one("html").get("lang") == "es"
    assert len([one for one in page.all("a") if one.get("hreflang")]) == 2


# --- the form -------------------------------------------------------------------------------------------


def test_the_form_has_the_fields_of_the_public_interface() -> None:
    page = petition("ar")
    assert page.one("form").attributes.items() >= {"method": "post", "action": "/c/library/ar/sign"}.items()
    assert (
        page.field("name").attributes.items() >= {"autocomplete": "name", "spellcheck": "false", "dir": "auto"}.items()
    )
    email = {"type": "email", "autocomplete": "email", "inputmode": "email", "dir": "ltr"}
    assert page.field("email").attributes.items() >= email.items()
    assert page.field("text").get("value") == sample.text("ar").hash
    assert "required" in page.field("consent").attributes
    assert "checked" not in page.field("consent").attributes
    assert "required" not in page.field("updates").attributes
    assert "checked" not in page.field("updates").attributes


def test_countries_are_to_be_chosen_the_first_choice_being_none() -> None:
    options = petition("sw").all("option")
    assert options[0].get("value") == ""
    assert len(options) == len({one.get("value") for one in options}) > 245
    assert {"NA", "XK", "PS", "TW"} <= {one.get("value") for one in options}
    assert [one for one in options if "selected" in one.attributes] == []


def test_the_trap_for_programs_is_hidden_from_eyes_screen_readers_and_the_keyboard() -> None:
    page = petition()
    assert page.field("website").attributes.items() >= {"tabindex": "-1", "autocomplete": "off"}.items()
    (trap,) = page.all("div", **{"class": "trap"})
    assert trap.get("aria-hidden") == "true"
    assert "Leave this field empty" in trap.text


def test_a_comment_is_asked_only_where_the_card_asks_it() -> None:
    assert petition().field("comment").tag == "textarea"
    assert [one for one in petition(card=sample.card(fields=())).elements if one.get("name") == "comment"] == []


def test_at_risk_the_form_says_what_is_kept_and_asks_for_a_safe_device() -> None:
    standard, at_risk = petition(), petition(card=sample.card(mode="at-risk"))
    for page in (standard, at_risk):
        assert "is sealed as soon as it arrives" in page.id("sign").text
        assert "The public sees a number and a log without names" in page.id("sign").text
    assert "Sign only on a device and a network that you trust." in at_risk.html
    assert "Sign only on a device" not in standard.html


@pytest.mark.parametrize(
    ("card", "now", "said"),
    [
        (sample.card(paused=True), None, "This petition is paused."),
        (sample.card(paused=True), sample.AS_OF, "This petition is paused."),
        (sample.card(), sample.card().closes, "This petition is closed."),
        (sample.card(), sample.card().opens - 1, "This petition is not open yet."),
    ],
)
def test_a_petition_that_takes_no_signatures_shows_no_form(card: object, now: int | None, said: str) -> None:
    page = petition(card=card, now=now)
    assert said in page.id("sign").text
    assert page.all("form") == []
    assert page.all("a", href="#sign") == []


# --- a form that was refused ----------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_errors_stand_on_top_and_lead_to_their_fields(language: str) -> None:
    page = petition(language, form=refused(name="Amal"))
    (summary,) = page.all("div", **{"class": "errors"})
    assert summary.attributes.items() >= {"tabindex": "-1", "role": "alert", "autofocus": ""}.items()
    links = [one.get("href") for one in page.all("a") if one.get("href") in ("#email", "#country", "#consent")]
    assert links == ["#email", "#country", "#consent"]
    wrong = {
        "email": problems.EMAIL_MALFORMED,
        "country": problems.COUNTRY_MISSING,
        "consent": problems.CONSENT_MISSING,
    }
    for name, problem in wrong.items():
        field = page.field(name)
        assert field.get("id") == name
        assert field.get("aria-invalid") == "true"
        assert f"{name}-wrong" in field.get("aria-describedby").split()
        assert words(language).gettext(problem.title) in page.id(f"{name}-wrong").text
    assert "aria-invalid" not in page.field("name").attributes


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_title_begins_with_the_word_for_error(language: str) -> None:
    word = words(language).gettext("Error: %(title)s").partition("%")[0].strip()
    assert word
    assert petition(language, form=refused()).title.startswith(word)
    assert not petition(language).title.startswith(word)


def test_answers_are_kept() -> None:
    answers = {
        "name": "Amal",
        "email": "amal@",
        "country": "EG",
        "comment": "\nPlease\n",
        "consent": "yes",
        "updates": "yes",
    }
    page = petition(form=refused(**answers))
    assert page.field("name").get("value") == "Amal"
    assert page.field("email").get("value") == "amal@"
    assert [one.get("value") for one in page.all("option") if "selected" in one.attributes] == ["EG"]
    assert page.field("comment").text == "\n\nPlease\n"  # a browser drops the first line break
    assert "checked" in page.field("consent").attributes
    assert "checked" in page.field("updates").attributes


@pytest.mark.parametrize(
    ("field", "problem", "target"),
    [
        ("text", problems.TEXT_OUTDATED, "#text"),
        ("", problems.TOO_MANY_REQUESTS, "#sign"),
        ("x", problems.FAILED, "#sign"),
    ],
)
def test_a_problem_of_no_field_leads_to_the_text_or_the_form(
    field: str, problem: problems.Problem, target: str
) -> None:
    page = petition(form=Form({}, [Refusal(field, problem)]))
    assert problem.title in [one.text for one in page.all("a", href=target)]


def test_words_of_strangers_and_campaigns_are_escaped_everywhere() -> None:
    text = sample.text("en", title=HOSTILE, summary=HOSTILE, organiser=HOSTILE, body=HOSTILE, demands={"a": HOSTILE},
                       addressees={"b": HOSTILE}, consents={"processing": HOSTILE, "updates": HOSTILE})  # fmt: skip
    card = sample.card({"en": text}, demands=(Demand("a", ("b",)),), contact=HOSTILE)
    page = petition(card=card, form=refused(name=HOSTILE, email=HOSTILE, country=HOSTILE, comment=HOSTILE))
    assert page.one("script").get("src") == "/s/petition.js"
    assert [name for one in page.elements for name in one.attributes if name.startswith("onf")] == []
    assert page.field("name").get("value") == HOSTILE
    assert page.field("comment").text == "\n" + HOSTILE
    assert page.one("h1").text == HOSTILE
    assert "49" not in page.one("h1").text


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200))
def test_any_name_and_any_comment_come_back_as_they_were(name: str, comment: str) -> None:
    page = petition(form=refused(name=name, comment=comment), card=sample.card({"en": sample.text("en")}))
    assert page.field("name").get("value") == name
    assert page.field("comment").text.removeprefix("\n") == comment

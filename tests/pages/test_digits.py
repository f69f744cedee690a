"""Amal reads every number and every day of a petition in the digits that its campaign chose, and in no others."""

from __future__ import annotations

import re
import unicodedata

import pytest
from msgspec.structs import replace

from tests.core import statement_files
from tests.pages import gathered, sample
from tests.pages.every import every_page
from undersigned.core.digits import Digits
from undersigned.pages import feeds, gatherings, numbers, oembed, statement_data, statement_text, statements
from undersigned.pages.quantities import quantity
from undersigned.pages.shown import Shown
from undersigned.pages.words import words

#: Lists of several petitions, and pages that are about none: they keep the default of their language.
LISTS = ("index", "press", "press-empty", "organisation", "verify", "not-found", "mailbox")
WRITTEN = {"latn": "1,002,417", "native": "١٬٠٠٢٬٤١٧"}


def foreign(text: str) -> set[str]:
    """Give the digits of a text that are none of 0 to 9."""
    return {sign for sign in text if unicodedata.category(sign) == "Nd" and sign not in "0123456789"}


def pages(digits: Digits) -> dict[str, str]:
    """Give every Arabic page of one petition."""
    found = every_page("ar", sample.card(digits={"ar": digits}))
    return {name: page for name, page in found.items() if name not in LISTS}


def test_with_latin_digits_no_page_has_a_digit_of_another_script() -> None:
    assert {name: foreign(page) for name, page in pages("latn").items() if foreign(page)} == {}


def test_with_native_digits_every_time_and_every_number_is_in_them() -> None:
    found = pages("native")
    assert {name for name, page in found.items() if WRITTEN["latn"] in page} == set()
    times = {
        (name, words)
        for name, page in found.items()
        for words in re.findall(r"<time[^>]*>([^<]*)</time>", page)
        if re.search("[0-9]", words)
    }
    assert times == set()


@pytest.mark.parametrize("digits", ["latn", "native"])
def test_the_count_its_drawings_and_the_script_write_alike(digits: Digits) -> None:
    card, counts = sample.card(digits={"ar": digits}), sample.counts()
    page = pages(digits)["petition"]
    assert WRITTEN[digits] in page
    tag = {"latn": "ar-u-nu-latn", "native": "ar-u-nu-arab"}[digits]
    assert f'data-locale="{tag}"' in page
    assert oembed.described(card, "ar", sample.SITE)["locale"] == tag
    drawn = repr(numbers.captioned(card, "ar", counts, sample.SITE))
    assert WRITTEN[digits] in drawn
    assert bool(foreign(drawn)) == (digits == "native")


def test_other_languages_and_other_campaigns_stay_as_they_are() -> None:
    plain, chosen = every_page("hi"), every_page("hi", sample.card(digits={"ar": "native"}))
    assert chosen == plain
    assert words("ar").tag == "ar"


@pytest.mark.parametrize("digits", ["latn", "native"])
def test_a_feed_says_the_hour_of_a_gathering_as_the_page_does(digits: Digits) -> None:
    card = replace(gathered.card(), digits={"ar": digits})
    hours = [entry.parts[2] for entry in gatherings.feed(card, "ar", sample.SITE).entries]
    page = gatherings.gatherings(card, "ar", sample.SITE, sample.AS_OF)
    assert hours
    for hour in hours:
        assert bool(foreign(hour)) == (digits == "native")
        assert bool(re.search("[0-9]", hour)) == (digits == "latn")
        assert hour.split(" UTC")[0] in page


@pytest.mark.parametrize("digits", ["latn", "native"])
def test_every_form_of_a_statement_says_its_figures_alike(digits: Digits) -> None:
    record = statement_files.record(corrected=True)
    card = sample.card(digits={"ar": digits})
    shown = Shown(record, record.versions[-1], "ar", card, sample.SITE, statement_files.SECOND)
    forms = (statements.statement(shown), statement_text.text(shown), statement_data.document(shown).decode())
    other: Digits = "native" if digits == "latn" else "latn"
    for figure in shown.statement.figures:
        for form in forms:
            assert quantity(figure, "ar", digits) in form
            assert quantity(figure, "ar", other) not in form
    assert bool(foreign("".join(feeds.entry(shown).parts))) == (digits == "native")


@pytest.mark.parametrize("language", ["ar", "hi"])
@pytest.mark.parametrize("number", [-7, 0, 999, 1000, 123_456_789])
def test_native_and_latin_digits_are_the_same_number(language: str, number: int) -> None:
    native, latin = (words(language, one).number(number) for one in ("native", "latn"))
    assert foreign(native)
    assert not foreign(latin)
    digits = [
        "".join(str(unicodedata.decimal(sign)) for sign in text if unicodedata.category(sign) == "Nd")
        for text in (native, latin)
    ]
    assert digits[0] == digits[1] == str(abs(number))


@pytest.mark.parametrize("language", ["fr", "zh"])
def test_a_language_without_a_script_s_own_digits_keeps_those_it_has(language: str) -> None:
    assert words(language, "native").number(1_002_417) == words(language).number(1_002_417)

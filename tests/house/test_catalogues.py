"""Everything the public can read is said in every language, whole and with nothing left over."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from functools import cache
from gettext import c2py

import pytest
from babel import Locale

from tests.house.test_house import ROOT
from undersigned.core import countries
from undersigned.core.status import State
from undersigned.pages import catalogue, kept, states
from undersigned.pages.words import ENDONYMS, LANGUAGES, words
from undersigned.stages.deliver.declared import declarations

FOREIGN = LANGUAGES[1:]
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")

SCRIPTS = {
    "ar": "\u0600-\u06ff",
    "he": "\u0590-\u05ff",
    "ru": "\u0400-\u04ff",
    "zh": "\u4e00-\u9fff",
    "hi": "\u0900-\u097f",
}

Sentences = Mapping[tuple[str, ...], tuple[str, ...]]


def tuple_of(value: object) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value or ())  # type: ignore[arg-type]


@cache
def wanted() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple_of(message.id) for message in catalogue.gathered() if message.id)


@cache
def given(language: str) -> Sentences:
    return {tuple_of(one.id): tuple_of(one.string) for one in catalogue.read(language) if one.id}


@pytest.mark.parametrize("language", FOREIGN)
def test_every_sentence_is_translated_and_none_is_left_over(language: str) -> None:
    assert wanted() - given(language).keys() == set(), "run `make messages`, then translate"
    assert given(language).keys() - wanted() == set(), "run `make messages`"
    assert [english for english, said in given(language).items() if not said or not all(said)] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_no_sentence_is_fuzzy(language: str) -> None:
    assert [message.id for message in catalogue.read(language) if message.id and message.fuzzy] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_every_placeholder_survives_translation(language: str) -> None:
    broken = []
    for english, said in given(language).items():
        places = Counter(PLACEHOLDER.findall(english[-1]))
        broken += [form for form in said if Counter(PLACEHOLDER.findall(form)) != places]
    assert broken == []


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_brings_no_markup_and_no_stray_percent(language: str) -> None:
    """The pages take translations for safe: an angle bracket or a bare percent sign would break them."""
    said = [form for forms in given(language).values() for form in forms]
    assert [form for form in said if re.search(r"[<>&]", form) or "%" in PLACEHOLDER.sub("", form)] == []


@pytest.mark.parametrize("language", FOREIGN)
def test_plural_forms_are_those_of_cldr(language: str) -> None:
    """Two whole numbers share a form of the catalogue exactly where CLDR gives them the same name."""
    read = catalogue.read(language)
    form, name = c2py(read.plural_expr), Locale.parse(language).plural_form
    numbers = (*range(320), *range(990, 1_025), 9_999, 100_000, 999_999, 1_000_000, 1_000_001, 2_000_000, 10_000_000)
    pairs = {(form(number), str(name(number))) for number in numbers}
    assert len(pairs) == len({one for one, _ in pairs}) == len({other for _, other in pairs}) == read.num_plurals
    assert all(len(said) == read.num_plurals for english, said in given(language).items() if len(english) == 2)


@pytest.mark.parametrize("language", FOREIGN)
def test_a_translation_is_in_the_script_of_its_language(language: str) -> None:
    script = re.compile(f"[{SCRIPTS.get(language, 'A-Za-z')}]")
    worded = [
        (english[0], said[0]) for english, said in given(language).items() if PLACEHOLDER.sub("", english[0]) != ": "
    ]
    assert [english for english, said in worded if not script.search(said)] == []


def test_the_languages_are_those_of_tokens_and_of_the_countries() -> None:
    assert LANGUAGES == countries.LANGUAGES == ("en", "fr", "es", "ar", "he", "ru", "zh", "sw", "hi")
    for language in LANGUAGES:
        own = Locale.parse(language).get_display_name(language)
        assert own is not None
        assert ENDONYMS[language].casefold() == own.casefold()


def test_every_declared_field_has_a_name_and_every_place_a_reader() -> None:
    for field, declared in declarations():
        assert field in kept.FIELDS
        assert declared.place in kept.READERS
        for sentence in (declared.purpose, declared.place, declared.life):
            assert (sentence,) in wanted()


def test_every_state_has_words() -> None:
    assert set(states.STATES) == set(State.__args__)  # type: ignore[attr-defined]
    for told in states.STATES.values():
        assert {(told.title,), (told.meaning,)} <= wanted()


def test_translations_say_that_nobody_has_reviewed_them() -> None:
    said = (ROOT / "docs/translations.md").read_text("utf-8")
    for language in FOREIGN:
        assert re.search(rf"\(`{language}`\) \| complete, \*\*not reviewed", said)


def test_english_needs_no_catalogue() -> None:
    assert words("en").gettext("Sign this petition") == "Sign this petition"
    assert words("xx") is words("en")

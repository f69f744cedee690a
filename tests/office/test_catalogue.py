"""The desk's own words are said in Arabic, whole, with nothing left over and every placeholder in its place."""

from __future__ import annotations

import re
from collections import Counter
from gettext import c2py
from typing import Any

import pytest
from babel import Locale

from undersigned.office import catalogue
from undersigned.office.project.configure import LANGUAGES

pytestmark = pytest.mark.usefixtures("desk")  # Django is set up whole before templates are read

_PLACEHOLDER = re.compile(r"%\(\w+\)s")


def _forms(words: Any) -> tuple[str, ...]:
    return (words,) if isinstance(words, str) else tuple(words or ())


def _said() -> dict[tuple[str, ...], tuple[str, ...]]:
    return {_forms(one.id): _forms(one.string) for one in catalogue.read("ar") if one.id}


def test_every_sentence_of_the_desk_is_translated_and_none_is_left_over() -> None:
    wanted = {_forms(one.id) for one in catalogue.gathered() if one.id}
    assert wanted - _said().keys() == set(), "run `make messages`, then translate"
    assert _said().keys() - wanted == set(), "run `make messages`"
    assert [english for english, said in _said().items() if not said or not all(said)] == []


def test_sentences_are_gathered_from_code_and_from_templates() -> None:
    wanted = {_forms(one.id) for one in catalogue.gathered()}
    assert ("Nothing was saved. Try once more; then tell the operator.",) in wanted
    assert ("Begin a campaign",) in wanted
    assert ("%(n)s part", "%(n)s parts") in wanted


def test_every_placeholder_survives_translation() -> None:
    broken = []
    for english, said in _said().items():
        places = Counter(_PLACEHOLDER.findall(english[-1]))
        broken += [form for form in said if Counter(_PLACEHOLDER.findall(form)) != places]
    assert broken == []


def test_a_translation_brings_no_markup() -> None:
    """Templates take translations for safe."""
    assert [form for said in _said().values() for form in said if re.search(r"[<>&]", form)] == []


def test_plural_forms_are_those_of_cldr() -> None:
    read = catalogue.read("ar")
    form, name = c2py(read.plural_expr), Locale.parse("ar").plural_form
    pairs = {(form(number), str(name(number))) for number in (*range(320), 1_000, 1_000_000)}
    assert len(pairs) == read.num_plurals == len({one for one, _ in pairs})
    assert all(len(said) == read.num_plurals for english, said in _said().items() if len(english) == 2)


def test_a_part_of_a_text_is_called_by_its_name() -> None:
    from undersigned.office.campaigns.templatetags.parts import part

    assert (part("body.3", 1), part("demand.path"), part("unheard")) == ("Paragraph 1", "Demand", "unheard")


def test_the_languages_of_the_desk_are_those_of_its_catalogues() -> None:
    assert tuple(code for code, _ in LANGUAGES) == ("en", *catalogue.LANGUAGES)


@pytest.mark.usefixtures("desk")
def test_the_desk_speaks_arabic_to_whoever_prefers_it(client: Any) -> None:
    page = client.get("/desk/account/login/", headers={"Accept-Language": "ar"}).content.decode()
    assert '<html lang="ar" dir="rtl">' in page
    assert "تسجيل الدخول إلى المكتب" in page
    assert "sign up" not in client.get("/desk/account/login/").content.decode().lower()

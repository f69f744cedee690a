"""In no language do the words of a figure claim more than the figure: the number stands whole, and reads back."""

from __future__ import annotations

import unicodedata
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.core.digits import CHOICES, Digits
from undersigned.core.figures import QUALIFIERS, Figure, Qualifier, Source
from undersigned.pages import quantities
from undersigned.pages.quantities import LANGUAGES, as_of, quantity, spelled
from undersigned.pages.words import LANGUAGES as SPOKEN

GOLDEN = Path(__file__).parent / "quantities.txt"
DECIMALS = st.decimals(0, 10**12, places=3).map(Decimal.normalize) | st.integers(0, 10**12).map(Decimal)


def made(qualifier: Qualifier, *numbers: Decimal, **more: Any) -> Figure:
    """Make a figure of one number, of two, or of none."""
    basis = {"id": "a", "measure": "people", "as_of": "2026-11-24", "source": Source(organisation="x"), **more}
    if len(numbers) == 2:
        return Figure(qualifier=qualifier, least=numbers[0], most=numbers[1], **basis)
    return Figure(qualifier=qualifier, value=numbers[0] if numbers else None, **basis)


def of(qualifier: Qualifier, value: Decimal) -> Figure:
    """Make a figure of that qualifier about that number."""
    if qualifier == "between":
        return made(qualifier, value, value + 1)
    return made(qualifier) if qualifier == "none_known" else made(qualifier, value)


def plain(words: str) -> str:
    """Write digits of every script as 0 to 9."""
    return "".join(str(unicodedata.decimal(sign)) if unicodedata.category(sign) == "Nd" else sign for sign in words)


def read_back(words: str, qualifier: Qualifier, language: str) -> list[Decimal]:
    """Read the numbers of a figure's words, by the language's own pattern and separators."""
    point = plain(quantities.number(Decimal("0.5"), language, "latn"))[1]
    pattern = "{n}" if qualifier == "exact" else quantities._WORDS[language][qualifier]
    rest, numbers = plain(words).replace("٫", point), []
    for key in sorted(("{n}", "{least}", "{most}"), key=lambda one: pattern.find(one)):
        if key not in pattern:
            continue
        before, _, after = pattern.partition(key)
        nexts = min(
            (place for one in ("{n}", "{least}", "{most}") if (place := after.find(one)) >= 0), default=len(after)
        )
        assert rest.startswith(before), (words, pattern)
        rest = rest.removeprefix(before)
        until = after[:nexts]
        number, _, rest = rest.partition(until) if until else (rest, "", "")
        numbers.append(
            Decimal("".join(sign for sign in number.replace(point, "!") if sign in "!0123456789").replace("!", "."))
        )
        pattern = after[nexts:] if until else after
    return numbers


@given(st.sampled_from(LANGUAGES), st.sampled_from(QUALIFIERS), DECIMALS, st.sampled_from(CHOICES))
@settings(max_examples=1500, deadline=None)
def test_no_language_states_more_than_the_value(
    language: str, qualifier: Qualifier, value: Decimal, digits: Digits
) -> None:
    figure = of(qualifier, value)
    numbers = read_back(quantity(figure, language, digits), qualifier, language)
    expected = {"between": [value, value + 1], "none_known": []}.get(qualifier, [value])
    assert numbers == expected


@given(st.sampled_from(LANGUAGES), st.sampled_from(QUALIFIERS), st.integers(999_990, 1_000_010).map(Decimal))
@settings(deadline=None)
def test_a_million_in_words_is_said_only_of_more_than_a_million(
    language: str, qualifier: Qualifier, value: Decimal
) -> None:
    figure = of(qualifier, value)
    in_words = spelled(figure, language) != quantity(figure, language)
    assert in_words == (qualifier == "more_than" and value == 1_000_000)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_two_qualifiers_of_a_language_read_alike(language: str) -> None:
    said = {quantity(of(qualifier, Decimal(1234)), language) for qualifier in QUALIFIERS}
    assert len(said) == len(QUALIFIERS)


def test_forty_languages_say_all_eight_qualifiers_as_the_golden_file_does() -> None:
    assert len(LANGUAGES) >= 40
    assert set(SPOKEN) <= set(LANGUAGES)
    lines = []
    for language in LANGUAGES:
        said = [quantity(of(qualifier, Decimal(1_234_567)), language) for qualifier in QUALIFIERS]
        million = spelled(made("more_than", Decimal(1_000_000)), language)
        lines.append("\n  ".join([language, *said, million, as_of(made("exact", Decimal(1)), language)]))
    assert "\n".join(lines) + "\n" == GOLDEN.read_text("utf-8")


def test_digits_are_those_that_are_chosen() -> None:
    figure = made("at_least", Decimal(4200), as_of="2026-11/2026-12-03")
    assert quantity(figure, "ar", "native") == "ما لا يقل عن ٤٬٢٠٠"
    assert quantity(figure, "ar", "latn") == "ما لا يقل عن 4,200"
    assert quantity(figure, "fa") == "دست‌کم ۴٬۲۰۰"
    assert quantity(figure, "xx") == "at least 4,200"
    assert as_of(figure, "en") == "November 2026 – 3 December 2026"


def test_times_are_said_in_utc() -> None:
    assert as_of(made("exact", Decimal(1), as_of="2026-11-24T12:00:00+03:00"), "en") == "24 November 2026, 09:00 UTC"
    assert as_of(made("exact", Decimal(1), as_of="2026"), "en") == "2026"

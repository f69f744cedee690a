"""Whole numbers are written as Babel writes them, in every language, whatever their size."""

from __future__ import annotations

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from undersigned.pages.words import LANGUAGES, words

EDGES = (0, 7, 10, 999, 1000, 9999, 10_000, 99_999, 100_000, 1_234_567, 10_000_000, 123_456_789)


@pytest.mark.parametrize("language", LANGUAGES)
@given(number=st.sampled_from(EDGES) | st.integers(-(10**12), 10**12))
def test_a_number_is_written_as_its_language_writes_it(language: str, number: int) -> None:
    locale = words(language).locale
    assert words(language).number(number) == format_decimal(number, locale=locale, numbering_system="default")

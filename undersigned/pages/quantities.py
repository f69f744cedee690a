"""A figure in words: qualifier, number and day, in forty languages, and never more than the figure claims.

Numbers are written whole, as CLDR writes them; nothing is rounded here. The words of each language stand in
`quantities.toml`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import lru_cache
from importlib import resources

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time
from babel.numbers import format_decimal

from undersigned.core.figures import Figure
from undersigned.pages import locales
from undersigned.pages.digits import Digits, system, written

__all__ = ["LANGUAGES", "STATUSES", "as_of", "day", "number", "quantity", "spelled"]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


#: Status of a figure -> what it is called.
STATUSES = {
    "verified": _("verified"), "reported": _("reported"), "estimated": _("estimated"), "provisional": _("provisional"),
}  # fmt: skip
_LOCALES = {"en": "en_GB", "zh": "zh_Hans"}
_MILLION = Decimal(1_000_000)


def _read() -> Mapping[str, Mapping[str, str]]:
    source = (resources.files(__package__) / "quantities.toml").read_text("utf-8")
    read: dict[str, dict[str, str]] = tomllib.loads(source)
    return read


_WORDS = _read()

#: The languages that figures can be said in.
LANGUAGES: tuple[str, ...] = tuple(_WORDS)


def quantity(figure: Figure, language: str, digits: Digits = "default") -> str:
    """Say qualifier and number; in English where the language is none of `LANGUAGES`."""
    words, spoken = _said(language)
    if figure.qualifier == "exact":
        return number(figure.value or Decimal(0), spoken, digits)
    numbers = {"n": figure.value, "least": figure.least, "most": figure.most}
    told = {key: number(one, spoken, digits) for key, one in numbers.items() if one is not None}
    return words[figure.qualifier].format(**told)


def spelled(figure: Figure, language: str, digits: Digits = "default") -> str:
    """Say "more than a million" in words; anything but more than 1,000,000 exactly is said as `quantity` says it."""
    words, _ = _said(language)
    if figure.qualifier == "more_than" and figure.value == _MILLION:
        return words["million"]
    return quantity(figure, language, digits)


def number(value: Decimal | int, language: str, digits: Digits = "default") -> str:
    """Write a number whole, every decimal of it."""
    locale = _locale(language)
    numbering = system(locale, digits)
    whole = format_decimal(value, locale=locale, decimal_quantization=False, numbering_system=numbering)
    return written(whole, numbering)


def as_of(figure: Figure, language: str, digits: Digits = "default") -> str:
    """Say when the figure was true: a day, a month, a year, a time in UTC, or an interval of two."""
    return " – ".join(day(one, language, digits) for one in figure.as_of.split("/"))


def day(text: str, language: str, digits: Digits = "default") -> str:
    """Write a year, month, day (ISO 8601) or RFC 3339 time, the last in UTC and saying so."""
    locale = _locale(language)
    return written(_day(text, locale), system(locale, digits))


def _day(text: str, locale: Locale) -> str:
    if len(text) > 10:
        at = datetime.fromisoformat(text).astimezone(UTC)
        time = format_time(at, "short", locale=locale)
        joined = str(locale.datetime_formats["long"])  # as all other times of the pages are (`words.Words.moment`)
        return f"{joined.replace('{1}', format_date(at, 'long', locale=locale)).replace('{0}', time)} UTC"
    if len(text) == 10:
        return format_date(date.fromisoformat(text), "long", locale=locale)
    if len(text) == 7:
        return format_skeleton("yMMMM", date.fromisoformat(f"{text}-01"), locale=locale)
    return text


def _said(language: str) -> tuple[Mapping[str, str], str]:
    return (_WORDS[language], language) if language in _WORDS else (_WORDS["en"], "en")


@lru_cache(maxsize=64)
def _locale(language: str) -> Locale:
    return locales.opened(_LOCALES.get(language, language))

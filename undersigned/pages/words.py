"""The words of the pages: catalogues, numbers and times of each language of the interface.

A catalogue is a PO file whose message ids are the English sentences. It is read when it is first needed;
there is no build step. Numbers and dates are those of CLDR; every time is UTC and says so.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import lru_cache
from gettext import NullTranslations
from importlib import resources
from typing import Literal

from babel.dates import format_date, format_time
from babel.numbers import format_decimal, get_group_symbol

from undersigned.core.campaign import Card
from undersigned.core.digits import CHOICES, Digits
from undersigned.pages import locales, translations
from undersigned.pages.digits import system, written

__all__ = ["ENDONYMS", "LANGUAGES", "Words", "direction", "load", "words", "words_of"]

#: The languages of the interface with the names they call themselves; the order is that of the tokens.
ENDONYMS = {
    "en": "English",
    "fr": "Français",
    "es": "Español",
    "ar": "العربية",
    "he": "עברית",
    "ru": "Русский",
    "zh": "中文",
    "sw": "Kiswahili",
    "hi": "हिन्दी",
}

LANGUAGES = tuple(ENDONYMS)

_LOCALES = {"en": "en_GB", "zh": "zh_Hans"}


def direction(language: str) -> Literal["ltr", "rtl"]:
    """Give `rtl` or `ltr`."""
    return "rtl" if language in ("ar", "he") else "ltr"


class Words:
    """One language: its sentences, and how it writes numbers and times. Never changes once made."""

    def __init__(self, language: str, digits: Digits = "default") -> None:
        """Read the catalogue of a language of the interface; English needs none."""
        self.language = language
        self.digits = digits
        self.direction = direction(language)
        self.locale = locales.opened(_LOCALES.get(language, language))
        self._catalogue = _catalogue(language)
        self._grouping: tuple[int, int] = self.locale.decimal_formats[None].grouping
        self._numbering = system(self.locale, digits)
        self._group = get_group_symbol(self.locale, numbering_system=self._numbering)

    def gettext(self, sentence: str) -> str:
        """Give the sentence in this language."""
        return self._catalogue.gettext(sentence)

    def ngettext(self, one: str, many: str, number: int) -> str:
        """Give the sentence in this language in the plural form that goes with the number."""
        return self._catalogue.ngettext(one, many, number)

    def category(self, number: int) -> str:
        """Give CLDR's name of the plural form of a whole number."""
        return str(self.locale.plural_form(number))

    def number(self, number: int) -> str:
        """Write a whole number, as Babel does; a page has hundreds, and it takes a hundred times as long."""
        if number < 0:
            return self.written(format_decimal(number, locale=self.locale, numbering_system=self._numbering))
        digits = str(number)
        if len(digits) > self._grouping[0]:
            digits = self._group.join(_groups(digits, *self._grouping))
        return self.written(digits)

    def written(self, text: str) -> str:
        """Write a text that Babel made of a number or a time in the digits of these words."""
        return written(text, self._numbering)

    def moment(self, seconds: int, exact: bool = False) -> str:
        """Write seconds since 1970 as day and time in UTC; `exact` adds the seconds."""
        at = datetime.fromtimestamp(seconds, UTC)
        day = format_date(at, "long", locale=self.locale)
        time = format_time(at, "medium" if exact else "short", locale=self.locale)
        return self.pattern.replace("{1}", self.written(day)).replace("{0}", self.written(time))

    def day(self, seconds: int) -> str:
        """Write the UTC day of seconds since 1970."""
        return self.written(format_date(datetime.fromtimestamp(seconds, UTC), "long", locale=self.locale))

    @property
    def pattern(self) -> str:
        """How a day {1} and a time {0} are joined, with the name of the zone."""
        return f"{self.locale.datetime_formats['long']} UTC"

    @property
    def tag(self) -> str:
        """The BCP 47 tag by which a browser writes numbers and times as this class does."""
        tag = str(self.locale).replace("_", "-")
        return tag if self.digits == "default" else f"{tag}-u-nu-{self._numbering}"


def _groups(digits: str, last: int, others: int) -> list[str]:
    """Split digits into groups, the last one of `last` digits; 12345678 is 12,345,678 here and 1,23,45,678 there."""
    head, groups = digits[:-last], [digits[-last:]]
    while head:
        groups.append(head[-others:])
        head = head[:-others]
    return groups[::-1]


def words(language: str, digits: Digits = "default") -> Words:
    """Give the words of a language with its digits; English where the interface does not speak it."""
    return _words(language, digits) if language in ENDONYMS else _words("en", "default")


def words_of(card: Card, language: str) -> Words:
    """Give the words of a language with the digits that a campaign chose for it."""
    return words(language, card.digits_of(language))


def load() -> None:
    """Read every catalogue now, so that no request waits for one."""
    for language in LANGUAGES:
        words(language)


@lru_cache(maxsize=len(CHOICES) * len(LANGUAGES))
def _words(language: str, digits: Digits) -> Words:
    return Words(language, digits)


@lru_cache(maxsize=len(LANGUAGES))
def _catalogue(language: str) -> NullTranslations:
    if language == "en":
        return NullTranslations()
    file = resources.files(__package__) / "catalogues" / f"{language}.po"
    return translations.read(file.read_text("utf-8"))

"""The digits that numbers and dates are written in: those that CLDR names for a language, or those that were chosen."""

from __future__ import annotations

from babel import Locale

from undersigned.core.digits import Digits

__all__ = ["Digits", "system", "written"]

_ZEROES = {"arab": "٠", "arabext": "۰", "beng": "০", "deva": "०", "tamldec": "௦", "thai": "๐"}


def system(locale: Locale, digits: Digits) -> str:
    """Give CLDR's name of the numbering system.

    A native one that does not count on from its zero, as the Chinese, is no choice: the default stays.
    """
    usual = str(locale.default_numbering_system)
    if digits == "native":
        native = str(locale.other_numbering_systems.get("native", usual))
        return native if native in _ZEROES else usual
    return "latn" if digits == "latn" else usual


def written(text: str, numbering_system: str) -> str:
    """Write the digits 0 to 9 of a text in a numbering system; the rest stays."""
    zero = _ZEROES.get(numbering_system)
    return text.translate({ord("0") + n: chr(ord(zero) + n) for n in range(10)}) if zero else text

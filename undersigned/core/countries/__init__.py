"""The countries and territories that a signer may name: our own reviewed list, one TOML file each.

The list is ISO 3166-1 and Kosovo (XK); README.md beside the files says how each name was chosen. Wherever
it is shown it is headed "Country or territory". An installation may override any name.
"""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import TypeAlias

import msgspec

__all__ = [
    "CODES",
    "COUNTRIES",
    "LANGUAGES",
    "REGIONS",
    "Country",
    "Names",
    "Overrides",
    "name",
    "normalise",
    "ordered",
    "region",
]

#: The languages that every name is given in.
LANGUAGES = ("en", "fr", "es", "ar", "he", "ru", "zh", "sw", "hi")

#: Language -> name.
Names: TypeAlias = Mapping[str, str]

#: Code -> language -> name: what an installation calls a place instead.
Overrides: TypeAlias = Mapping[str, Names]


class Country(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One country or territory."""

    code: str  # ISO 3166-1 alpha-2, or XK
    region: str  # three digits: sub-region of the United Nations' M49
    names: dict[str, str]  # language -> name
    aliases: tuple[str, ...] = ()  # other codes that people write for it
    reviewed: str = ""  # why the names are not those of CLDR, where they are not


def _read() -> tuple[Mapping[str, Country], Mapping[str, Names]]:
    """Read the package's own files: (countries by code, names of regions by code)."""
    files = {entry.name: entry for entry in resources.files(__package__).iterdir()}
    loaded = {
        found: tomllib.loads(entry.read_text("utf-8")) for found, entry in files.items() if found.endswith(".toml")
    }
    regions: dict[str, dict[str, str]] = loaded.pop("regions.toml")
    countries = [msgspec.convert(loaded[found], Country) for found in sorted(loaded)]
    return {country.code: country for country in countries}, regions


#: Every country or territory by its code; and the names of the world regions and of `ZZ`, the rest.
COUNTRIES, REGIONS = _read()

#: What a form may say for a country, as it stands there: its code, or another code that people write for it.
CODES: Mapping[str, str] = {code: code for code in COUNTRIES} | {
    alias: country.code for country in COUNTRIES.values() for alias in country.aliases
}


def normalise(text: str) -> str | None:
    """Give the code that `text` means (`gb`, `UK` and ` GB ` are `GB`), or None where it means none."""
    found = CODES.get(text)
    if found is not None:
        return found
    if len(text) > 8 or not text.isascii():
        return None
    return CODES.get(text.strip().upper())


def region(code: str) -> str:
    """Give the three-digit code of the region of that country.

    Raises:
        KeyError: the code is none of the list.
    """
    return COUNTRIES[code].region


def name(code: str, language: str, overrides: Overrides | None = None) -> str:
    """Give the name of a country, a region or `ZZ` in a language; in English where there is no other.

    An unknown code is its own name.
    """
    country = COUNTRIES.get(code)
    names = country.names if country else REGIONS.get(code, {})
    override = (overrides or {}).get(code, {})
    return override.get(language) or names.get(language) or override.get("en") or names.get("en", code)


def ordered(language: str, overrides: Overrides | None = None) -> Sequence[tuple[str, str]]:
    """Give (code, name) of every country in the order in which readers of that language look for it."""
    if overrides:
        return _ordered(language, overrides)
    return _plainly_ordered(language if language in LANGUAGES else "en")


@lru_cache(maxsize=len(LANGUAGES))
def _plainly_ordered(language: str) -> Sequence[tuple[str, str]]:
    return _ordered(language, None)


def _ordered(language: str, overrides: Overrides | None) -> Sequence[tuple[str, str]]:
    pairs = [(code, name(code, language, overrides)) for code in COUNTRIES]
    return tuple(sorted(pairs, key=lambda pair: (_place(pair[1], language), pair[0])))


# --- collation -----------------------------------------------------------------------------------------

#: Letters that have a place of their own in the alphabet of that language, right after another letter.
_OWN_PLACE: Mapping[str, Mapping[str, str]] = {"es": {"ñ": "n"}, "ru": {"й": "и"}}

#: Chinese signs outside the first level of GB 2312, each with one of the same sound inside it.
_SAME_SOUND = str.maketrans({"斐": "非", "梵": "饭", "瑙": "闹", "汶": "文"})

_VIRAMA = 9  # the combining class of the sign that joins Indic letters, which does count


def _place(text: str, language: str) -> str:
    """Give a key that sorts as the dictionary of that language does, nearly enough for a list of places.

    Accents are folded. Chinese is in the order of its sounds: the first level of GB 2312 is laid out so.
    """
    if language == "zh":
        return text.translate(_SAME_SOUND).encode("gb18030").decode("latin-1")
    own = {ord(letter): f"{after}\U0010fffd" for letter, after in _OWN_PLACE.get(language, {}).items()}
    spread = unicodedata.normalize("NFD", text.casefold().translate(own))
    return "".join(sign for sign in spread if _counts(sign))


def _counts(sign: str) -> bool:
    if unicodedata.combining(sign) not in (0, _VIRAMA):
        return False
    return unicodedata.category(sign)[0] in "LMNZ" or sign == "\U0010fffd"

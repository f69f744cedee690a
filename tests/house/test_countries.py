"""The names of countries are those of CLDR, except where a file says why not."""

from __future__ import annotations

from importlib import resources

import pytest
from babel import Locale

from undersigned.core.countries import COUNTRIES, LANGUAGES, REGIONS

REVIEWED = {"FK", "HK", "IO", "MO", "PS"}


def test_only_these_places_have_names_of_our_own() -> None:
    assert {code for code, country in COUNTRIES.items() if country.reviewed} == REVIEWED


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_other_name_is_that_of_cldr(language: str) -> None:
    cldr = Locale.parse(language).territories
    differing = {code: names.names[language] for code, names in COUNTRIES.items() if code not in REVIEWED}
    assert differing == {code: cldr[code] for code in differing}


@pytest.mark.parametrize("language", LANGUAGES)
def test_names_of_regions_are_those_of_cldr_with_a_capital(language: str) -> None:
    cldr = Locale.parse(language).territories
    ours = {code: names[language] for code, names in REGIONS.items() if code != "ZZ"}
    assert ours == {code: cldr[code][0].upper() + cldr[code][1:] for code in ours}


def test_each_file_is_named_after_its_code_and_the_readme_names_every_decision() -> None:
    folder = resources.files("undersigned.core.countries")
    files = {entry.name for entry in folder.iterdir() if entry.name.endswith(".toml")}
    assert files == {f"{code.lower()}.toml" for code in COUNTRIES} | {"regions.toml"}
    readme = folder.joinpath("README.md").read_text("utf-8")
    for code in REVIEWED | {"TW", "EH", "XK", "AQ", "ZZ"}:
        assert f"`{code}`" in readme

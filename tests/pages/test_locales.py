"""A process that lets go of most of CLDR writes every page as one that keeps all of it."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from babel.units import format_unit

from tests.pages.every import every_page, pages_of_the_door
from undersigned.pages import locales, quantities
from undersigned.pages.words import LANGUAGES, words

_LEAN = """
import json, sys
from babel import localedata
from tests.pages.test_locales import written
from undersigned.pages import locales
door = sys.argv[1] == "door"
locales.keep_only(locales.NUMBERS_AND_DAYS | (frozenset() if door else locales.NAMES))
made = written(door)
names = ("root", "en", "en_001", "en_GB", "zh", "zh_Hans", "hi", "pt", "th")
kept = {name: sorted(localedata.load(name)) for name in names}
print(json.dumps({"written": made, "kept": kept}))
"""


def written(door: bool) -> dict[str, str]:
    """Give every page in every language, and a day and a number in all that figures can be said in."""
    made = pages_of_the_door if door else every_page  # the door never names a zone or a language
    pages = {f"{language} {name}": page for language in LANGUAGES for name, page in made(language).items()}
    for language in quantities.LANGUAGES:
        pages[language] = f"{quantities.day('2026-11', language)} {quantities.number(1234567, language)}"
    return pages


@pytest.mark.parametrize("process", ["door", "mill"])
def test_the_pages_of_a_process_that_keeps_little_are_those_of_one_that_keeps_all(process: str) -> None:
    done = subprocess.run([sys.executable, "-c", _LEAN, process], capture_output=True, check=True, timeout=110)
    found = json.loads(done.stdout)
    assert found["written"] == written(process == "door")
    parts = locales.NUMBERS_AND_DAYS | (frozenset() if process == "door" else locales.NAMES)
    for kept in found["kept"].values():
        assert set(kept) <= parts


def test_nothing_is_let_go_of_unless_asked() -> None:
    assert format_unit(2, "duration-hour", locale=words("fr").locale) == "2\N{NO-BREAK SPACE}heures"

"""Letters: plain text, short lines, one link, nothing that a person typed, right in every direction."""

from __future__ import annotations

import re
import unicodedata
from typing import Literal

import pytest

from tests.pages import sample
from undersigned.pages.letters import Letter, letter, struck_out
from undersigned.pages.states import REASONS
from undersigned.pages.words import LANGUAGES, words

LINK = f"https://petitions.example/k/{sample.TOKEN}"
KINDS: tuple[Literal["confirm", "already"], ...] = ("confirm", "already")


def write(kind: Literal["confirm", "already"] = "confirm", language: str = "en", neutral: bool = False) -> Letter:
    return letter(kind, sample.card(), language, LINK, neutral)


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(sign) in "WF" else 1 for sign in line)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_letter_has_one_link_alone_on_its_line(kind: Literal["confirm", "already"], language: str) -> None:
    body = write(kind, language).body
    assert re.findall(r"https?://\S+", body) == [LINK]
    assert f"\n\n{LINK}\n\n" in body


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_lines_are_short_enough_for_every_mailbox(kind: Literal["confirm", "already"], language: str) -> None:
    lines = write(kind, language).body.split("\n")
    assert [line for line in lines if line != LINK and columns(line) > 76] == []
    assert len(lines) < 30


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_says_what_to_do_if_it_was_not_me(language: str) -> None:
    assert words(language).gettext("It was not me") in write("confirm", language).body.replace("\n", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_a_neutral_subject_does_not_name_the_petition(kind: Literal["confirm", "already"], language: str) -> None:
    assert sample.TITLES[language] in write(kind, language).subject
    neutral = write(kind, language, neutral=True).subject
    assert sample.TITLES[language] not in neutral
    assert "Library" not in neutral
    assert neutral


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_line_of_a_right_to_left_letter_begins_from_the_left_but_the_link(language: str) -> None:
    one = write("confirm", language)
    assert one.direction == ("rtl" if language in ("ar", "he") else "ltr")
    for line in one.body.split("\n"):
        strong = [kind for sign in line if (kind := unicodedata.bidirectional(sign)) in ("L", "R", "AL")]
        if one.direction == "rtl" and strong and line != LINK:
            assert strong[0] != "L"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_demonstration_says_so_in_its_letters(language: str) -> None:
    sentence = words(language).gettext("This is a demonstration. Nothing signed here counts.")
    unwrapped = re.sub(r"\u200f|\n", " ", write("confirm", language).body)
    assert sentence.replace(" ", "") in unwrapped.replace(" ", "")
    real = letter("confirm", sample.card(demonstration=False), language, LINK, False)
    assert sentence.replace(" ", "") not in re.sub(r"[\s\u200f]", "", real.body)


def test_nothing_is_lost_where_lines_are_broken() -> None:
    for language in LANGUAGES:
        text = re.sub(r"[\s\u200f]", "", write("already", language).body)
        assert re.sub(r"\s", "", sample.TITLES[language]) in text
        assert "data@library.example" in text


def test_a_chinese_line_never_begins_with_a_closing_mark() -> None:
    for kind in KINDS:
        assert [line for line in write(kind, "zh").body.split("\n") if line[:1] in tuple("，。、；：？！”）》")] == []


def test_a_title_with_percent_signs_stays_itself() -> None:
    card = sample.card({"en": sample.text("en", title="100 % %(link)s for %s")})
    one = letter("confirm", card, "en", LINK, False)
    assert one.subject == "Please confirm: 100 % %(link)s for %s"
    assert "100 % %(link)s for %s" in one.body.replace("\n", " ")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("direct", [True, False])
def test_who_is_struck_out_reads_why_and_where_to_appeal_in_their_own_language(language: str, direct: bool) -> None:
    one = struck_out(sample.card(), language, "duplicate-person", LINK, direct, neutral=False)
    assert re.findall(r"https?://\S+", one.body) == [LINK]
    assert f"\n\n{LINK}\n\n" in one.body
    flat = re.sub(r"\s+|\u200f", "", one.body)
    said = words(language)
    assert re.sub(r"\s+", "", said.gettext(REASONS["duplicate-person"])) in flat
    assert sample.TITLES[language] in one.subject
    assert (
        sample.TITLES[language] not in struck_out(sample.card(), language, "fraud", LINK, direct, neutral=True).subject
    )
    assert [line for line in one.body.split("\n") if line != LINK and columns(line) > 76] == []


def test_a_reason_of_the_campaigns_own_stands_as_it_is() -> None:
    assert "The reason: by-100%" in struck_out(sample.card(), "en", "by-100%", LINK, True, neutral=False).body

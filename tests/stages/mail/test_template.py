"""The fast form of a letter is the letter: the same bytes as the e-mail library makes, in every language."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.stages.mail.world import LANGUAGES, NOW, SENDER, URL, example_card, record, token
from undersigned.core.campaign import Card
from undersigned.pages.letters import Letter, letter
from undersigned.stages.mail.compose import Unfit, compose
from undersigned.stages.mail.template import Template

TOKENS = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_", min_size=43, max_size=43)
LOCALS = st.text("abcXYZ019_+-.", min_size=1, max_size=40)


def write(kind: str, language: str, neutral: bool, card: Card) -> Template:
    def words(given: str) -> Letter:
        return letter(kind, card, language, f"{URL}/k/{given}", neutral)  # type: ignore[arg-type]

    return Template(words, language, SENDER)


@pytest.fixture(scope="module")
def card() -> Card:
    return example_card()


@pytest.mark.parametrize("neutral", [False, True])
@pytest.mark.parametrize("kind", ["confirm", "already"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_letter_of_every_language_has_a_fast_form_with_the_same_bytes(
    card: Card, language: str, kind: str, neutral: bool
) -> None:
    template = write(kind, language, neutral, card)
    assert template.usable
    for number in range(1, 6):
        email = f"n.{number}+x@Mail{number}.Example.org"
        slow = compose(
            letter(kind, card, language, f"{URL}/k/{token(number)}", neutral),  # type: ignore[arg-type]
            language, SENDER, email, record(number), NOW + number * 86_399,
        )  # fmt: skip
        assert template.fill(token(number), email, record(number), NOW + number * 86_399) == slow


@given(
    given_token=TOKENS,
    local=LOCALS,
    name=st.binary(min_size=16, max_size=16),
    now=st.integers(0, 4_000_000_000),
    before=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=90),
    after=st.text(st.characters(exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=90),
    url=st.text("abc/:.", max_size=60),
)
def test_wherever_the_link_stands_and_whoever_it_goes_to_the_bytes_are_the_same(
    given_token: str, local: str, name: bytes, now: int, before: str, after: str, url: str
) -> None:
    def words(token: str) -> Letter:
        return Letter(f"S {before[:20]}", f"{before}\n\n{url}/{token}\n\n{after}\n", "ltr")

    email = f"{local}@mail.example.org"
    template = Template(words, "en", SENDER)
    if not template.usable:
        return
    fast = template.fill(given_token, email, name, now)
    if fast is not None:
        assert fast == compose(words(given_token), "en", SENDER, email, name, now)


@pytest.mark.parametrize(
    "email",
    [
        "用户@例子.公司", "user@münchen.example.org", "o'neil@mail.example.org", "=?utf-8?q?x?=@mail.example.org",
        "a..b@mail.example.org", "a@b", "a@b.example\r\nBcc: eve@evil.example", "a@b.example, eve@evil.example",
        "a@b.example\n", "", "x" * 60 + "@" + "y" * 30 + ".example.org",
    ],
)  # fmt: skip
def test_an_unusual_address_takes_the_slow_path(card: Card, email: str) -> None:
    assert write("confirm", "en", False, card).fill(token(1), email, record(1), NOW) is None


def test_words_that_are_no_letter_make_no_template() -> None:
    with pytest.raises(Unfit, match="letter-malformed"):
        Template(lambda token: Letter("a\x07b", token, "ltr"), "en", SENDER)


def test_words_that_name_the_token_twice_have_no_fast_form() -> None:
    assert not Template(lambda token: Letter("s", f"é{token}\n{token}\n" * 9, "ltr"), "en", SENDER).usable

"""A token says what the letter said; nobody makes one but the door."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.vault.token import LANGUAGES, Forged, Token, Tokens, blinder, campaign4, lookup

KEY = bytes(range(32))
SECRET = bytes(range(16))
ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"


@given(
    secret=st.binary(min_size=16, max_size=16),
    campaign=st.from_regex(r"[a-z0-9-]{1,40}", fullmatch=True),
    at=st.integers(min_value=0, max_value=60 * 2**32 - 1),
    language=st.sampled_from(LANGUAGES),
)
@settings(deadline=None)
def test_secret_campaign_minutes_and_language_come_back(secret: bytes, campaign: str, at: int, language: str) -> None:
    tokens = Tokens(KEY)
    token = tokens.make(secret, campaign, at, language)
    assert len(token) == 43
    assert set(token) <= set(ALPHABET)
    assert tokens.read(token) == Token(secret, campaign4(campaign), at // 60, language)


def test_the_bytes_are_those_of_the_format() -> None:
    token = Tokens(KEY).make(SECRET, "library", 1_800_000_059, "ar")
    data = base64.urlsafe_b64decode(token + "=")
    head = SECRET + hashlib.sha256(b"library").digest()[:4] + (30_000_000).to_bytes(4, "big") + b"\x03"
    mac = hmac.digest(KEY, b"undersigned/token/v1\n" + head, "sha256")[:7]
    assert data == head + mac
    assert lookup(SECRET) == hashlib.sha256(b"undersigned/lookup/v1\n" + SECRET).digest()[:16]
    assert blinder(SECRET) == hmac.digest(SECRET, b"undersigned/blinder/v1\n", "sha256")


def test_every_flipped_bit_is_forged() -> None:
    tokens = Tokens(KEY)
    data = base64.urlsafe_b64decode(tokens.make(SECRET, "library", 1_800_000_000, "en") + "=")
    for bit in range(256):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(Forged):
            tokens.read(base64.urlsafe_b64encode(changed).rstrip(b"=").decode())


def test_every_other_character_at_every_place_is_forged() -> None:
    """Covers the two bits of the last character that carry nothing: one spelling of a token, no more."""
    tokens = Tokens(KEY)
    token = tokens.make(SECRET, "library", 1_800_000_000, "en")
    for place in range(43):
        for character in ALPHABET + "+/= \n\0é":
            if character != token[place]:
                with pytest.raises(Forged):
                    tokens.read(token[:place] + character + token[place + 1 :])


@given(text=st.text(max_size=60) | st.text(alphabet=ALPHABET, min_size=43, max_size=43))
@settings(deadline=None)
def test_any_other_text_is_forged_and_never_breaks_the_reader(text: str) -> None:
    with pytest.raises(Forged):
        Tokens(KEY).read(text)


def test_length_padding_and_the_other_alphabet_are_forged() -> None:
    tokens = Tokens(KEY)
    secret = b"\xff" * 16  # its base64 holds a character that differs between the alphabets
    token = tokens.make(secret, "library", 1_800_000_000, "en")
    assert "_" in token
    for wrong in (token[:-1], token + "A", token + "=", token.replace("_", "/"), f" {token}"[:43], ""):
        with pytest.raises(Forged):
            tokens.read(wrong)


def test_a_token_of_another_key_is_forged() -> None:
    with pytest.raises(Forged):
        Tokens(KEY).read(Tokens(os.urandom(32)).make(SECRET, "library", 0, "en"))


def test_a_language_that_is_not_known_is_forged_though_its_mac_holds() -> None:
    head = SECRET + campaign4("library") + bytes(4) + bytes([len(LANGUAGES)])
    mac = hmac.digest(KEY, b"undersigned/token/v1\n" + head, "sha256")[:7]
    with pytest.raises(Forged):
        Tokens(KEY).read(base64.urlsafe_b64encode(head + mac).rstrip(b"=").decode())


def test_a_refusal_does_not_say_why() -> None:
    assert str(Forged()) == ""


def test_keys_and_secrets_of_a_wrong_length_are_refused() -> None:
    for size in (0, 31, 33):
        with pytest.raises(ValueError, match="32 bytes"):
            Tokens(bytes(size))
    with pytest.raises(ValueError, match="16 bytes"):
        Tokens(KEY).make(bytes(15), "library", 0, "en")
    with pytest.raises(ValueError, match="tuple"):
        Tokens(KEY).make(SECRET, "library", 0, "xx")

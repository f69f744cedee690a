"""The token of a letter's link, and what is derived from its secret.

    secret (16) | campaign (4) | minutes (4, big endian) | language (1) | mac (7)

as 43 characters of base64url without padding. `campaign` is SHA-256(campaign id)[:4], `minutes` the
minutes since 1970 at which the form was signed, `language` the index in `LANGUAGES`, and `mac`
HMAC-SHA-256(token key, "undersigned/token/v1\\n" + the 25 bytes before it)[:7].
"""

from __future__ import annotations

import base64
import hmac
from binascii import b2a_base64
from functools import lru_cache
from hashlib import sha256
from typing import Final

from undersigned.vault.checked_token import Token
from undersigned.vault.keyed import Keyed, once

__all__ = ["LANGUAGES", "Forged", "Token", "Tokens", "blinder", "campaign4", "lookup", "written"]

# The order is part of the format: a language is only ever added at the end.
LANGUAGES: Final[tuple[str, ...]] = ("en", "fr", "es", "ar", "he", "ru", "zh", "sw", "hi")
_LABEL: Final = b"undersigned/token/v1\n"
_CHARACTERS: Final = 43
_URL: Final = bytes.maketrans(b"+/", b"-_")
_SIGNED: Final = 25


class Forged(ValueError):
    """The token was not made here: answer 404, and the same for every reason."""


@lru_cache(maxsize=256)
def campaign4(campaign: str) -> bytes:
    """Give the four bytes that stand for a campaign in a token."""
    return sha256(campaign.encode()).digest()[:4]


def written(data: bytes) -> str:
    """Give bytes as base64url without padding (RFC 4648 5)."""
    return b2a_base64(data, newline=False).translate(_URL).rstrip(b"=").decode()


def lookup(secret: bytes) -> bytes:
    """Give the 16 bytes by which the ledger finds the signature of a token's secret."""
    return sha256(b"undersigned/lookup/v1\n" + secret).digest()[:16]


def blinder(secret: bytes) -> bytes:
    """Give the 32 bytes that blind the leaf of a token's secret."""
    return once(secret, b"undersigned/blinder/v1\n")


class Tokens:
    """Makes and reads tokens under one key (32 bytes)."""

    __slots__ = ("_keyed",)

    def __init__(self, key: bytes) -> None:
        """Take the token key.

        Raises:
            ValueError: it has another length than 32.
        """
        if len(key) != 32:
            raise ValueError("a token key has 32 bytes")
        self._keyed = Keyed(key, _LABEL)

    def _mac(self, signed: bytes) -> bytes:
        return self._keyed.digest(signed)[:7]

    def make(self, secret: bytes, campaign: str, at: int, language: str) -> str:
        """Give the token (43 characters) for a secret of 16 bytes, signed at `at`, seconds since 1970.

        Raises:
            ValueError: a secret of another length, or a language that `LANGUAGES` lacks.
        """
        if len(secret) != 16:
            raise ValueError("the secret of a token has 16 bytes")
        signed = secret + campaign4(campaign) + (at // 60 << 8 | LANGUAGES.index(language)).to_bytes(5, "big")
        return written(signed + self._mac(signed))

    def read(self, token: str) -> Token:
        """Check a token from a link.

        Raises:
            Forged: wrong length, alphabet, trailing bits, mac or language; the reason is not told.
        """
        data = _decode(token)
        signed = data[:_SIGNED]
        if not hmac.compare_digest(self._mac(signed), data[_SIGNED:]) or signed[24] >= len(LANGUAGES):
            raise Forged
        return Token(signed[:16], signed[16:20], int.from_bytes(signed[20:24], "big"), LANGUAGES[signed[24]])


def _decode(token: str) -> bytes:
    """Read exactly the text that `make` would write for these bytes, and no other spelling of them."""
    if len(token) != _CHARACTERS or not token.isascii():
        raise Forged
    try:
        data = base64.urlsafe_b64decode(token + "=")
    except ValueError:
        raise Forged from None
    if written(data) != token:
        raise Forged
    return data

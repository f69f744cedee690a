"""Reading numbers and base64 strictly: exactly one spelling of a value is accepted.

Two programs that read the same bytes must see the same value. Python's own readers are too kind for
that: `int` takes full-width digits, underscores, signs and spaces, `b64decode` skips foreign characters
and accepts stray bits behind the last byte.
"""

from __future__ import annotations

import base64
import binascii
import re

__all__ = ["Malformed", "decimal", "from_base64", "from_base64url", "to_base64", "to_base64url"]

_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")
_LIMIT = 1 << 63


class Malformed(ValueError):
    """The bytes do not follow the format; nothing in them may be used."""


def decimal(text: str) -> int:
    """Read an ASCII decimal from 0 to 2^63 - 1, without sign, spaces or leading zeroes.

    Raises:
        Malformed: any other spelling, or too large.
    """
    if not _DECIMAL.fullmatch(text) or int(text) >= _LIMIT:
        raise Malformed("not a plain decimal number")
    return int(text)


def from_base64(text: str) -> bytes:
    """Read standard base64 with padding (RFC 4648 section 4).

    Raises:
        Malformed: a foreign character, missing padding, or bits behind the last byte.
    """
    try:
        data = base64.b64decode(text.encode("ascii"), validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Malformed("not base64") from None
    if to_base64(data) != text:
        raise Malformed("base64 with stray bits")
    return data


def from_base64url(text: str) -> bytes:
    """Read base64url without padding (RFC 4648 section 5).

    Raises:
        Malformed: a foreign character, padding, or bits behind the last byte.
    """
    try:
        padded = text.encode("ascii") + b"=" * (-len(text) % 4)
        data = base64.b64decode(padded, altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError):
        raise Malformed("not base64url") from None
    if to_base64url(data) != text:
        raise Malformed("base64url with stray bits")
    return data


def to_base64(data: bytes) -> str:
    """Write standard base64 with padding."""
    return base64.b64encode(data).decode("ascii")


def to_base64url(data: bytes) -> str:
    """Write base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")

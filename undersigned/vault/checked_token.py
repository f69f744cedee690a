"""A token as it was read from a link."""

from __future__ import annotations

import msgspec

__all__ = ["Token"]


class Token(msgspec.Struct, frozen=True, gc=False):
    """A token that has been checked."""

    secret: bytes  # 16 bytes
    campaign4: bytes  # first 4 bytes of SHA-256(campaign id)
    minutes: int  # since 1970: when the form was signed
    language: str

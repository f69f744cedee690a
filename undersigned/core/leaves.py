"""The leaves of a campaign's log: what a signature commits to, the grammar of all lines, and the recount.

The grammar stands in `core.lines`, the fold in `core.recount`; both are offered here under one name.
"""

from __future__ import annotations

from functools import lru_cache
from hashlib import sha256
from typing import Final

from undersigned.core.lines import (
    DayBegins,
    Document,
    Line,
    Malformed,
    Reinstated,
    Signature,
    Struck,
    TakenBack,
    Tally,
    are_signatures,
    day,
    document,
    is_signature,
    parse,
    reinstatement,
    signature,
    signatures,
    strike,
    tally,
    withdrawal,
)
from undersigned.core.recount import Broken, Recount

__all__ = [
    "Broken",
    "DayBegins",
    "Document",
    "Line",
    "Malformed",
    "Recount",
    "Reinstated",
    "Signature",
    "Struck",
    "TakenBack",
    "Tally",
    "are_signatures",
    "commitment",
    "day",
    "document",
    "is_signature",
    "parse",
    "record",
    "reinstatement",
    "signature",
    "signatures",
    "strike",
    "tally",
    "withdrawal",
]

_LEAF: Final = b"undersigned/leaf/v1\n"


def record(campaign: str, text: str, canonical: str, name: str, country: str, channel: str, day: str) -> bytes:
    """Give the canonical bytes that a commitment covers: each field in UTF-8 behind its length (u32, big-endian).

    `text` is the version signed (43 characters), `canonical` the address as used for sameness, `day` is
    YYYY-MM-DD. `log.md`, Commitment.
    """
    address, called = canonical.encode(), name.encode()
    return b"".join((
        _fields(campaign, text), len(address).to_bytes(4, "big"), address, len(called).to_bytes(4, "big"), called,
        _fields(country, channel, day),
    ))  # fmt: skip


@lru_cache(maxsize=4096)
def _fields(*fields: str) -> bytes:
    """Give the bytes of fields that many records share; nothing of one person is ever kept here."""
    return b"".join(len(part).to_bytes(4, "big") + part for part in (field.encode() for field in fields))


def commitment(blinder: bytes, recorded: bytes) -> bytes:
    """Give the 32-byte leaf: SHA-256("undersigned/leaf/v1" newline, blinder (32 bytes), record).

    Raises:
        ValueError: the blinder is not 32 bytes; a short one would let the record be guessed.
    """
    if len(blinder) != 32:
        raise ValueError("a blinder is 32 bytes long")
    return sha256(_LEAF + blinder + recorded).digest()

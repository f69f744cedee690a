"""A signer in plaintext. Only the form, the letters and the delivery may import this module.

`personal` on each field says why it is kept, where and how long; the house test fails for a field
without it, and the page "what is kept and who can read it" is written from the same declarations.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Annotated, Literal

import msgspec

__all__ = ["JOURNALED", "Address", "Person", "Personal"]


class Personal(msgspec.Struct, frozen=True):
    """The declaration of a field that holds personal data."""

    purpose: str
    place: str
    life: str


_SEALED = "sealed record, opened only with the campaign key, which is offline"
_KEPT = "until withdrawal with erasure, or the campaign's retention date"


class Person(msgspec.Struct, frozen=True, gc=False):
    """What is sealed to the campaign key. Encoded as one JSON object, fields in this order.

    `text` is the hash of the text version (43 characters of base64url), `day` YYYY-MM-DD in UTC, `signed`
    seconds since 1970, `secret` the 16 bytes of the token's secret as 22 characters of base64url.
    `core.leaves.record` of campaign, text, canonical, name, country, channel and day, with the blinder of
    the secret, gives the leaf in the log.
    """

    campaign: Annotated[str, "not personal"]
    name: Annotated[str, Personal("delivery of the petition", _SEALED, _KEPT)]
    email: Annotated[str, Personal("confirmation, audit", _SEALED, _KEPT)]
    canonical: Annotated[str, Personal("audit of uniqueness", _SEALED, _KEPT)]
    country: Annotated[str, Personal("statistics in groups of at least k", _SEALED, _KEPT)]
    comment: Annotated[str, Personal("message to the addressees", _SEALED, _KEPT)]
    language: Annotated[str, Personal("letters in the signer's language", _SEALED, _KEPT)]
    text: Annotated[str, Personal("proof of what was signed", _SEALED, _KEPT)]
    consent: Annotated[str, Personal("proof of consent", _SEALED, _KEPT)]
    updates: Annotated[bool, Personal("proof of consent", _SEALED, _KEPT)]
    day: Annotated[str, Personal("part of the committed record", _SEALED, _KEPT)]
    channel: Annotated[str, "not personal"]
    signed: Annotated[int, Personal("proof of consent", _SEALED, _KEPT)]
    secret: Annotated[str, Personal("opens the commitment in the log", _SEALED, _KEPT)]


class Address(msgspec.Struct, frozen=True, gc=False):
    """What one letter needs, encrypted under the mail key of its hour and gone with it."""

    email: Annotated[str, Personal("to send the letter", "outbox, encrypted", "72 hours at most")]
    token: Annotated[str, Personal("the link of the letter", "outbox, encrypted", "72 hours at most")]


_SERVER = "journal and ledger"
_COUNTED = Personal("tells the signature's state to its signer, and counts it once", _SERVER, _KEPT)

# Every field of the event `signed/2`: what the server holds of a signature beside the sealed record.
JOURNALED: Mapping[str, Personal | Literal["not personal"]] = MappingProxyType(
    {
        "campaign": "not personal",
        "record": _COUNTED,
        "at": _COUNTED,
        "tag": Personal(
            "no second signature of an address", _SERVER, "until erasure; tells nothing once the pepper is destroyed"
        ),
        "lookup": _COUNTED,
        "commitment": Personal(
            "the leaf in the public log", "journal, ledger, public log", "for ever; means nothing after erasure"
        ),
        "country": Personal("statistics in groups of at least k", _SERVER, _KEPT),
        "language": Personal("letters in the signer's language", _SERVER, _KEPT),
        "text": Personal("proof of what was signed", _SERVER, _KEPT),
        "consent": Personal("proof of consent", _SERVER, _KEPT),
        "updates": Personal("proof of consent", _SERVER, _KEPT),
        "epoch": "not personal",
        "sealed": Personal("delivery of the petition", _SEALED, _KEPT),
        "letter": Personal("to send the letter", "outbox, encrypted", "72 hours at most"),
        "hour": "not personal",
        "review": Personal("a doubtful signature is looked at by people", _SERVER, _KEPT),
        "slot": Personal("lets a signer be erased in every copy", "journal and slots", _KEPT),
        "channel": "not personal",
        "source": Personal("statistics in groups of at least k", _SERVER, _KEPT),
        "cohort": Personal("a doubtful signature is looked at by people", _SERVER, _KEPT),
    }
)

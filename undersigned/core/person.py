"""A signer in plaintext. Only the form, the letters and the delivery may import this module.

`personal` on each field says why it is kept, where and how long; the house test fails for a field
without it, and the page "what is kept and who can read it" is written from the same declarations.
"""

from __future__ import annotations

from typing import Annotated

import msgspec

__all__ = ["Address", "Person", "Personal"]


class Personal(msgspec.Struct, frozen=True):
    """The declaration of a field that holds personal data."""

    purpose: str
    place: str
    life: str


_SEALED = "sealed record, opened only with the campaign key, which is offline"
_KEPT = "until withdrawal with erasure, or the campaign's retention date"


class Person(msgspec.Struct, frozen=True):
    """What is sealed to the campaign key. Encoded as one JSON object, fields in this order."""

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


class Address(msgspec.Struct, frozen=True):
    """What one letter needs, encrypted under the mail key of its hour and gone with it."""

    email: Annotated[str, Personal("to send the letter", "outbox, encrypted", "72 hours at most")]
    token: Annotated[str, Personal("the link of the letter", "outbox, encrypted", "72 hours at most")]

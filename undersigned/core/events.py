"""Journal events and their canonical bytes.

The journal is the only way in, for signers and staff alike. An event is a MessagePack array whose
first element names the kind and its version (``"signed/1"``); the fields follow in the order in which
they are declared here. A field is never reordered, renamed or reused: a changed kind gets a new number
and the old one stays readable, as the kind of today. Encoding is deterministic, so equal events have equal bytes.

Times are whole seconds since 1970-01-01T00:00Z. No event holds a field of a person in the clear.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

import msgspec
from msgspec.structs import astuple

__all__ = [
    "Admitted",
    "AppealAnswered",
    "Appealed",
    "Claimed",
    "Confirmed",
    "Damaged",
    "DomainNamed",
    "Epoch",
    "Erased",
    "Event",
    "LetterFailed",
    "LetterSent",
    "LinkAsked",
    "NotMe",
    "Reinstated",
    "Signed",
    "StruckOut",
    "TextReleased",
    "Withdrawn",
    "decode",
    "encode",
]


class Damaged(ValueError):
    """The bytes are not an event this version can read; nothing may be guessed from them."""


class Epoch(msgspec.Struct, frozen=True, array_like=True, tag="epoch/1", gc=False):
    """A new epoch key, sealed to the campaign's recipients before its first use."""

    campaign: str
    epoch: bytes  # 16 bytes, the name of the key
    file: bytes  # an ordinary age file whose plaintext is the 32-byte epoch key
    at: int


class _Signed1(msgspec.Struct, frozen=True, array_like=True, tag="signed/1", gc=False):
    """`Signed` as doors wrote it until November 2026; the fields are explained there."""

    campaign: str
    record: bytes
    at: int
    tag: bytes
    lookup: bytes
    commitment: bytes
    country: str
    language: str
    text: bytes
    consent: str
    updates: bool
    epoch: bytes
    sealed: bytes
    letter: bytes
    hour: int
    review: str
    slot: bytes
    channel: str = "e"


class Signed(msgspec.Struct, frozen=True, array_like=True, tag="signed/2", gc=False):
    """Somebody has filled in the form. Counts for nothing until it is confirmed."""

    campaign: str
    record: bytes  # 16 bytes: the name of this record everywhere; the second of sealing, then 12 random bytes
    at: int
    tag: bytes  # 16 bytes, dedup tag of the canonical address under the campaign's pepper
    lookup: bytes  # 16 bytes, finds the record again from the token of the letter
    commitment: bytes  # 32 bytes, the future leaf
    country: str  # the code claimed, of core.countries
    language: str  # language of the page signed on, and so of the letter
    text: bytes  # 32 bytes, SHA-256 of the text version signed
    consent: str  # version of the consent to the processing
    updates: bool  # consented to updates
    epoch: bytes  # 16 bytes, which epoch key wraps the slot
    sealed: bytes  # AES-256-GCM under the record's own key, padded
    letter: bytes  # what the letter needs (address, token), under the mail key of that hour
    hour: int  # hours since 1970: which mail key
    review: str  # "" or a reason code: doubtful, to be looked at when confirmed
    slot: bytes  # 48 bytes: the record's key wrapped under the epoch key; deleting it erases the person
    channel: str = "e"
    source: str = ""  # code of the link or poster that led here, one of the card's; never a person's
    cohort: bytes = b""  # b"", or 8 bytes: HMAC of the address's domain under the campaign's pepper


class Confirmed(msgspec.Struct, frozen=True, array_like=True, tag="confirmed/1", gc=False):
    """The button of the letter's page was pressed."""

    lookup: bytes
    at: int


class NotMe(msgspec.Struct, frozen=True, array_like=True, tag="not-me/1", gc=False):
    """The holder of the address says that somebody else typed it."""

    lookup: bytes
    at: int


class Withdrawn(msgspec.Struct, frozen=True, array_like=True, tag="withdrawn/1", gc=False):
    """The signer takes the signature back."""

    lookup: bytes
    at: int


class Erased(msgspec.Struct, frozen=True, array_like=True, tag="erased/1", gc=False):
    """The signer takes the signature back and has everything about them destroyed."""

    lookup: bytes
    at: int


class Admitted(msgspec.Struct, frozen=True, array_like=True, tag="admitted/1", gc=False):
    """Staff: a signature under review is counted."""

    record: bytes
    at: int


class StruckOut(msgspec.Struct, frozen=True, array_like=True, tag="struck-out/1", gc=False):
    """Staff: a signature is taken out of the count, with a reason code of the genesis line."""

    record: bytes
    code: str
    at: int


class Reinstated(msgspec.Struct, frozen=True, array_like=True, tag="reinstated/1", gc=False):
    """Staff: a striking out is undone."""

    record: bytes
    at: int


class Appealed(msgspec.Struct, frozen=True, array_like=True, tag="appealed/1", gc=False):
    """The signer asks to have a striking out looked at again."""

    lookup: bytes
    at: int


class AppealAnswered(msgspec.Struct, frozen=True, array_like=True, tag="appeal-answered/1", gc=False):
    """Staff: an appeal is answered; where it is upheld, the striking out is undone."""

    record: bytes
    upheld: bool
    at: int


class DomainNamed(msgspec.Struct, frozen=True, array_like=True, tag="domain-named/1", gc=False):
    """At least k forms came from addresses of this domain, so its name tells nothing of one person any more."""

    campaign: str
    cohort: bytes  # 8 bytes, as in `Signed`
    domain: str  # an A-label
    at: int


class TextReleased(msgspec.Struct, frozen=True, array_like=True, tag="text-released/1"):
    """The texts of a campaign that are open for signature from now on."""

    campaign: str
    texts: tuple[tuple[str, bytes], ...]  # (language, SHA-256 of the text version), sorted by language
    genesis: bytes  # canonical JSON for the log's `g` line; used only where the log is still empty
    at: int


class Claimed(msgspec.Struct, frozen=True, array_like=True, tag="claimed/1", gc=False):
    """A figure of the petition's own was stated in public; never written before the public could read it."""

    campaign: str
    line: bytes  # JSON of the log's `c` line: the figure, and the tree size and root it was taken at
    at: int


class LetterSent(msgspec.Struct, frozen=True, array_like=True, tag="letter-sent/1", gc=False):
    """A letter was handed over."""

    letter: bytes  # the record whose letter it was
    at: int


class LetterFailed(msgspec.Struct, frozen=True, array_like=True, tag="letter-failed/1", gc=False):
    """A letter cannot be delivered; the address was refused for good."""

    letter: bytes
    code: str  # stable code, never the server's own words
    at: int


class LinkAsked(msgspec.Struct, frozen=True, array_like=True, tag="link-asked/1", gc=False):
    """Somebody asks for the link of an address's signature. Written alike whether it has signed or not."""

    campaign: str
    record: bytes  # 16 bytes: the name of this letter, random
    at: int
    tag: bytes  # 16 bytes, as in `Signed`
    lookup: bytes  # 16 bytes, of the new link
    language: str
    letter: bytes  # what the letter needs (address, token), under the mail key of that hour
    hour: int  # hours since 1970: which mail key


Event: TypeAlias = (
    Epoch
    | Signed
    | Confirmed
    | NotMe
    | Withdrawn
    | Erased
    | Admitted
    | StruckOut
    | Reinstated
    | Appealed
    | AppealAnswered
    | DomainNamed
    | TextReleased
    | Claimed
    | LetterSent
    | LetterFailed
    | LinkAsked
)

_encoder = msgspec.msgpack.Encoder(order="deterministic")
_decoder: msgspec.msgpack.Decoder[Any] = msgspec.msgpack.Decoder(Event | _Signed1)


#: Gives the canonical bytes of an event; msgspec's own method, since the door calls it for every signature.
encode: Callable[[Event], bytes] = _encoder.encode


def decode(data: bytes) -> Event:
    """Read an event back; one of an older version is given as the kind of today.

    Raises:
        Damaged: the bytes are no event of a kind and version known here.
    """
    try:
        event: Event | _Signed1 = _decoder.decode(data)
    except msgspec.DecodeError as error:
        raise Damaged("a journal record cannot be read") from error
    return Signed(*astuple(event)) if isinstance(event, _Signed1) else event

"""Signed notes and verifier keys, as C2SP signed-note lays them out (version 1.0.0).

A note is a text that ends in a newline, an empty line, and signature lines
`— <key name> <base64 of 4-byte key id || signature>`. Nothing here computes a signature: whoever calls
gives a function `verify(public_key, message, signature) -> bool`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import TypeAlias

import msgspec

from undersigned.core.strict import Malformed, from_base64, to_base64

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "Forged",
    "Malformed",
    "Note",
    "Signature",
    "VerifierKey",
    "Verify",
    "format_note",
    "format_vkey",
    "key_id",
    "open_note",
    "parse_lines",
    "parse_note",
    "parse_vkey",
    "signature_line",
]

ED25519 = 1
"""Signature type: Ed25519 over the note's text."""
COSIGNATURE = 4
"""Signature type: timestamped Ed25519 cosignature of a checkpoint."""

MOST_SIGNATURES = 100
MOST_BYTES = 1 << 20

Verify: TypeAlias = Callable[[bytes, bytes, bytes], bool]
"""`verify(public_key, message, signature)` says whether an Ed25519 signature holds; it never raises."""


class Forged(ValueError):
    """No signature of a known key holds, or one of a known key fails."""


class Signature(msgspec.Struct, frozen=True):
    """One signature line. `id` are the 4 bytes of the key id; `data` is what follows them."""

    name: str
    id: bytes
    data: bytes


class Note(msgspec.Struct, frozen=True):
    """A note as read. `text` ends in a newline and must be ignored until a signature was verified."""

    text: str
    signatures: tuple[Signature, ...]


class VerifierKey(msgspec.Struct, frozen=True):
    """A public key with its name; `type` is the signature type."""

    name: str
    id: bytes
    type: int
    public: bytes


_NAME = re.compile(r"[^\s+\x00-\x1f\x7f]+")
_LINE = re.compile(r"— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})", re.DOTALL)
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")


def _name(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise Malformed("a key name is empty or holds a space or a plus")
    return name


def key_id(name: str, kind: int, public: bytes) -> bytes:
    """Give the key id: SHA-256(name || 0A || type || public key)[:4]."""
    return sha256(name.encode() + b"\n" + bytes([kind]) + public).digest()[:4]


def format_vkey(name: str, kind: int, public: bytes) -> str:
    """Write a verifier key as one line: `name+8 hex digits+base64(type || public key)`."""
    return f"{_name(name)}+{key_id(name, kind, public).hex()}+{to_base64(bytes([kind]) + public)}"


def parse_vkey(text: str) -> VerifierKey:
    """Read a verifier key of type 1 (Ed25519) or 4 (cosignature).

    Raises:
        Malformed: another form or type, or a key id that does not belong to the key.
    """
    parts = text.split("+", 2)
    if len(parts) != 3:
        raise Malformed("a verifier key has three parts, with + between them")
    name, identity, encoded = parts
    data = from_base64(encoded)
    if len(data) != 33 or data[0] not in (ED25519, COSIGNATURE):
        raise Malformed("not a verifier key of a known type")
    key = VerifierKey(_name(name), key_id(name, data[0], data[1:]), data[0], data[1:])
    if key.id.hex() != identity:
        raise Malformed("the key id does not belong to the key")
    return key


def signature_line(signature: Signature) -> str:
    """Write one signature line with its newline."""
    return f"— {_name(signature.name)} {to_base64(signature.id + signature.data)}\n"


def format_note(text: str, signatures: Iterable[Signature]) -> bytes:
    """Write a signed note.

    Raises:
        Malformed: the text does not end in a newline, or holds control characters.
    """
    if not text.endswith("\n") or _CONTROL.search(text):
        raise Malformed("the text of a note ends in a newline and holds no control characters")
    return (text + "\n" + "".join(map(signature_line, signatures))).encode()


def parse_lines(text: str) -> tuple[Signature, ...]:
    """Read signature lines, each with its newline; this is also what a witness answers.

    Raises:
        Malformed: any line has another form, or there are none, or more than 100.
    """
    if not text.endswith("\n"):
        raise Malformed("a signature line has no newline")
    lines = text[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise Malformed("too many signatures")
    return tuple(map(_signature, lines))


def _signature(line: str) -> Signature:
    match = _LINE.fullmatch(line)
    if not match:
        raise Malformed("not a signature line")
    data = from_base64(match[2])
    if len(data) < 5:
        raise Malformed("a signature is cut short")
    return Signature(_name(match[1]), data[:4], data[4:])


def parse_note(data: bytes) -> Note:
    """Read a note. Its text is split from the signatures by the last empty line.

    Raises:
        Malformed: not a note, not UTF-8, with control characters, or larger than a mebibyte.
    """
    if len(data) > MOST_BYTES:
        raise Malformed("the note is too large")
    try:
        whole = data.decode("utf-8")
    except UnicodeDecodeError:
        raise Malformed("the note is not UTF-8") from None
    if _CONTROL.search(whole):
        raise Malformed("the note holds control characters")
    end = whole.rfind("\n\n")
    if end < 0:
        raise Malformed("the note has no empty line before its signatures")
    return Note(whole[: end + 1], parse_lines(whole[end + 2 :]))


def open_note(data: bytes, keys: Sequence[VerifierKey], verify: Verify) -> Note:
    """Read a note and verify it against known Ed25519 keys (type 1); unknown keys are ignored.

    Raises:
        Malformed: not a note.
        Forged: a known key's signature fails, or no known key has signed.
    """
    note = parse_note(data)
    known = {(key.name, key.id): key for key in keys if key.type == ED25519}
    held = 0
    for signature in note.signatures:
        key = known.get((signature.name, signature.id))
        if key is None:
            continue
        if not verify(key.public, note.text.encode(), signature.data):
            raise Forged("a signature of a known key fails")
        held += 1
    if not held:
        raise Forged("no known key has signed this note")
    return note

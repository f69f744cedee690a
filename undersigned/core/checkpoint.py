"""Checkpoints of a log and their cosignatures (C2SP tlog-checkpoint 1.0.0, tlog-cosignature 1.0.1).

A checkpoint is a signed note whose text is three lines: origin, size, base64 of the root. Ours have no
extension lines; those of others are kept and ignored.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from undersigned.core import merkle
from undersigned.core.note import (
    COSIGNATURE,
    ED25519,
    Forged,
    Malformed,
    Note,
    Signature,
    VerifierKey,
    Verify,
    format_note,
    format_vkey,
    key_id,
    open_note,
    parse_note,
    parse_vkey,
    signature_line,
)
from undersigned.core.strict import decimal, from_base64, to_base64

__all__ = [
    "COSIGNATURE",
    "ED25519",
    "Checkpoint",
    "Cosignature",
    "Forged",
    "Malformed",
    "Note",
    "Signature",
    "VerifierKey",
    "Verify",
    "body_of",
    "cosignature_message",
    "cosignatures",
    "format_body",
    "format_note",
    "format_vkey",
    "key_id",
    "open_checkpoint",
    "open_note",
    "origin_of",
    "parse_body",
    "parse_note",
    "parse_vkey",
    "signature_line",
]


class Checkpoint(msgspec.Struct, frozen=True):
    """What a checkpoint says. `root` is 32 bytes."""

    origin: str
    size: int
    root: bytes
    extensions: tuple[str, ...] = ()


class Cosignature(msgspec.Struct, frozen=True):
    """A cosignature that holds: whose, and when it was made, in seconds since 1970."""

    name: str
    at: int
    signature: Signature


def origin_of(host: str, campaign: str) -> str:
    """Give the origin of a campaign's log, which is also its key's name: `<host>/log/<campaign>`."""
    return f"{host}/log/{campaign}"


def format_body(origin: str, size: int, root: bytes) -> str:
    """Write the text of a checkpoint, with its last newline.

    Raises:
        ValueError: the origin is empty or holds a newline, or the root is not 32 bytes.
    """
    if not origin or "\n" in origin or size < 0 or len(root) != 32:
        raise ValueError("this is no tree head")
    return f"{origin}\n{size}\n{to_base64(root)}\n"


def parse_body(text: str) -> Checkpoint:
    """Read the text of a checkpoint.

    Raises:
        Malformed: fewer than three lines, an empty line, a size with another spelling than plain
            decimal, a root that is not 32 bytes, or a wrong root for the empty tree.
    """
    if not text.endswith("\n"):
        raise Malformed("a checkpoint ends in a newline")
    lines = text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise Malformed("a checkpoint has at least three lines, none of them empty")
    root = from_base64(lines[2])
    size = decimal(lines[1])
    if len(root) != 32:
        raise Malformed("a root is 32 bytes long")
    if not size and root != merkle.EMPTY:
        raise Malformed("the empty tree has another root")
    return Checkpoint(lines[0], size, root, tuple(lines[3:]))


def body_of(note: bytes) -> Checkpoint:
    """Read what a checkpoint says WITHOUT verifying its signature: only for notes out of one's own store.

    Raises:
        Malformed: not a checkpoint.
    """
    return parse_body(parse_note(note).text)


def open_checkpoint(note: bytes, key: VerifierKey, verify: Verify, origin: str | None = None) -> Checkpoint:
    """Read a checkpoint signed by the log's key. Its origin must be `origin`, by default the key's name.

    Raises:
        Malformed: not a checkpoint.
        Forged: the log's signature is missing or fails, or the origin is another one.
    """
    checkpoint = parse_body(open_note(note, [key], verify).text)
    if checkpoint.origin != (key.name if origin is None else origin):
        raise Forged("the checkpoint is of another log")
    return checkpoint


def cosignature_message(at: int, text: str) -> bytes:
    """Give what a witness signs: header, time in seconds since 1970, and the checkpoint's whole text."""
    return f"cosignature/v1\ntime {at}\n{text}".encode()


def cosignatures(note: Note, keys: Sequence[VerifierKey], verify: Verify) -> list[Cosignature]:
    """Give the cosignatures of known witnesses (keys of type 4) under a checkpoint, one a witness.

    Signatures of unknown keys are ignored. A line is base64 of key id (4) || time (8, big-endian) ||
    Ed25519 signature (64).

    Raises:
        Forged: a cosignature of a known witness fails.
    """
    known = {(key.name, key.id): key for key in keys if key.type == COSIGNATURE}
    held: dict[bytes, Cosignature] = {}
    for signature in note.signatures:
        key = known.get((signature.name, signature.id))
        if key is not None:
            held[key.public] = _cosignature(note.text, key, signature, verify)
    return list(held.values())


def _cosignature(text: str, key: VerifierKey, signature: Signature, verify: Verify) -> Cosignature:
    at = int.from_bytes(signature.data[:8], "big")
    if len(signature.data) != 72 or at >= 1 << 63:
        raise Forged("a cosignature of a known witness is malformed")
    if not verify(key.public, cosignature_message(at, text), signature.data[8:]):
        raise Forged("a cosignature of a known witness fails")
    return Cosignature(key.name, at, signature)

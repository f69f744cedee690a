"""The header of an age file (C2SP age, "Encrypted file format"): stanzas and the header's MAC.

    age-encryption.org/v1
    -> X25519 <argument>
    <body, base64 in lines of 64, the last one shorter>
    --- <43 characters: MAC>

The payload follows at once. Base64 is the standard alphabet without padding, canonical or refused.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Sequence
from typing import NamedTuple

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

__all__ = [
    "Damaged",
    "Header",
    "NoMatch",
    "Stanza",
    "check_mac",
    "decode64",
    "derive",
    "encode64",
    "read_header",
    "write_header",
]

_VERSION = b"age-encryption.org/v1\n"
_COLUMNS = 64
_ARGUMENTS = re.compile(rb"-> [!-~]+(?: [!-~]+)*")
_BODY_LINE = re.compile(rb"[A-Za-z0-9+/]{0,64}")
_END = re.compile(rb"--- ([A-Za-z0-9+/]{43})")


class Damaged(ValueError):
    """An age file is cut off, changed, or never was one. Nothing of it may be used."""


class NoMatch(ValueError):
    """The age file is not addressed to any of the keys at hand."""


class Stanza(NamedTuple):
    """The file key, wrapped for one recipient."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes


class Header(NamedTuple):
    """A header that has been read."""

    stanzas: tuple[Stanza, ...]
    covered: bytes  # what the MAC is taken over
    mac: bytes
    end: int  # where the payload begins


def encode64(data: bytes) -> str:
    """Write bytes as standard base64 without padding."""
    return base64.b64encode(data).decode().rstrip("=")


def decode64(text: str) -> bytes:
    """Read base64 without padding.

    Raises:
        Damaged: padding, foreign characters, or bits that a canonical encoding would not have.
    """
    try:
        data = base64.b64decode(text + "=" * (-len(text) % 4), validate=True)
    except ValueError:
        raise Damaged("an age file holds base64 that cannot be read") from None
    if encode64(data) != text:
        raise Damaged("an age file holds base64 that is not canonical")
    return data


def derive(secret: bytes, salt: bytes, info: bytes) -> bytes:
    """Give 32 bytes of HKDF-SHA-256."""
    return HKDF(SHA256(), 32, salt, info).derive(secret)


def _mac(file_key: bytes, covered: bytes) -> bytes:
    return hmac.digest(derive(file_key, b"", b"header"), covered, "sha256")


def check_mac(header: Header, file_key: bytes) -> None:
    """Check the MAC of a header under its file key (16 bytes).

    Raises:
        Damaged: it does not hold.
    """
    if not hmac.compare_digest(_mac(file_key, header.covered), header.mac):
        raise Damaged("the header of an age file was changed")


def _lines(stanza: Stanza) -> str:
    body = encode64(stanza.body)
    full = [body[at : at + _COLUMNS] for at in range(0, len(body) + 1, _COLUMNS)]
    return "\n".join([" ".join(("->", stanza.kind, *stanza.arguments)), *full]) + "\n"


def write_header(stanzas: Sequence[Stanza], file_key: bytes) -> bytes:
    """Write the header for a file key (16 bytes) that is wrapped in these stanzas."""
    covered = _VERSION + "".join(map(_lines, stanzas)).encode("ascii") + b"---"
    return covered + b" " + encode64(_mac(file_key, covered)).encode("ascii") + b"\n"


def _line(file: bytes, start: int) -> tuple[bytes, int]:
    """Give the line that begins at `start`, without its end, and where the next one begins."""
    stop = file.find(b"\n", start)
    if stop < 0:
        raise Damaged("the header of an age file is cut off")
    return file[start:stop], stop + 1


def _body(file: bytes, at: int) -> tuple[bytes, int]:
    """Read lines of base64 up to and including the first that is shorter than 64."""
    text = b""
    while True:
        line, at = _line(file, at)
        if not _BODY_LINE.fullmatch(line):
            raise Damaged("a stanza of an age file cannot be read")
        text += line
        if len(line) < _COLUMNS:
            return decode64(text.decode("ascii")), at


def read_header(file: bytes) -> Header:
    """Read the header, strictly; the MAC is only read here, see `check_mac`.

    Raises:
        Damaged: not the header of an age v1 file.
    """
    if not file.startswith(_VERSION):
        raise Damaged("this is no age file of version 1")
    stanzas: list[Stanza] = []
    at = len(_VERSION)
    while True:
        line, after = _line(file, at)
        end = _END.fullmatch(line)
        if end and stanzas:
            return Header(tuple(stanzas), file[: at + 3], decode64(end[1].decode("ascii")), after)
        if not _ARGUMENTS.fullmatch(line):
            raise Damaged("the header of an age file cannot be read")
        kind, *arguments = line[3:].decode("ascii").split(" ")
        body, at = _body(file, after)
        stanzas.append(Stanza(kind, tuple(arguments), body))

"""age files, version 1 (C2SP age): a header for the recipients, then the payload in the STREAM form.

    header | nonce (16) | chunks of ChaCha20-Poly1305, 65,536 bytes of plaintext each, the last shorter

Any age program opens what is written here; `read` opens what any age program writes for our two
kinds of keys. Whole files in memory: they are small (a 32-byte key), and may be some megabytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from undersigned.vault.recipients import Random, Recipient, WrongKey
from undersigned.vault.stanza import (
    Damaged,
    Header,
    NoMatch,
    Stanza,
    check_mac,
    derive,
    read_header,
    write_header,
)

__all__ = ["Damaged", "Identity", "NoMatch", "check", "read", "write"]

_FILE_KEY = 16
_NONCE = 16
_CHUNK = 65_536
_TAG = 16


class Identity(Protocol):
    """Somebody who may be able to open a stanza."""

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Give the file key, or None where the stanza is for somebody else."""
        ...


def _nonce(counter: int, last: bool) -> bytes:
    return counter.to_bytes(11, "big") + bytes([last])


def _seal_payload(key: bytes, plaintext: bytes) -> bytes:
    cipher = ChaCha20Poly1305(key)
    starts = range(0, max(len(plaintext), 1), _CHUNK)
    return b"".join(
        cipher.encrypt(_nonce(number, start == starts[-1]), plaintext[start : start + _CHUNK], None)
        for number, start in enumerate(starts)
    )


def check(recipients: Sequence[Recipient]) -> None:
    """Check that a file can be sealed to these recipients.

    Raises:
        WrongKey: there is none, or post-quantum and other recipients are mixed: the file would be only
            as strong as the weaker kind, and the age program refuses that too.
    """
    if not recipients:
        raise WrongKey("there is nobody to seal to: name at least one recipient")
    if len({recipient.post_quantum for recipient in recipients}) > 1:
        raise WrongKey("recipients must all be post-quantum (age1pq1…) or none of them")


def write(plaintext: bytes, recipients: Sequence[Recipient], random: Random) -> bytes:
    """Seal bytes to all recipients; each of them alone can open the file.

    Raises:
        WrongKey: see `check`.
    """
    check(recipients)
    file_key, nonce = random(_FILE_KEY), random(_NONCE)
    header = write_header([recipient.wrap(file_key, random) for recipient in recipients], file_key)
    return header + nonce + _seal_payload(derive(file_key, nonce, b"payload"), plaintext)


def _file_key(header: Header, identities: Sequence[Identity]) -> bytes:
    if len(header.stanzas) > 1 and any(stanza.kind == "scrypt" for stanza in header.stanzas):
        raise Damaged("an age file mixes a passphrase with other recipients")
    for identity in identities:
        found = [key for key in map(identity.unwrap, header.stanzas) if key is not None]
        if found:
            return found[0]
    raise NoMatch("this file is not sealed to the key at hand")


def _open_payload(key: bytes, sealed: bytes) -> bytes:
    cipher = ChaCha20Poly1305(key)
    starts = range(0, max(len(sealed), 1), _CHUNK + _TAG)
    chunks = [
        cipher.decrypt(_nonce(number, start == starts[-1]), sealed[start : start + _CHUNK + _TAG], None)
        for number, start in enumerate(starts)
    ]
    if len(chunks) > 1 and not chunks[-1]:
        raise Damaged("the payload of an age file ends in an empty chunk")
    return b"".join(chunks)


def read(file: bytes, identities: Sequence[Identity]) -> bytes:
    """Open a file with the first identity that fits; all of it is checked before any of it is given.

    Raises:
        Damaged: the file was changed or cut off, or is no age file of version 1.
        NoMatch: it is sealed to somebody else.
    """
    header = read_header(file)
    file_key = _file_key(header, identities)
    check_mac(header, file_key)
    nonce = file[header.end : header.end + _NONCE]
    if len(nonce) < _NONCE:
        raise Damaged("an age file is cut off behind its header")
    try:
        return _open_payload(derive(file_key, nonce, b"payload"), file[header.end + _NONCE :])
    except InvalidTag:
        raise Damaged("the payload of an age file was changed or cut off") from None

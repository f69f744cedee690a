"""Opening what is sealed. Only `stages.mail` and `stages.deliver` may import this module.

Nothing here puts a byte of what it opened into an error.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from hashlib import blake2b
from typing import Literal, TypeAlias

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from undersigned.vault import age
from undersigned.vault.identities import HybridIdentity, X25519Identity
from undersigned.vault.keys import drill_proof, read_secret_key, recipient_of
from undersigned.vault.recipients import Random, WrongKey
from undersigned.vault.seal import LETTER_SIZE, SIZES, Sealer

__all__ = [
    "EpochKey",
    "Identity",
    "LetterKey",
    "Reason",
    "Unreadable",
    "drill",
    "identity",
    "open_epoch",
    "open_letter",
    "open_record",
]

Identity: TypeAlias = X25519Identity | HybridIdentity
Reason: TypeAlias = Literal["erased", "damaged", "other key"]
_ZERO_NONCE = bytes(12)


class Unreadable(Exception):
    """Something sealed cannot be opened; `reason` is all there is to say."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(f"cannot be opened: {reason}")
        self.reason: Reason = reason


def identity(text: str) -> Identity:
    """Read a secret key: the line `AGE-SECRET-KEY-…`, or a key file with such a line.

    Raises:
        WrongKey: no such line, or one that cannot be used.
    """
    key = read_secret_key(text)
    return HybridIdentity(key.raw) if key.post_quantum else X25519Identity(key.raw)


def open_epoch(file: bytes, identities: Sequence[Identity]) -> bytes:
    """Give the 32-byte epoch key out of its age file.

    Raises:
        Unreadable: damaged, or sealed to another key.
    """
    try:
        key = age.read(file, identities)
    except age.NoMatch:
        raise Unreadable("other key") from None
    except age.Damaged:
        raise Unreadable("damaged") from None
    if len(key) != 32:
        raise Unreadable("damaged")
    return key


def _unpadded(plaintext: bytes, sizes: Sequence[int]) -> bytes:
    """Take the payload out of its padding; any other form than the one `padded` writes is refused."""
    end = 2 + int.from_bytes(plaintext[:2], "big")
    if len(plaintext) not in sizes or end > len(plaintext) or plaintext[end:].strip(b"\0"):
        raise Unreadable("damaged")
    return plaintext[2:end]


class EpochKey:
    """Opens the records of one epoch."""

    __slots__ = ("_wraps",)

    def __init__(self, key: bytes) -> None:
        """Take the 32 bytes of `open_epoch`. They are fed to the hash once, not for each record."""
        self._wraps = blake2b(key=key, digest_size=32)

    def open(self, record: bytes, slot: bytes | None, sealed: bytes) -> bytes:
        """Give the payload of a record: JSON of `core.person.Person`.

        `record` is 16 bytes, `slot` 48; None, empty or zero bytes where the person was erased.

        Raises:
            Unreadable: erased, or damaged.
        """
        if not slot or not any(slot):
            raise Unreadable("erased")
        wrap = self._wraps.copy()
        wrap.update(record)
        try:
            key = AESGCM(wrap.digest()).decrypt(_ZERO_NONCE, slot, record)
            return _unpadded(AESGCM(key).decrypt(_ZERO_NONCE, sealed, record), SIZES)
        except (InvalidTag, ValueError):
            raise Unreadable("damaged") from None


def open_record(epoch_key: bytes, record: bytes, slot: bytes | None, sealed: bytes) -> bytes:
    """Give the payload of one record, as `EpochKey.open` does; `epoch_key` is 32 bytes.

    Raises:
        Unreadable: erased, or damaged.
    """
    return EpochKey(epoch_key).open(record, slot, sealed)


class LetterKey:
    """Opens what the letters of one hour need. Holds the hour's key: let it go with that."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        """Take the 32-byte mail key of the hour."""
        self._cipher = AESGCM(key)

    def open(self, record: bytes, blob: bytes) -> bytes:
        """Give what one letter needs: JSON of `core.person.Address`.

        Raises:
            Unreadable: damaged, or encrypted under another key.
        """
        try:
            return _unpadded(self._cipher.decrypt(blob[:12], blob[12:], record), (LETTER_SIZE,))
        except (InvalidTag, ValueError):
            raise Unreadable("damaged") from None


def open_letter(key: bytes, record: bytes, blob: bytes) -> bytes:
    """Give what one letter needs, as `LetterKey.open` does; `key` is the mail key of its hour.

    Raises:
        Unreadable: damaged, or encrypted under another key.
    """
    return LetterKey(key).open(record, blob)


def drill(secret: str, recipients: Sequence[str], campaign: str, now: int, random: Random = os.urandom) -> str:
    """Seal a test record to the recipients, open it with the secret key, and give the proof for the file.

    Raises:
        WrongKey: the secret key belongs to none of the recipients, or does not open what was sealed to them.
    """
    recipient = recipient_of(secret)
    if recipient not in recipients:
        raise WrongKey("this key belongs to none of the campaign's recipients")
    test = random(32)
    sealed = Sealer(recipients, campaign, random, now).seal(test, now)
    epoch = sealed.new_epoch.file if sealed.new_epoch else b""
    try:
        key = open_epoch(epoch, [identity(secret)])
        opened = open_record(key, sealed.record, sealed.slot, sealed.sealed)
    except Unreadable:
        raise WrongKey("the test record did not open with this key") from None
    if opened != test:
        raise WrongKey("the test record opened to something else")
    return drill_proof(campaign, recipient, now, test)

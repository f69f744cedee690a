"""Sealing a record, so that only the campaign key opens it and erasing its slot closes it for ever.

    epoch   a 32-byte key with a 16-byte name; written to the journal as an age file for the recipients
    sealed  AES-256-GCM(record key, nonce 0, padded payload, aad = record id)
    slot    AES-256-GCM(BLAKE2b-256(record id, key = epoch key), nonce 0, record key, aad = record id)

Every record key and every wrap key encrypts exactly one message, which is why the nonce may be zero.
A padded payload is `length (2, big endian) | payload | zero bytes` of 256, 512, 1,024, … 32,768 bytes in
all, so that the size of a record tells almost nothing; the sizes above 4,096 are for long comments in scripts
that take three or four bytes a letter. Nothing in this module can open anything.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from hashlib import blake2b
from typing import Final, final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from undersigned.core.events import Epoch
from undersigned.vault import age
from undersigned.vault.recipients import Random, read_recipient

__all__ = [
    "EPOCH_RECORDS",
    "EPOCH_SECONDS",
    "LETTER_SIZE",
    "SIZES",
    "LetterSealer",
    "Sealed",
    "Sealer",
    "TooLong",
    "padded",
    "seal_letter",
]

EPOCH_SECONDS: Final = 60
EPOCH_RECORDS: Final = 1024
SIZES: Final[Sequence[int]] = (256, 512, 1024, 2048, 4096, 8192, 16384, 32768)  # bytes of a padded payload
LETTER_SIZE: Final = 512  # bytes of a padded address
_LETTER_SIZES: Final[Sequence[int]] = (LETTER_SIZE,)
_ZERO_NONCE: Final = bytes(12)
_NAME: Final = 16
_SECOND: Final = 4  # of the name: seconds since 1970, so that an index grows at one end
_KEY: Final = 32


@final
class Sealed:
    """One sealed record; a value. Where `new_epoch` is given, it stands in the journal before the record.

    `record` is 16 bytes, the second of sealing (4), then random ones: the record's name. `slot` is 48 bytes, `epoch`
    16: the name of the epoch whose key wraps the slot.
    """

    __slots__ = ("epoch", "new_epoch", "record", "sealed", "slot")

    def __init__(self, record: bytes, sealed: bytes, slot: bytes, epoch: bytes, new_epoch: Epoch | None) -> None:
        """Take the parts."""
        self.record = record
        self.sealed = sealed
        self.slot = slot
        self.epoch = epoch
        self.new_epoch = new_epoch


class TooLong(ValueError):
    """A payload does not fit the largest size. The rules of the form keep this from happening."""


def padded(payload: bytes, sizes: Sequence[int] = SIZES) -> bytes:
    """Put the length in front and fill with zero bytes up to the smallest size that fits.

    Raises:
        TooLong: it fits none; the message gives no byte of it.
    """
    length = len(payload)
    place = bisect_left(sizes, length + 2)
    if place < len(sizes):
        return (length.to_bytes(2, "big") + payload).ljust(sizes[place], b"\0")
    raise TooLong(f"{length} bytes are too many to be sealed; at most {sizes[-1] - 2} fit")


def seal_letter(key: bytes, record: bytes, address: bytes, random: Random) -> bytes:
    """Encrypt what a letter needs under the mail key of its hour (32 bytes).

    Gives `nonce (12) | AES-256-GCM(key, nonce, address padded to 512, aad = record id)`: 540 bytes.

    Raises:
        TooLong: more than 510 bytes.
    """
    return LetterSealer(key).seal(record, address, random)


class LetterSealer:
    """Encrypts what letters need under one mail key."""

    __slots__ = ("_cipher",)

    def __init__(self, key: bytes) -> None:
        """Take the mail key, 32 bytes."""
        self._cipher = AESGCM(key)

    def seal(self, record: bytes, address: bytes, random: Random) -> bytes:
        """Give what `seal_letter` gives.

        Raises:
            TooLong: more than 510 bytes.
        """
        nonce = random(12)
        return nonce + self._cipher.encrypt(nonce, padded(address, _LETTER_SIZES), record)


class Sealer:
    """Seals the records of one campaign in one process. Calls must not overlap; any thread may make them.

    A new epoch begins at the start, 60 seconds or 1,024 records after the last, when the clock goes
    backward, and with other recipients. Whoever calls `seal` hands `new_epoch` and the record to the
    journal in one go, without waiting for anything in between: a later record names the same epoch.
    Where that could not be done, `abandon` makes the next record begin another one.
    """

    def __init__(self, recipients: Sequence[str], campaign: str, random: Random, now: int) -> None:
        """Take the card's recipients and make the first epoch at `now`, seconds since 1970.

        Raises:
            WrongKey: a recipient cannot be used, or there is none.
        """
        self._campaign = campaign
        self._random = random
        self._names: tuple[str, ...] | None = None
        self.readdress(recipients)
        self._turn(now)

    def readdress(self, recipients: Sequence[str]) -> None:
        """Seal to these recipients from the next record on, under a new epoch if they are others.

        Raises:
            WrongKey: a recipient cannot be used, or there is none; the sealer stays as it was.
        """
        names = tuple(recipients)
        if names == self._names:
            return
        found = [read_recipient(name) for name in names]
        age.check(found)
        self._recipients, self._names = found, names
        self.abandon()

    def abandon(self) -> None:
        """Begin a new epoch with the next record."""
        self._left = 0

    def _turn(self, now: int) -> None:
        name, key = self._random(_NAME), self._random(_KEY)
        file = age.write(key, self._recipients, self._random)
        self._name, self._wraps, self._since, self._left = name, blake2b(key=key, digest_size=_KEY), now, EPOCH_RECORDS
        self._new: Epoch | None = Epoch(self._campaign, name, file, int(now))

    def seal(self, payload: bytes, now: int) -> Sealed:
        """Seal one payload of at most 32,766 bytes at `now`, seconds since 1970.

        Raises:
            TooLong: it is longer.
        """
        plaintext = padded(payload)
        if not self._left or not 0 <= now - self._since < EPOCH_SECONDS:
            self._turn(now)
        self._left -= 1
        new, self._new = self._new, None
        chance = self._random(_NAME - _SECOND + _KEY)
        record, key = int(now).to_bytes(_SECOND, "big") + chance[:-_KEY], chance[-_KEY:]
        wrap = self._wraps.copy()
        wrap.update(record)
        return Sealed(
            record,
            AESGCM(key).encrypt(_ZERO_NONCE, plaintext, record),
            AESGCM(wrap.digest()).encrypt(_ZERO_NONCE, key, record),
            self._name,
            new,
        )

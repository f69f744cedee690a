"""Keys of the logs: signing checkpoints and cards, and verifying what others have signed (Ed25519, RFC 8032).

One 32-byte seed a campaign in `<folder>/<campaign>/log.key`. It is made only where the campaign's log is
empty: a second key for a log that has signatures would be a second log in the eyes of everybody who holds
the first one's key.
"""

from __future__ import annotations

import secrets
from pathlib import Path

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from undersigned.core.checkpoint import cosignature_message, origin_of
from undersigned.core.note import COSIGNATURE, ED25519, Signature, format_note, format_vkey, key_id
from undersigned.vault.secret_files import Unusable, read_secret, write_secret

__all__ = ["LogKeys", "NoKey", "cosign", "public_key", "sign_note", "verify"]

_SEED = 32


class NoKey(LookupError):
    """The log's key is not there or cannot be used. The message says what to do, and no byte of the key."""


def verify(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether an Ed25519 signature (64 bytes) of a message holds; False too for malformed keys."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True


def public_key(seed: bytes) -> bytes:
    """Give the 32-byte public key of a 32-byte seed."""
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def sign_note(seed: bytes, name: str, text: str) -> bytes:
    """Give the signed note of a text that ends in a newline.

    Raises:
        core.strict.Malformed: the text or the key's name cannot stand in a note.
    """
    key = Ed25519PrivateKey.from_private_bytes(seed)
    identity, signed = key_id(name, ED25519, key.public_key().public_bytes_raw()), key.sign(text.encode())
    return format_note(text, [Signature(name, identity, signed)])


def cosign(seed: bytes, name: str, text: str, at: int) -> Signature:
    """Give a witness's cosignature of a checkpoint's text, made at `at` (seconds since 1970)."""
    signed = Ed25519PrivateKey.from_private_bytes(seed).sign(cosignature_message(at, text))
    return Signature(name, key_id(name, COSIGNATURE, public_key(seed)), at.to_bytes(8, "big") + signed)


class LogKeys:
    """The keys of all logs of one installation; what the log requires as `Notes`."""

    def __init__(self, folder: Path, host: str) -> None:
        """Take the folder of the secrets and the public host; a log's key is named `<host>/log/<campaign>`."""
        self._folder = folder
        self._host = host

    def name(self, campaign: str) -> str:
        """Give the name of a log's key, which is the log's origin."""
        return origin_of(self._host, campaign)

    def make(self, campaign: str, *, empty: bool) -> bool:
        """Make the key of a log that is still empty; True where it was made, False where there is one.

        `empty` says that neither the ledger nor the published files hold a line of this log.

        Raises:
            NoKey: there is none and the log is not empty, or the one there cannot be used.
        """
        if not empty or self._file(campaign).exists():
            self._seed(campaign)
            return False
        return write_secret(self._file(campaign), secrets.token_bytes(_SEED))

    def vkey(self, campaign: str) -> str:
        """Give the verifier key as one line, without a newline.

        Raises:
            NoKey: there is no usable key.
        """
        return format_vkey(self.name(campaign), ED25519, public_key(self._seed(campaign)))

    def sign(self, campaign: str, text: str) -> bytes:
        """Give the signed note of a text that ends in a newline.

        Raises:
            NoKey: there is no usable key.
        """
        return sign_note(self._seed(campaign), self.name(campaign), text)

    def _file(self, campaign: str) -> Path:
        return self._folder / campaign / "log.key"

    def _seed(self, campaign: str) -> bytes:
        file = self._file(campaign)
        try:
            return read_secret(file, _SEED)
        except FileNotFoundError:
            raise NoKey(
                f"{file} is missing, the key that signs the log of {campaign}. Put it back from the backup of"
                " the secrets. A new key would start another log that nobody who knows this one would accept;"
                " if the key is lost for good, close the campaign's log and say so in public."
            ) from None
        except Unusable as error:
            raise NoKey(str(error)) from None

"""Recipients of age files: the public half of a campaign key, and how a file key is wrapped for it.

Two kinds (C2SP age, "Native recipient types"): X25519 (`age1…`, 62 characters) and the post-quantum
hybrid of ML-KEM-768 and X25519 (`age1pq1…`, 1,959 characters). Nothing here can open anything.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Protocol, TypeAlias

from cryptography.hazmat.primitives.asymmetric.mlkem import MLKEM768PrivateKey, MLKEM768PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PublicKey,
    Suite,
)

from undersigned.vault import bech32
from undersigned.vault.stanza import Stanza, derive, encode64

__all__ = [
    "ENCAPSULATED",
    "HYBRID",
    "HYBRID_INFO",
    "SUITE",
    "X25519",
    "ZERO_NONCE",
    "HybridRecipient",
    "Random",
    "Recipient",
    "WrongKey",
    "X25519Recipient",
    "hybrid_halves",
    "read_recipient",
    "wrap_key",
]

Random: TypeAlias = Callable[[int], bytes]

X25519 = "X25519"
HYBRID = "mlkem768x25519"
HYBRID_INFO = b"age-encryption.org/mlkem768x25519"
SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
ENCAPSULATED = 1120  # bytes: 1,088 of ML-KEM-768, then 32 of X25519
ZERO_NONCE = bytes(12)  # every wrap key wraps one file key only
_X25519_INFO = b"age-encryption.org/v1/X25519"
_MLKEM_PUBLIC = 1184


class WrongKey(ValueError):
    """A recipient or a secret key cannot be used. The message names what is wrong, never the secret."""


class Recipient(Protocol):
    """Whom a file is sealed to."""

    post_quantum: bool

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """Wrap a file key (16 bytes)."""
        ...


def wrap_key(shared: bytes, share: bytes, recipient: bytes) -> bytes:
    """Give the key that wraps the file key in an X25519 stanza."""
    return derive(shared, share + recipient, _X25519_INFO)


class X25519Recipient:
    """`age1…`."""

    post_quantum = False

    def __init__(self, public: bytes) -> None:
        """Take the 32 bytes of the public key."""
        self._raw = public
        self._key = X25519PublicKey.from_public_bytes(public)

    def __str__(self) -> str:
        """Give the recipient as it is written."""
        return bech32.encode("age", self._raw)

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """Wrap a file key under a new ephemeral key (32 bytes of `random`)."""
        ephemeral = X25519PrivateKey.from_private_bytes(random(32))
        share = ephemeral.public_key().public_bytes_raw()
        key = wrap_key(ephemeral.exchange(self._key), share, self._raw)
        return Stanza(X25519, (encode64(share),), ChaCha20Poly1305(key).encrypt(ZERO_NONCE, file_key, None))


class HybridRecipient:
    """`age1pq1…`: opened only by somebody who breaks ML-KEM-768 and X25519 both."""

    post_quantum = True

    def __init__(self, public: bytes) -> None:
        """Take the 1,216 bytes of the public key: 1,184 of ML-KEM-768, then 32 of X25519."""
        self._raw = public
        self._key = MLKEM768X25519PublicKey(
            MLKEM768PublicKey.from_public_bytes(public[:_MLKEM_PUBLIC]),
            X25519PublicKey.from_public_bytes(public[_MLKEM_PUBLIC:]),
        )

    def __str__(self) -> str:
        """Give the recipient as it is written."""
        return bech32.encode("age1pq", self._raw)

    def wrap(self, file_key: bytes, random: Random) -> Stanza:
        """Wrap a file key by HPKE (RFC 9180); its chance comes from the library, not from `random`."""
        sealed = SUITE.encrypt(file_key, self._key, info=HYBRID_INFO)
        return Stanza(HYBRID, (encode64(sealed[:ENCAPSULATED]),), sealed[ENCAPSULATED:])


def hybrid_halves(seed: bytes) -> tuple[MLKEM768PrivateKey, X25519PrivateKey]:
    """Expand the 32-byte seed of a post-quantum secret key into its two private keys."""
    expanded = hashlib.shake_256(seed).digest(96)
    return (
        MLKEM768PrivateKey.from_seed_bytes(expanded[:64]),
        X25519PrivateKey.from_private_bytes(expanded[64:]),
    )


def read_recipient(text: str) -> X25519Recipient | HybridRecipient:
    """Read `age1…` or `age1pq1…`.

    Raises:
        WrongKey: it is neither; the message says why and what to do.
    """
    try:
        prefix, public = bech32.decode(text)
        if (prefix, len(public)) == ("age", 32):
            return X25519Recipient(public)
        if (prefix, len(public)) == ("age1pq", 1216):
            return HybridRecipient(public)
    except ValueError as error:
        raise WrongKey(f"a recipient cannot be used: {error}. Copy it again, whole.") from None
    raise WrongKey(
        "a recipient must begin with age1 or age1pq1 and be whole; "
        "`undersigned keys new` makes a key and prints its recipient."
    )

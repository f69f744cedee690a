"""Identities: the secret half of a campaign key. Imported by `vault.unseal` only."""

from __future__ import annotations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305
from cryptography.hazmat.primitives.hpke import MLKEM768X25519PrivateKey

from undersigned.vault.recipients import (
    ENCAPSULATED,
    HYBRID,
    HYBRID_INFO,
    SUITE,
    X25519,
    ZERO_NONCE,
    hybrid_halves,
    wrap_key,
)
from undersigned.vault.stanza import Damaged, Stanza, decode64

__all__ = ["HybridIdentity", "X25519Identity"]

_WRAPPED = 32  # bytes: a file key of 16 and the AEAD's tag of 16


def _share(stanza: Stanza, size: int) -> bytes:
    """Give the one argument of a stanza, having checked all lengths.

    The body's length is checked before anything is opened, against partitioning oracles.
    """
    if len(stanza.arguments) != 1 or len(stanza.body) != _WRAPPED:
        raise Damaged(f"a stanza {stanza.kind} of an age file has the wrong form")
    share = decode64(stanza.arguments[0])
    if len(share) != size:
        raise Damaged(f"a stanza {stanza.kind} of an age file has the wrong length")
    return share


def _exchange(key: X25519PrivateKey, share: bytes) -> bytes:
    try:
        return key.exchange(X25519PublicKey.from_public_bytes(share))
    except ValueError:
        raise Damaged("a stanza of an age file holds a point of low order") from None


class X25519Identity:
    """`AGE-SECRET-KEY-1…`."""

    def __init__(self, secret: bytes) -> None:
        """Take the 32 secret bytes."""
        self._key = X25519PrivateKey.from_private_bytes(secret)
        self._public = self._key.public_key().public_bytes_raw()

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Give the file key (16 bytes), or None where the stanza is not for this key.

        Raises:
            Damaged: a stanza of this kind that no honest program writes.
        """
        if stanza.kind != X25519:
            return None
        share = _share(stanza, 32)
        key = wrap_key(_exchange(self._key, share), share, self._public)
        try:
            return ChaCha20Poly1305(key).decrypt(ZERO_NONCE, stanza.body, None)
        except InvalidTag:
            return None


class HybridIdentity:
    """`AGE-SECRET-KEY-PQ-1…`."""

    def __init__(self, seed: bytes) -> None:
        """Take the 32 secret bytes."""
        mlkem, self._x25519 = hybrid_halves(seed)
        self._key = MLKEM768X25519PrivateKey(mlkem, self._x25519)

    def unwrap(self, stanza: Stanza) -> bytes | None:
        """Give the file key (16 bytes), or None where the stanza is not for this key.

        Raises:
            Damaged: a stanza of this kind that no honest program writes.
        """
        if stanza.kind != HYBRID:
            return None
        share = _share(stanza, ENCAPSULATED)
        _exchange(self._x25519, share[-32:])
        try:
            return SUITE.decrypt(share + stanza.body, self._key, info=HYBRID_INFO)
        except InvalidTag:
            return None

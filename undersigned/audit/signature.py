"""Whose signature a checkpoint bears. The only place of the audit that uses the `cryptography` library."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

__all__ = ["verify_ed25519"]


def verify_ed25519(public_key: bytes, message: bytes, signature: bytes) -> bool:
    """Say whether the 64-byte signature is that key's (32 bytes, RFC 8032); never raises."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, message)
    except (InvalidSignature, ValueError):
        return False
    return True

"""HMAC-SHA-256 (RFC 2104) of many messages under one key, which is fed to the hash once and not each time."""

from __future__ import annotations

from hashlib import sha256

__all__ = ["Keyed"]

_BLOCK = 64
_INNER = bytes(value ^ 0x36 for value in range(256))
_OUTER = bytes(value ^ 0x5C for value in range(256))


class Keyed:
    """Gives what `hmac.digest(key, beginning + message, "sha256")` gives, in less than half the time."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, key: bytes, beginning: bytes) -> None:
        """Take a key of at most 64 bytes, and what every message begins with.

        Raises:
            ValueError: the key is longer.
        """
        if len(key) > _BLOCK:
            raise ValueError("a key of HMAC-SHA-256 has at most 64 bytes here")
        block = key.ljust(_BLOCK, b"\0")
        self._inner = sha256(block.translate(_INNER) + beginning)
        self._outer = sha256(block.translate(_OUTER))

    def digest(self, message: bytes) -> bytes:
        """Give the 32 bytes for the rest of a message."""
        inner = self._inner.copy()
        inner.update(message)
        outer = self._outer.copy()
        outer.update(inner.digest())
        return outer.digest()

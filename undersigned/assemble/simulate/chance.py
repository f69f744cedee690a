"""Chance from a seed, for simulations that must give the same log twice. Never for anything real."""

from __future__ import annotations

from hashlib import shake_256

__all__ = ["SeededChance"]

_BLOCK = 1 << 16  # bytes made at once


class SeededChance:
    """Bytes that look random and are the same for the same seed and purpose. One thread."""

    def __init__(self, seed: int, purpose: str) -> None:
        """Take the seed; bytes for one purpose tell nothing of those for another."""
        self._name = f"undersigned/simulated/{purpose}/{seed}\n".encode()
        self._number = 0
        self._block = b""
        self._at = 0

    def __call__(self, size: int) -> bytes:
        """Give the next `size` bytes."""
        while self._at + size > len(self._block):
            more = shake_256(self._name + self._number.to_bytes(8, "big")).digest(_BLOCK)
            self._block, self._at = self._block[self._at :] + more, 0
            self._number += 1
        taken = self._block[self._at : self._at + size]
        self._at += size
        return taken

"""Random bytes from the operating system, fetched in blocks.

A call to the system lets every other thread of the process run first. Where a form needs four small ones,
that costs more than sealing it does, so they are taken from a block that was fetched before.
"""

from __future__ import annotations

import os

__all__ = ["Chance"]

BLOCK = 4096  # bytes fetched at once


class Chance:
    """Gives each random byte once. One thread, and never across a fork: make it in the process that uses it."""

    __slots__ = ("_at", "_block")

    def __init__(self) -> None:
        """Begin without a block."""
        self._block = b""
        self._at = 0

    def __call__(self, size: int) -> bytes:
        """Give `size` random bytes."""
        end = self._at + size
        if end > len(self._block):
            if size > BLOCK:
                return os.urandom(size)
            self._block, self._at, end = os.urandom(BLOCK), 0, size
        taken = self._block[self._at : end]
        self._at = end
        return taken

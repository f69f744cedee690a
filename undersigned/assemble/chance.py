"""Random bytes from the operating system, fetched in blocks.

A call to the system lets every other thread of the process run first. Where a form needs four small ones,
that costs more than sealing it does, so they are taken from a block that was fetched before.
"""

from __future__ import annotations

import io
import os

__all__ = ["Chance"]

BLOCK = 4096  # bytes fetched at once


class Chance:
    """Gives each random byte once. One thread, and never across a fork: make it in the process that uses it."""

    __slots__ = ("_read",)

    def __init__(self) -> None:
        """Begin without a block."""
        self._read = io.BytesIO().read

    def __call__(self, size: int) -> bytes:
        """Give `size` random bytes."""
        taken = self._read(size)  # moves on: what was read is never read again
        if len(taken) == size:
            return taken
        if size > BLOCK:
            return os.urandom(size)
        self._read = io.BytesIO(os.urandom(BLOCK)).read
        return self._read(size)

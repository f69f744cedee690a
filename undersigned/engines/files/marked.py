"""The hash of a published file beside its bytes, so that a bit that flipped is met before the file is served.

It lies in an extended attribute: it is replaced with the file in one step, and a reader never meets the one without
the other. Where a file system keeps none, or a copy left it behind, the file is taken as it is.
"""

from __future__ import annotations

import os
from contextlib import suppress
from hashlib import blake2b
from pathlib import Path

__all__ = ["as_written", "mark"]

_NAME = "user.undersigned.blake2b"
_BYTES = 16


def _hash(data: bytes) -> bytes:
    return blake2b(data, digest_size=_BYTES).digest()


def mark(file: int | Path, data: bytes) -> None:
    """Keep the hash of these bytes, 16 bytes of BLAKE2b, with the file that holds them, if the file system can."""
    with suppress(OSError):
        os.setxattr(file, _NAME, _hash(data))


def as_written(file: int | Path, data: bytes) -> bool | None:
    """Tell whether these are the bytes the file was written with; None where no hash is kept with it."""
    try:
        return os.getxattr(file, _NAME) == _hash(data)
    except OSError:
        return None

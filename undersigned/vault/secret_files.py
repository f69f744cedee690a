"""Small secret files: whole or not there at all, for their owner only, durable when a call returns."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
from pathlib import Path

__all__ = ["Unusable", "destroy", "read_secret", "read_secret_text", "sync_folder", "write_once", "write_secret"]

_SUM = 8
_FOR_OTHERS = stat.S_IRWXG | stat.S_IRWXO


class Unusable(Exception):
    """A secret file cannot be used. The message names the file, the reason and the remedy, no byte of it."""


def sync_folder(folder: Path) -> None:
    """Make names that were added to or removed from a folder durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make_folder(folder: Path) -> None:
    """Make a folder (0700) and what is missing above it, each durable in the one above."""
    missing = [place for place in (folder, *folder.parents) if not place.exists()]
    for place in reversed(missing):
        place.mkdir(mode=0o700, exist_ok=True)
        sync_folder(place.parent)


def _write_new(path: Path, data: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def write_once(path: Path, data: bytes) -> bool:
    """Write a file with mode 0600 that did not exist; False where it exists already, untouched.

    The name appears only when the content is durable, so that of several processes one wins and the
    others read what it wrote. The folder is made (0700) where it is missing.

    Raises:
        OSError: the disk refuses.
    """
    _make_folder(path.parent)
    draft = path.with_name(f".{path.name}.{secrets.token_hex(8)}")
    _write_new(draft, data)
    try:
        os.link(draft, path)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
        sync_folder(path.parent)
    return True


def write_secret(path: Path, data: bytes) -> bool:
    """Write a secret as `write_once` does, with a sum behind it, by which a flipped bit is known.

    Raises:
        OSError: the disk refuses.
    """
    return write_once(path, data + _sum(data))


def _sum(data: bytes) -> bytes:
    """Give 8 bytes: of a random secret of 32 bytes they tell nothing that helps to guess it."""
    return hashlib.blake2b(data, digest_size=_SUM, person=b"undersigned/sec").digest()


def read_secret(path: Path, size: int) -> bytes:
    """Read a secret of exactly `size` bytes, with its sum behind it, or without one as versions before 0.2 wrote it.

    Raises:
        FileNotFoundError: it is not there.
        Unusable: it has another size, its sum is not that of its bytes, or others than its owner may read it.
    """
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        data = file.read(size + _SUM + 1)
    if mode & _FOR_OTHERS:
        raise Unusable(f"{path} can be read by others. Run: chmod 600 {path}")
    if len(data) not in (size, size + _SUM):
        raise Unusable(f"{path} does not hold {size} bytes, with or without a sum. Put it back from a backup.")
    secret = data[:size]
    if len(data) > size and data[size:] != _sum(secret):
        raise Unusable(f"{path} is damaged: its sum is not that of its bytes. Put it back from a backup.")
    return secret


def read_secret_text(path: Path, most: int) -> bytes:
    """Read a secret of at most `most` bytes.

    Raises:
        FileNotFoundError: it is not there.
        Unusable: it is longer, or others than its owner may read it.
    """
    with path.open("rb") as file:
        mode = os.fstat(file.fileno()).st_mode
        data = file.read(most + 1)
    if mode & _FOR_OTHERS:
        raise Unusable(f"{path} can be read by others. Run: chmod 600 {path}")
    if len(data) > most:
        raise Unusable(f"{path} is longer than {most} bytes. Put it back from a backup.")
    return data


def destroy(path: Path) -> bool:
    """Overwrite a file with zero bytes, make that durable, and unlink it; False where it is gone already.

    On flash memory and on file systems that copy on write the old bytes can outlive this; see docs/keys.md.
    """
    try:
        descriptor = os.open(path, os.O_WRONLY)
    except FileNotFoundError:
        return False
    with os.fdopen(descriptor, "wb") as file:
        file.write(bytes(os.fstat(file.fileno()).st_size))
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(FileNotFoundError):  # another process was quicker
        path.unlink()
    sync_folder(path.parent)
    return True

"""Writing files so that they are whole and on disk when a call returns."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from undersigned.engines.files.marked import mark

__all__ = ["create", "create_all", "replace"]


def _draft(file: Path, data: bytes) -> Path:
    """Write the bytes beside the file under a name of the one writer's, and make them durable."""
    draft = file.with_name(f".{file.name}.new")
    with draft.open("wb") as stream:
        stream.write(data)
        stream.flush()
        mark(stream.fileno(), data)
        os.fsync(stream.fileno())
    return draft


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _make(folder: Path) -> None:
    """Make a folder and those above it, each durable in the one above."""
    if not folder.is_dir():
        _make(folder.parent)
        folder.mkdir(exist_ok=True)
        _sync(folder.parent)


def create(file: Path, data: bytes) -> bool:
    """Write a file that was not there; False, and nothing is touched, where it is there. One writer only.

    Raises:
        OSError: the disk refuses.
    """
    _make(file.parent)
    draft = _draft(file, data)
    try:
        os.link(draft, file)
    except FileExistsError:
        return False
    finally:
        draft.unlink()
        _sync(file.parent)
    return True


def create_all(files: Sequence[tuple[Path, bytes]]) -> None:
    """Write files that were not there, all durable when it returns; each folder is flushed once behind all.

    Every file is whole and flushed before it gets its name. One writer only.

    Raises:
        OSError: the disk refuses; some of them may be there, each of them whole.
    """
    folders = {file.parent for file, _ in files}
    for folder in sorted(folders):
        _make(folder)
    for file, data in files:
        draft = _draft(file, data)
        os.link(draft, file)
        draft.unlink()
    for folder in sorted(folders):
        _sync(folder)


def replace(file: Path, data: bytes) -> None:
    """Replace a file, so that a reader sees the old bytes or the new ones, whole. One writer only.

    Raises:
        OSError: the disk refuses.
    """
    _make(file.parent)
    _draft(file, data).rename(file)
    _sync(file.parent)

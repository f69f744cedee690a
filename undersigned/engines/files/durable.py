"""Writing files so that they are whole and on disk when a call returns."""

from __future__ import annotations

import os
from collections.abc import Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from undersigned.engines.files.marked import mark

__all__ = ["create", "create_all", "replace"]

_AT_ONCE = 8  # flushes
_OPEN = 128  # files at once


def _name_of_draft(file: Path) -> Path:
    return file.with_name(f".{file.name}.new")


def _draft(file: Path, data: bytes) -> Path:
    """Write the bytes beside the file under a name of the one writer's, and make them durable."""
    draft = _name_of_draft(file)
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
    """Write files that were not there, all durable when it returns, in the time that a few flushes take.

    Every file is whole and flushed before it gets its name; each folder is flushed once, behind all names. Flushes wait
    side by side, so that the file system puts many of them into one commit of its own; everything else is done by
    the caller's thread, one after the other. One writer only.

    Raises:
        OSError: the disk refuses; some of them may be there, each of them whole.
    """
    if not files:
        return
    folders = {file.parent for file, _ in files}
    changed = folders.union(*map(_made, sorted(folders)))
    with ThreadPoolExecutor(_AT_ONCE) as flushing:
        for start in range(0, len(files), _OPEN):
            _create_some(files[start : start + _OPEN], flushing)
        _flush_folders(sorted(changed), flushing)


def _made(folder: Path) -> list[Path]:
    """Make a folder and those above it; give the folders in which one was made, for the caller to flush."""
    if folder.is_dir():
        return []
    above = _made(folder.parent)
    folder.mkdir(exist_ok=True)
    return [*above, folder.parent]


def _create_some(files: Sequence[tuple[Path, bytes]], flushing: ThreadPoolExecutor) -> None:
    drafts = [_name_of_draft(file) for file, _ in files]
    with ExitStack() as opened:
        descriptors = []
        for draft, (_, data) in zip(drafts, files, strict=True):
            stream = opened.enter_context(draft.open("wb", buffering=0))
            _write(stream.fileno(), data)
            mark(stream.fileno(), data)
            descriptors.append(stream.fileno())
        _flush(descriptors, flushing)
    for draft, (file, _) in zip(drafts, files, strict=True):
        os.link(draft, file)
        draft.unlink()


def _write(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _flush_folders(folders: Iterable[Path], flushing: ThreadPoolExecutor) -> None:
    with ExitStack() as opened:
        descriptors = []
        for folder in folders:
            descriptors.append(os.open(folder, os.O_RDONLY))
            opened.callback(os.close, descriptors[-1])
        _flush(descriptors, flushing)


def _flush(descriptors: Sequence[int], flushing: ThreadPoolExecutor) -> None:
    """Flush files, so many at once; every thread has its share of them."""
    list(flushing.map(_flush_each, (descriptors[share::_AT_ONCE] for share in range(_AT_ONCE))))


def _flush_each(descriptors: Sequence[int]) -> None:
    for descriptor in descriptors:
        os.fsync(descriptor)


def replace(file: Path, data: bytes) -> None:
    """Replace a file, so that a reader sees the old bytes or the new ones, whole. One writer only.

    Raises:
        OSError: the disk refuses.
    """
    _make(file.parent)
    _draft(file, data).rename(file)
    _sync(file.parent)

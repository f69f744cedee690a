"""Writing files so that they are whole and on disk when a call returns."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import ExitStack
from functools import cache
from pathlib import Path

from undersigned.engines.files.marked import mark

__all__ = ["begin_all", "create_all", "replace"]

_AT_ONCE = 8  # flushes
_OPEN = 128  # files at once
_DRAFT = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC


def _draft(file: Path, data: bytes) -> Path:
    """Write the bytes beside the file under a name of the one writer's, and make them durable."""
    draft = file.with_name(f".{file.name}.new")
    with draft.open("wb") as stream:
        stream.write(data)
        stream.flush()
        mark(stream.fileno(), data)
        os.fsync(stream.fileno())
    return draft


def _sync(folder: Path | str) -> None:
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


def create_all(files: Sequence[tuple[str, bytes]]) -> None:
    """Write files that were not there, all durable when it returns: what `begin_all` begins is finished.

    Raises:
        OSError: the disk refuses; some of them may be there, each of them whole.
    """
    begin_all(files)()


def begin_all(files: Sequence[tuple[str, bytes]], also: Iterable[str] = ()) -> Callable[[], None]:
    """Begin to write files that were not there; call what it gives, and all are durable when that returns.

    `also` are folders that are to be flushed besides those of the files.

    Every file is whole and flushed before it gets its name; each folder is flushed once, behind all names. Flushes wait
    side by side, so that the file system puts many of them into one commit of its own; everything else is done by
    the caller's thread, one after the other. Between the two calls only flushes go on; no name has changed yet. One
    writer only: a file that another put there meanwhile is replaced.

    Raises:
        OSError: the disk refuses, at either call; some of them may be there, each of them whole.
    """
    parts = ((file.rpartition("/"), data) for file, data in files)  # strings, for they are many: a Path costs more
    placed = [(folder, name, data) for (folder, _, name), data in parts]
    folders = sorted({folder for folder, _, _ in placed})
    changed = {*also, *folders, *(str(above) for folder in folders for above in _made(Path(folder)))}
    for start in range(0, len(placed) - _OPEN, _OPEN):
        _begin_some(placed[start : start + _OPEN])()
    last = _begin_some(placed[-(len(placed) % _OPEN or _OPEN) :])

    def finish() -> None:
        last()
        for folder in sorted(changed):  # few, and the first flush commits what the others wait for: no thread is faster
            _sync(folder)

    return finish


def _made(folder: Path) -> list[Path]:
    """Make a folder and those above it; give the folders in which one was made, for the caller to flush."""
    if folder.is_dir():
        return []
    above = _made(folder.parent)
    folder.mkdir(exist_ok=True)
    return [*above, folder.parent]


def _begin_some(placed: Sequence[tuple[str, str, bytes]]) -> Callable[[], None]:
    with ExitStack() as opening:
        descriptors = []
        for folder, name, data in placed:
            descriptor = os.open(f"{folder}/.{name}.new", _DRAFT, 0o666)
            opening.callback(os.close, descriptor)
            _write(descriptor, data)
            mark(descriptor, data)
            descriptors.append(descriptor)
        flushed = _begin_flush(descriptors)
        opened = opening.pop_all()

    def name_them() -> None:
        with opened:
            flushed()
        for folder, name, _ in placed:
            os.rename(f"{folder}/.{name}.new", f"{folder}/{name}")

    return name_them


def _write(descriptor: int, data: bytes) -> None:
    done = os.write(descriptor, data)
    while done < len(data):
        done += os.write(descriptor, memoryview(data)[done:])


@cache
def _threads() -> ThreadPoolExecutor:
    """Give the threads that flush; made once, for a batch comes every second or oftener."""
    return ThreadPoolExecutor(_AT_ONCE, "flush")


def _begin_flush(descriptors: Sequence[int]) -> Callable[[], None]:
    """Flush files, so many at once; every thread has its share of them. Wait for all with what it gives.

    It raises only when no flush goes on any more, so that the files can be closed.
    """
    shares = [descriptors[share::_AT_ONCE] for share in range(min(_AT_ONCE, len(descriptors)))]
    begun = [_threads().submit(_flush_each, share) for share in shares]

    def finish() -> None:
        wait(begun)
        for one in begun:
            one.result()

    return finish


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

"""A model of a power cut: what a disk may hold of what was written and not flushed.

A recording VFS notes every write, truncation and flush that SQLite makes. For a cut at any of them, each file
holds everything up to its last flush; of the later writes each 512-byte sector may be there or not, in any
combination. Killing a process cannot show this: the operating system keeps what a dead process wrote.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import Any

import apsw

from undersigned.engines.sqlite.connection import checksums

__all__ = ["Recorder", "cut"]

SECTOR = 512


class Recorder(apsw.VFS):
    """Passes everything on to the real disk, and notes it as (file, kind, place, bytes)."""

    def __init__(self, name: str) -> None:
        """Register the VFS under that name."""
        super().__init__(name, checksums())  # below, as in life
        self.name = name
        self.operations: list[tuple[str, str, int, bytes]] = []

    def xOpen(self, name: Any, flags: list[int]) -> apsw.VFSFile:  # noqa: N802
        """Open a file for SQLite."""
        return _File(name, flags, self)

    def xDelete(self, filename: str, syncdir: bool) -> None:  # noqa: N802
        """Delete a file; taken for durable."""
        super().xDelete(filename, syncdir)
        self.operations.append((os.path.basename(filename), "delete", 0, b""))


class _File(apsw.VFSFile):
    def __init__(self, name: Any, flags: list[int], recorder: Recorder) -> None:
        super().__init__(checksums(), name, flags)
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._file = os.path.basename(path)
        self._recorder = recorder

    def _note(self, kind: str, place: int = 0, data: bytes = b"") -> None:
        self._recorder.operations.append((self._file, kind, place, data))

    def xWrite(self, data: bytes, offset: int) -> None:  # noqa: N802
        super().xWrite(data, offset)
        self._note("write", offset, bytes(data))

    def xTruncate(self, newsize: int) -> None:  # noqa: N802
        super().xTruncate(newsize)
        self._note("truncate", newsize)

    def xSync(self, flags: int) -> None:  # noqa: N802
        super().xSync(flags)
        self._note("sync")


def cut(base: Path, operations: list[tuple[str, str, int, bytes]], to: Path, chance: random.Random) -> None:
    """Write to the folder `to` what the disk may hold if the power goes after these operations."""
    files = {file.name: bytearray(file.read_bytes()) for file in base.iterdir() if file.suffix != ".lock"}
    pending: dict[str, list[tuple[str, int, bytes]]] = {}
    for file, kind, place, data in operations:
        if kind == "sync":
            for one in pending.pop(file, []):
                _apply(files, file, one)
        elif kind == "delete":
            files.pop(file, None)
            pending.pop(file, None)
        else:
            pending.setdefault(file, []).append((kind, place, data))
    keep = chance.choice([0.0, 0.1, 0.5, 0.9, 1.0])
    for file, later in pending.items():
        for one in later:
            for part in _sectors(one):
                if chance.random() < keep:
                    _apply(files, file, part)
    for name, content in files.items():
        if not name.endswith("-shm"):
            (to / name).write_bytes(content)


def _sectors(operation: tuple[str, int, bytes]) -> list[tuple[str, int, bytes]]:
    kind, place, data = operation
    if kind == "truncate":
        return [operation]
    starts = [0, *range(SECTOR - place % SECTOR, len(data), SECTOR)]
    stops = [*starts[1:], len(data)]
    return [(kind, place + a, data[a:b]) for a, b in zip(starts, stops, strict=True) if a < b]


def _apply(files: dict[str, bytearray], file: str, operation: tuple[str, int, bytes]) -> None:
    kind, place, data = operation
    content = files.setdefault(file, bytearray())
    if kind == "truncate":
        del content[place:]
        return
    if len(content) < place:
        content.extend(bytes(place - len(content)))
    content[place : place + len(data)] = data

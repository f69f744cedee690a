"""The folders of statements, as the desk or a person wrote them, read again when a file of theirs changes."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from undersigned.core.sheet import Fault
from undersigned.core.statement import Record, Version
from undersigned.core.statement_reading import read

__all__ = ["FiledStatement", "StatementFiles", "folder_of"]

LARGEST = 20 << 20  #: bytes of one file


def folder_of(folder: Path) -> Record | tuple[Fault, ...]:
    """Read one statement's folder, or give every mistake in it.

    Raises:
        OSError: a file cannot be read.
    """
    versions = {
        int(part.name): {file.name: _content(file) for file in sorted(part.iterdir()) if not file.name.startswith(".")}
        for part in sorted(folder.iterdir())
        if part.is_dir() and part.name.isascii() and part.name.isdecimal() and len(part.name) <= 6
    }
    return read(_content(folder / "record.toml"), versions)


class FiledStatement:
    """A statement and the folder it lies in."""

    def __init__(self, record: Record, folder: Path) -> None:
        """Take both; pictures are read when they are asked for."""
        self.record = record
        self._folder = folder

    def picture(self, version: Version, file: str) -> bytes:
        """Give the bytes of a picture; its name was checked by the reader."""
        return (self._folder / str(version.statement.number) / file).read_bytes()


class StatementFiles:
    """The folder `statements/<campaign>/<slug>/`. A folder that is broken leaves the statement as it was before."""

    def __init__(self, folder: Path) -> None:
        """Take the folder, which may not be there yet."""
        self._folder = folder
        self._stamps: dict[Path, tuple[tuple[str, int, int], ...]] = {}
        self._filed: dict[Path, FiledStatement] = {}
        self.faults: dict[str, tuple[Fault, ...]] = {}  # "<campaign>/<slug>" -> what is wrong
        self.news: list[str] = []  # of those, what was not told yet

    def statements(self) -> Sequence[FiledStatement]:
        """Give every statement that can be read, by campaign and slug."""
        found = sorted(self._folder.glob("*/*/record.toml"))
        for file in found:
            self._look(file.parent)
        return [self._filed[file.parent] for file in found if file.parent in self._filed]

    def _look(self, folder: Path) -> None:
        stamp = _stamp(folder)
        if self._stamps.get(folder) == stamp:
            return
        name = f"{folder.parent.name}/{folder.name}"
        record = folder_of(folder)
        if isinstance(record, Record) and (record.campaign, record.slug) != (folder.parent.name, folder.name):
            what = f"The statement is called {record.campaign}/{record.slug}, its folder is not."
            record = (Fault("record.toml", 1, what, "Give both the same names."),)
        if isinstance(record, Record):
            self._filed[folder] = FiledStatement(record, folder)
        self.faults[name] = () if isinstance(record, Record) else record
        self.news += [name] if self.faults[name] else []
        self._stamps[folder] = stamp


def _content(file: Path) -> bytes:
    with file.open("rb") as stream:
        return stream.read(LARGEST)


def _stamp(folder: Path) -> tuple[tuple[str, int, int], ...]:
    files = (file for file in sorted(folder.rglob("*")) if file.is_file() and not file.name.startswith("."))
    return tuple((str(file), (facts := file.stat()).st_mtime_ns, facts.st_size) for file in files)

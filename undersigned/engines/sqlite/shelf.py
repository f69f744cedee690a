"""All journals of one folder: a file each, and beside it how far a signed checkpoint covers it."""

from __future__ import annotations

from pathlib import Path

from undersigned.engines.files.covered import read_covered
from undersigned.engines.files.durable import replace
from undersigned.engines.sqlite.journal import SqliteJournalReader

__all__ = ["SqliteShelf"]


class SqliteShelf:
    """`journal.needs.Shelf`: `<source>.db` and `<source>.covered`."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; nothing is opened yet."""
        self._folder = folder
        self._readers: list[SqliteJournalReader] = []

    def names(self) -> list[str]:
        """Give the source of every journal there is, sorted."""
        return sorted(file.stem for file in self._folder.glob("*.db"))

    def reader(self, source: str) -> SqliteJournalReader:
        """Give the journal of a source to be read."""
        self._readers.append(SqliteJournalReader(self._folder / f"{source}.db"))
        return self._readers[-1]

    def covered(self, source: str) -> int:
        """Give the position that is covered; 0 where the file is missing or holds no plain number."""
        return read_covered(self._file(source))

    def cover(self, source: str, position: int) -> None:
        """Note durably that a signed checkpoint covers the journal up to that position."""
        words = f"{position}\n".encode()
        file = self._file(source)
        if not file.exists() or file.read_bytes() != words:
            replace(file, words)

    def compact(self) -> None:
        """Nothing to do: dropping overwrites the bytes in the file and its log."""

    def close(self) -> None:
        """Close every reader that was given."""
        for reader in self._readers:
            reader.close()

    def _file(self, source: str) -> Path:
        return self._folder / f"{source}.covered"

"""The journal in one SQLite file: one row is one segment, one append is one commit, one fsync."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import apsw

from undersigned.engines.sql import queries
from undersigned.engines.sqlite.connection import (
    Unfit,
    WriterLock,
    open_reader,
    open_writer,
    rows,
    truncate_log,
)
from undersigned.engines.unfit import NoRoom
from undersigned.journal.frames import check
from undersigned.journal.needs import Broken, Full

__all__ = ["SqliteJournal", "SqliteJournalReader"]

_SQL = queries("journal")
_PAGE = 16_384  # bytes: a segment under load is some hundred KiB, and each page costs two calls and two sums
_CACHE = 2_048  # KiB: no page is read again but those a commit changes, so more would only be memory that is never warm


class SqliteJournal:
    """`journal.needs.Journal`. Used by one thread at a time; the committer sees to that."""

    def __init__(self, path: str | Path, vfs: str | None = None) -> None:
        """Open the journal for writing, or make it.

        Raises:
            Unfit: another process writes it, or the file cannot be used.
            Broken: its last segment is damaged.
        """
        self._path = Path(path)
        self._lock = WriterLock(self._path)
        self._failure: type[Broken] | None = None
        self._dropped = 0
        self._owing = True  # a drop before the last stop may have left bytes in the write-ahead log
        try:
            self._database = open_writer(self._path, vfs, page_bytes=_PAGE, cache_kib=_CACHE)
            self._begin()
        except apsw.Error as error:
            self._lock.release()
            if isinstance(error, apsw.FullError):
                raise NoRoom(f"{self._path.name} has no room to be opened. Free some.") from error
            what = type(error).__name__
            raise Unfit(f"{self._path.name} could not be begun ({what}). Mend the disk, then start again.") from error
        except BaseException:
            self._lock.release()
            raise

    def append(self, segment: bytes) -> int:
        """Keep one segment durably and give its position.

        Raises:
            Full: there is no room; SQLite has undone what it began (rollback), and no frame of it counts.
            Broken: not durable; every further call raises too.
        """
        self._refuse_if_broken()
        try:
            self._database.execute(_SQL["append"], (segment,))
        except apsw.Error as error:
            raise self._break(error) from error
        return self._database.last_insert_rowid()

    def drop(self, upto: int) -> None:
        """Overwrite all segments up to `upto`; where none is left, forget their rows too.

        The rows stay, empty, until then: deleting them one by one would let SQLite merge pages and leave
        copies of what has not been dropped yet in their unused parts.

        Raises:
            Full: there is no room, and nothing was changed.
            Broken: the file cannot be written.
            ValueError: there is no such segment yet.
        """
        self._refuse_if_broken()
        last = self._number("last")
        if upto > last:
            raise ValueError("a segment that was never written cannot be dropped")
        try:
            if upto > self._dropped:
                self._empty(upto, everything=upto == last)
            if self._owing:
                self._owing = not truncate_log(self._database)
        except apsw.Error as error:
            raise self._break(error) from error

    def close(self) -> None:
        """Release the file."""
        try:
            self._database.close()
        finally:
            self._lock.release()

    def _begin(self) -> None:
        if self._database.pragma("user_version") == 0:
            with self._database:
                self._database.execute(_SQL["schema"])
                self._database.pragma("user_version", 1)
        for _, segment in rows(self._database, _SQL["newest"]):
            if segment:
                check(segment)
        self._dropped = self._number("dropped")

    def _empty(self, upto: int, everything: bool) -> None:
        with self._database:
            self._database.execute(_SQL["empty"], (self._dropped, upto))
            if everything:
                self._database.execute(_SQL["forget"])
        self._dropped = upto
        self._owing = True

    def _number(self, query: str) -> int:
        return int(rows(self._database, _SQL[query])[0][0])

    def _refuse_if_broken(self) -> None:
        if self._failure is not None:
            raise self._failure(f"{self._path.name} failed before; nothing more can be made durable in it")

    def _break(self, error: apsw.Error) -> Broken:
        """Close for ever. SQLITE_FULL says that write(2) was refused, before any fsync: that alone is `Full`."""
        if isinstance(error, apsw.FullError):
            self._failure = Full
            return Full(f"there is no room for {self._path.name}")
        self._failure = Broken
        return Broken(f"{self._path.name} could not be written ({type(error).__name__})")


class SqliteJournalReader:
    """`journal.needs.JournalReader`, in any process, beside the writer."""

    def __init__(self, path: str | Path) -> None:
        """Take the path; a journal that is not there yet is an empty one."""
        self._path = Path(path)
        self._database: apsw.Connection | None = None

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Give up to `limit` segments behind `after`, in order, with their positions.

        Raises:
            Broken: a segment fails its checksum; or the journal ends before `after`, so it is older than
                the ledger that asks; or the segment behind `after` was dropped, so the ledger is too old.
            Unfit: the file cannot be used.
        """
        if self._database is None:
            self._database = open_reader(self._path)
        if self._database is None:
            return self._nothing(after)
        last, found = self._snapshot(self._database, after, limit)
        if after > last:
            return self._nothing(after)
        if (found[0][0] if found else last + 1) != after + 1:
            raise Broken(
                f"{self._path.name} lacks segments behind {after}: the ledger is older than the journal. "
                "Restore the newest ledger."
            )
        return self._checked(found)

    def dropped(self) -> int:
        """Give the position up to which segments were dropped; what is left begins behind it.

        Raises:
            Unfit: the file cannot be used.
        """
        if self._database is None:
            self._database = open_reader(self._path)
        return int(rows(self._database, _SQL["dropped"])[0][0]) if self._database else 0

    def close(self) -> None:
        """Release the file."""
        if self._database is not None:
            self._database.close()
            self._database = None

    def _snapshot(self, database: apsw.Connection, after: int, limit: int) -> tuple[int, list[Any]]:
        """Give the last position ever used and the segments behind `after`, of one moment."""
        try:
            with database:
                last = int(rows(database, _SQL["last"])[0][0])
                found = rows(database, _SQL["read"], after, limit)
        except (apsw.CorruptError, apsw.NotADBError, apsw.SQLError, Unfit) as error:
            raise Broken(f"{self._path.name} is damaged; restore it from a backup") from error
        return last, found

    def _nothing(self, after: int) -> list[tuple[int, bytes]]:
        if after:
            raise Broken(
                f"{self._path.name} ends before position {after}, which the ledger has read: the journal is "
                "older than the ledger, or gone. Restore the newest journal."
            )
        return []

    def _checked(self, found: list[tuple[int, bytes]]) -> list[tuple[int, bytes]]:
        for at, (position, segment) in enumerate(found):
            if position != found[0][0] + at:
                raise Broken(f"{self._path.name} lacks a segment before {position}")
            check(segment)
        return found

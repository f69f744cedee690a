"""Opening SQLite the one way we use it.

Write-ahead log with `synchronous=FULL`, so that a commit is on disk when it returns; `secure_delete`, so that
what is deleted is overwritten; a checksum in every page (SQLite's own `cksumvfs`; in files made since it is used),
so that a bit that flipped is met when the page is read; `cell_size_check`, so that damage is met early; one writer
process a file, held apart by a lock; no temporary files.
"""

from __future__ import annotations

import fcntl
import os
from array import array
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from shutil import disk_usage
from typing import Any, TypeAlias

import apsw
import apsw.sqlite_extra

from undersigned.engines.unfit import NoRoom, Unfit

__all__ = [
    "Unfit",
    "WriterLock",
    "check_sqlite",
    "checksums",
    "listed",
    "open_reader",
    "open_writer",
    "rows",
    "truncate_log",
]

BUSY_MILLISECONDS = 5000
_SAFE = (3, 51, 3)
_PAGE = 4096
_CHECKSUM = 8  # bytes at the end of every page
_ROOM_TO_OPEN = 256 * 1024  # bytes
_OPEN_WRITER = apsw.SQLITE_OPEN_READWRITE | apsw.SQLITE_OPEN_CREATE


def check_sqlite(version: str | None = None) -> None:
    """Refuse an SQLite whose write-ahead log can lose commits with two connections (3.7.0 to 3.51.2).

    Raises:
        Unfit: the SQLite inside the apsw package is older than 3.51.3.
    """
    found = version or apsw.sqlite_lib_version()
    if tuple(int(part) for part in found.split(".")[:3]) < _SAFE:
        raise Unfit(
            f"SQLite {found} can lose committed writes (WAL-reset bug, 3.7.0 to 3.51.2). "
            "Install the apsw version of requirements/run.txt, which brings its own SQLite."
        )


class WriterLock:
    """Held by the one process that writes a file; gone with the process, however it ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock of that database.

        Raises:
            Unfit: another process holds it.
        """
        self._descriptor = os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(self._descriptor)
            raise Unfit(
                f"{path.name} is written by another process already, and two writers could break it. "
                "Stop that process, or give this one a data folder of its own."
            ) from None

    def release(self) -> None:
        """Give the lock back; the file stays, so that two processes never lock two files."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def open_writer(
    path: Path,
    vfs: str | None = None,
    log_pages: int = 1000,
    page_bytes: int = _PAGE,
    cache_kib: int = 32_000,
) -> apsw.Connection:
    """Open for writing, and make the file (readable by its owner only) if it is not there.

    `log_pages`: pages of 4 KiB in the write-ahead log before a commit moves them into the file. Few keep that
    commit short; many are cheaper where the same pages of an index are written again and again. `page_bytes`: of the
    pages of a file that is made now; one that is there keeps its own. `cache_kib`: memory for pages, taken only as
    they are used; a batch must not spill half-way.

    Raises:
        Unfit: the SQLite here is not safe, or the file cannot be used.
    """
    check_sqlite()
    if not path.exists():
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    pragmas = (("page_size", page_bytes), ("journal_mode", "WAL"), *_ALWAYS, *_WRITER, ("cache_size", -cache_kib))
    connection = _connect(path, _OPEN_WRITER, vfs or checksums(), pragmas)
    if connection.pragma("journal_mode") != "wal":
        raise Unfit(f"{path.name} lies where SQLite cannot keep a write-ahead log; use a local disk.")
    connection.pragma("wal_autocheckpoint", max(1, log_pages * _PAGE // connection.pragma("page_size")))
    _flush_names(path)
    return connection


def _flush_names(path: Path) -> None:
    """Make the names of file and log durable. SQLite does so too, but goes on where that fails."""
    descriptor = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    except OSError as error:
        raise Unfit(f"{path.parent} cannot be flushed ({error.strerror}). Mend the disk, then start again.") from error
    finally:
        os.close(descriptor)


def open_reader(path: Path) -> apsw.Connection | None:
    """Open for reading beside a writer in any process; None while the file is not there or still empty.

    Raises:
        Unfit: the SQLite here is not safe, or the file cannot be used.
    """
    check_sqlite()
    if not path.exists() or path.stat().st_size == 0:
        return None
    connection = _connect(path, apsw.SQLITE_OPEN_READONLY, checksums(), _ALWAYS)
    if connection.pragma("user_version") == 0:
        connection.close()
        return None
    return connection


def rows(connection: apsw.Connection, query: str, *values: Any) -> list[Any]:
    """Give all rows of a query at once, so that no read holds up the write-ahead log afterwards.

    Raises:
        Unfit: a page is not as it was written.
    """
    try:
        return connection.execute(query, values).fetchall()
    except (apsw.IOError, apsw.CorruptError) as error:
        name = Path(connection.filename).name
        raise Unfit(f"{name} is damaged ({type(error).__name__}). Restore it from a backup.") from error


def listed(values: Iterable[int] | Iterable[bytes]) -> Any:
    """Give values, sorted, as one parameter for `carray(?)`: neighbours in an index are then read in turn."""
    found = sorted(values)
    if found and isinstance(found[0], bytes):
        return apsw.carray(tuple(found))
    return apsw.carray(array("q", found), flags=apsw.SQLITE_CARRAY_INT64)


def truncate_log(connection: apsw.Connection) -> bool:
    """Move the write-ahead log into the file and cut it to nothing; False where a reader holds it up."""
    try:
        connection.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
    except apsw.BusyError:
        return False
    return True


@cache
def checksums() -> str:
    """Give the name of the VFS that writes and checks page checksums, and make it known to this process."""
    with apsw.Connection(":memory:") as anything:
        apsw.sqlite_extra.load(anything, "cksumvfs")
    apsw.set_default_vfs("unix")  # whoever asks for no checksums goes on without
    return "cksmvfs"


_Pragmas: TypeAlias = tuple[tuple[str, Any], ...]

_ALWAYS: _Pragmas = (
    ("temp_store", "MEMORY"),
    ("trusted_schema", "OFF"),
    ("mmap_size", 0),
)
_WRITER: _Pragmas = (
    ("synchronous", "FULL"),
    ("secure_delete", "ON"),
    ("cell_size_check", "ON"),
)


def _full(folder: Path) -> bool:
    """Tell whether so little room is left that SQLite cannot even make the index of a write-ahead log (32 KiB)."""
    try:
        return disk_usage(folder).free < _ROOM_TO_OPEN
    except OSError:
        return False


def _connect(path: Path, flags: int, vfs: str | None, pragmas: _Pragmas) -> apsw.Connection:
    connection: apsw.Connection | None = None
    try:
        connection = apsw.Connection(str(path), flags=flags, vfs=vfs)
        connection.set_busy_timeout(BUSY_MILLISECONDS)
        if flags & apsw.SQLITE_OPEN_CREATE and not path.stat().st_size:
            connection.reserve_bytes(None, _CHECKSUM)
        for name, value in pragmas:
            connection.pragma(name, value)
        connection.pragma("user_version")  # reads the file
    except apsw.Error as error:
        if connection is not None:
            connection.close()
        if isinstance(error, apsw.FullError) or _full(path.parent):
            raise NoRoom(f"{path.name} has no room to be opened. Free some.") from error
        what = type(error).__name__
        raise Unfit(f"{path.name} cannot be opened ({what}). Restore it from a backup.") from error
    return connection

"""The ledger's two files, opened together: `ledger.db`, and `slots.db` with the slots alone.

With write-ahead logs, a transaction over two files is not atomic. So the slots are written first and the
ledger follows: whatever the ledger says of a slot is true on disk before it says so. `turn` counts the
transactions of the slots' file. A stop in between leaves the slots one turn ahead; the batch is taken in
again from the journal and writes the same slots; at start those without a row are destroyed, in case it does
not. Slots that are older than the ledger come from a backup: every slot whose row is destroyed is destroyed
again, so that no backup brings an erased signer back. A ledger older than its slots is refused.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import apsw

from undersigned.core.outcomes import DESTROYED
from undersigned.engines.sql import migrations, queries
from undersigned.engines.sqlite.connection import Unfit, WriterLock, open_writer, rows, truncate_log
from undersigned.engines.unfit import NoRoom

__all__ = ["Database"]

_SQL = queries("sequencer")
_SLOTS = queries("slots")
_EMPTY_ROOT = sha256(b"").digest()
_RECORD = 16
_LOG_PAGES = 16_000
_LEDGER_OLD = (
    "ledger.db is older than slots.db, or new: what it does not know would be taken for erased. "
    "Restore the newest ledger.db, or slots.db from the same time."
)
_SLOTS_GONE = (
    "slots.db is missing or empty, and without it no sealed record can ever be opened. "
    "Put its newest backup in its place; erasures since then are done again at the start."
)


class Database:
    """What the parts of the ledger share. One process, one thread at a time."""

    def __init__(self, path: str | Path, slots_path: str | Path, vfs: str | None = None) -> None:
        """Open both files for writing, or make them; bring the schema up to date; mend a stop in between.

        Raises:
            Unfit: another process writes here, a file cannot be used, or the slots are missing; `NoRoom` on
                a full disk, which may have room again.
        """
        self._path = Path(path)
        self._failed = False
        self._lock = WriterLock(self._path)
        try:
            with self._named():
                self._ledger = open_writer(self._path, vfs, _LOG_PAGES)
                self._slots = open_writer(Path(slots_path), vfs, _LOG_PAGES)
                _migrate(self._ledger, self._path.name)
                _make_slots(self._slots)
                self._load()
                self._mend()
                self._begin()
        except BaseException:
            self._lock.release()
            raise

    def close(self) -> None:
        """Release both files."""
        self._ledger.close()
        self._slots.close()
        self._lock.release()

    def compact(self) -> None:
        """Write both files anew and cut their logs: takes seconds a million rows; afterwards not even an
        unused part of an index page holds anything of an erased row.

        Raises:
            Unfit: a file cannot be written; `NoRoom` on a full disk.
        """
        with self._failing_for_ever():
            for database in (self._ledger, self._slots):
                database.execute("VACUUM")
            self._scrub()

    # Shared by the parts

    def _rows(self, query: str, *values: Any) -> list[Any]:
        return rows(self._ledger, query, *values)

    def _many(self, query: str, values: Iterable[Sequence[Any]]) -> int:
        """Run a statement for each of the values; give how many rows it changed."""
        before = self._ledger.total_changes()
        self._ledger.executemany(query, values)
        return self._ledger.total_changes() - before

    def _campaign(self, name: str) -> int:
        """Give the number of a campaign, a new one where it is not known; inside a transaction."""
        if name not in self._numbers:
            self._ledger.execute(_SQL["new_campaign"], (name, _EMPTY_ROOT))
            self._numbers[name] = self._ledger.last_insert_rowid()
            self._names[self._numbers[name]] = name
        return self._numbers[name]

    def _write(self, work: Callable[[], None]) -> None:
        """Do the work in one transaction; where it fails, nothing of it is left.

        Raises:
            Unfit: the file cannot be written, now or at an earlier call: a flush that failed is never
                tried again.
        """
        with self._failing_for_ever():
            self._ledger.execute("BEGIN IMMEDIATE")
            try:
                work()
                self._ledger.execute("COMMIT")
            except BaseException:
                if self._ledger.in_transaction:
                    self._ledger.execute("ROLLBACK")
                self._load()
                raise

    def _write_slots(self, put: Sequence[tuple[bytes, bytes]], destroy: Sequence[bytes]) -> None:
        """Write slots durably, ahead of the ledger; nothing happens where there are none."""
        if not put and not destroy:
            return
        self._turn += 1
        with self._failing_for_ever(), self._slots:
            self._slots.executemany(_SLOTS["put"], put)
            self._slots.executemany(_SLOTS["destroy"], [(record,) for record in destroy])
            self._slots.execute(_SLOTS["set_turn"], (self._turn, b"".join(record for record, _ in put)))

    @contextmanager
    def _failing_for_ever(self) -> Iterator[None]:
        if self._failed:
            raise Unfit(f"{self._path.name} failed before. Mend the cause, then start again.")
        try:
            with self._named():
                yield
        except Unfit:
            self._failed = True
            raise

    @contextmanager
    def _named(self) -> Iterator[None]:
        try:
            yield
        except apsw.FullError as error:
            raise NoRoom(f"{self._path.name} or slots.db has no room to be written. Free some.") from error
        except apsw.Error as error:
            what = type(error).__name__
            raise Unfit(f"{self._path.name} or slots.db cannot be written ({what}). Mend the disk.") from error

    def _scrub(self) -> None:
        """Cut both write-ahead logs, if something destroyed may still stand in them."""
        cut = [truncate_log(self._slots), truncate_log(self._ledger)]
        self._owing = not all(cut)

    # Opening

    def _begin(self) -> None:
        """Make what is held in memory beside the file; the end of opening."""

    def _load(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: dict[int, str] = {}
        for number, name in self._rows(_SQL["campaigns"]):
            self._numbers[name] = number
            self._names[number] = name
        self._seen, self._turn = map(int, self._rows(_SQL["state"])[0])
        self._next = int(self._rows(_SQL["next"])[0][0])

    def _mend(self) -> None:
        turn, records = rows(self._slots, _SLOTS["turn"])[0]
        if turn > self._turn + 1:
            raise Unfit(_LEDGER_OLD)
        if turn == 0 and self._turn:
            raise Unfit(_SLOTS_GONE)
        if turn > self._turn:
            self._destroy_dead(records[at : at + _RECORD] for at in range(0, len(records), _RECORD))
        elif turn < self._turn:
            self._destroy_all_dead()
        if turn != self._turn:
            self._slots.execute(_SLOTS["set_turn"], (self._turn, b""))
        self._scrub()

    def _destroy_all_dead(self) -> None:
        after = 0
        while found := rows(self._slots, _SLOTS["live"], after, 10_000):
            self._destroy_dead([record for _, record in found])
            after = found[-1][0]

    def _destroy_dead(self, records: Iterable[bytes]) -> None:
        dead = [record for record in records if self._is_dead(record)]
        with self._slots:
            self._slots.executemany(_SLOTS["destroy"], [(record,) for record in dead])

    def _is_dead(self, record: bytes) -> bool:
        found = self._rows(_SQL["fate"], record)
        return not found or found[0][0] in DESTROYED


def _migrate(database: apsw.Connection, name: str) -> None:
    """Run the migrations that this file has not seen, each in its own transaction."""
    scripts = migrations()
    version = int(database.pragma("user_version") or 0)
    if version > len(scripts):
        raise Unfit(f"{name} was written by a newer version of this program. Install that one.")
    for number, text in enumerate(scripts[version:], version + 1):
        with database:
            database.execute(text)
            database.pragma("user_version", number)


def _make_slots(database: apsw.Connection) -> None:
    if database.pragma("user_version") == 0:
        with database:
            database.execute(_SLOTS["schema"])
            database.pragma("user_version", 1)

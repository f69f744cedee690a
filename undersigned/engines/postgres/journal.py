"""The journal in PostgreSQL: one row is one segment, one append is one statement and one commit.

Two writers of a source keep each other out three times over: by a lock that ends with the session, by the number
that each opening takes and each append compares, and by the position, which each append moves from the one before.
So a writer that was paused or cut off can append nothing once another has opened the journal behind it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from undersigned.engines.postgres.connection import PATIENCE, connect, end, failing, migrate, seize, take_lock
from undersigned.engines.postgres.session import Session
from undersigned.engines.sql import queries
from undersigned.engines.unfit import NoRoom, Unfit, Unreachable
from undersigned.journal.frames import check
from undersigned.journal.needs import Away, Broken, Full

__all__ = ["PostgresJournal", "PostgresJournalReader", "PostgresShelf"]

HALT = 2.0  #: seconds for which writing the segments anew may keep appends waiting
_SQL = queries("postgres/journal")
_SESSION = queries("postgres/session")


class PostgresJournal:
    """`journal.needs.Journal`. Used by one thread at a time; the committer sees to that."""

    def __init__(self, url: str, source: str, *, take_over: bool = False, patience: float = PATIENCE) -> None:
        """Open the journal of a source for writing, or make it.

        `take_over`: end a session that still writes it. Only for the mill, whose right to its journal is the lock
        on the ledger. `patience`: seconds in which the server has to keep a segment.

        Raises:
            Away: the server does not answer.
            Unfit: another process writes this journal, or the server or the role cannot be used.
            Broken: its last segment is damaged.
        """
        self._source = source
        self._broken: Broken | None = None
        self._last = self._writer = 0
        with _away():
            self._link = connect(url, patience)
        try:
            with _away():
                self._begin(take_over)
        except BaseException:
            self._link.close()
            raise

    def append(self, segment: bytes) -> int:
        """Keep one segment durably and give its position.

        Raises:
            Full: the server has no room, and nothing of it is left; every further call raises too.
            Away: no certain answer; every further call raises too.
            Broken: not durable; every further call raises too.
        """
        with self._failing_for_ever():
            position = self._last + 1
            if self._change("append", self._source, position, self._writer, segment) != 1:
                raise Away(f"the journal {self._source} was opened by another process, which writes it now")
            self._last = position
        return position

    def drop(self, upto: int) -> None:
        """Delete all segments up to `upto`. Their bytes stay in the server's files until the space is used again.

        Raises:
            Away: no certain answer; every further call raises too.
            ValueError: there is no such segment yet, or no signed checkpoint covers it.
        """
        if upto > self._last:
            raise ValueError("a segment that was never written cannot be dropped")
        with self._failing_for_ever():
            covered = self._link.rows(_SQL["covered"], self._source)
            if upto > (covered[0][0] if covered else 0):
                raise ValueError("a segment that no signed checkpoint covers cannot be dropped")
            self._change("drop", self._source, upto, self._writer)

    def close(self) -> None:
        """End the session, and with it the lock."""
        end(self._link)

    def _begin(self, take_over: bool) -> None:
        migrate(self._link, "journal")
        lock = f"journal/{self._source}"
        if not take_lock(self._link, lock):
            if take_over:
                seize(self._link, lock)
            if not take_over or not take_lock(self._link, lock):
                raise Unfit(
                    f"the journal {self._source} is written by another process already. Stop that process, or let "
                    "this one write another journal."
                )
        with failing():
            self._last, self._writer = self._open()
            for (segment,) in self._link.rows(_SQL["newest"], self._source):
                check(segment)

    def _open(self) -> tuple[int, int]:
        self._link.warned = False
        ((last, writer),) = self._link.rows(_SQL["open"], self._source)
        if self._link.warned:
            raise Away("the database server did not wait for its standby")
        return int(last), int(writer)

    def _change(self, query: str, *values: object) -> int:
        """Run one statement, which commits; a warning says that the commit stands on one machine only."""
        self._link.warned = False
        changed = self._link.change(_SQL[query], *values)
        if self._link.warned:
            raise Away("the database server did not wait for its standby: the segment may be lost with this machine")
        return changed

    @contextmanager
    def _failing_for_ever(self) -> Iterator[None]:
        if self._broken is not None:
            raise type(self._broken)(f"the journal {self._source} failed before") from self._broken
        try:
            with _away(), failing():
                yield
        except Unfit as error:
            self._broken = Broken(str(error))
            raise self._broken from error
        except Broken as error:
            self._broken = error
            raise


class PostgresJournalReader:
    """`journal.needs.JournalReader`, in any process, beside the writer."""

    def __init__(self, session: Session, source: str) -> None:
        """Take the session, which other readers may share; a journal that is not there yet is an empty one."""
        self._session = session
        self._source = source

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Give up to `limit` segments behind `after`, in order, with their positions.

        Raises:
            Away: the server does not answer.
            Broken: a segment fails its checksum; or the journal ends before `after`, so it is older than
                the ledger that asks; or the segment behind `after` was dropped, so the ledger is too old.
            Unfit: the server cannot be used.
        """
        with _away():
            rows = self._session.rows(_SQL["read"], self._source, after, limit)
        last = rows[0][0] if rows else 0
        if after > last:
            raise Broken(
                f"the journal {self._source} ends before position {after}, which the ledger has read: the journal is "
                "older than the ledger, or gone. Restore the newest journal."
            )
        found = [(position, segment) for _, position, segment in rows if position is not None]
        self._check(found, after, last, limit)
        return found

    def dropped(self) -> int:
        """Give the position up to which segments were dropped; what is left begins behind it.

        Raises:
            Away: the server does not answer.
        """
        with _away():
            found = self._session.rows(_SQL["dropped"], self._source)
        return int(found[0][0]) if found else 0

    def close(self) -> None:
        """Close the session."""
        self._session.close()

    def _check(self, found: list[tuple[int, bytes]], after: int, last: int, limit: int) -> None:
        positions = [position for position, _ in found]
        if positions != list(range(after + 1, min(last, after + limit) + 1)):
            raise Broken(
                f"the journal {self._source} lacks segments behind {after}: the ledger is older than the journal. "
                "Restore the newest ledger."
            )
        for _, segment in found:
            check(segment)


class PostgresShelf:
    """`journal.needs.Shelf`: every journal in the database, read over one connection."""

    def __init__(self, url: str) -> None:
        """Take the URL; nothing is opened yet."""
        self._session = Session(url)

    def names(self) -> list[str]:
        """Give the source of every journal there is, sorted.

        Raises:
            Away: the server does not answer.
        """
        with _away():
            return [source for (source,) in self._session.rows(_SQL["names"])]

    def reader(self, source: str) -> PostgresJournalReader:
        """Give the journal of a source to be read."""
        return PostgresJournalReader(self._session, source)

    def covered(self, source: str) -> int:
        """Give the position up to which a signed checkpoint covers the journal; 0 where none is known to.

        Raises:
            Away: the server does not answer.
        """
        with _away():
            found = self._session.rows(_SQL["covered"], source)
        return int(found[0][0]) if found else 0

    def cover(self, source: str, position: int) -> None:
        """Note durably that a signed checkpoint covers the journal up to there; it never covers less again.

        Raises:
            Away: the server does not answer.
        """
        with _away():
            self._session.change(_SQL["cover"], source, position)

    def compact(self, halt: float = HALT) -> None:
        """Write the table of segments anew, so that no file of it holds a segment that was dropped.

        Whoever appends waits meanwhile, so it ends after `halt` seconds, having changed nothing.

        Raises:
            Away: it took longer, or the server does not answer. It may be tried again.
        """
        with _away():
            self._session.rows(_SESSION["patience"], f"{int(halt * 1000)}ms")
            self._session.run(_SQL["compact"])
            self._session.rows(_SESSION["patience"], f"{int(PATIENCE * 1000)}ms")

    def close(self) -> None:
        """Close the session."""
        self._session.close()


@contextmanager
def _away() -> Iterator[None]:
    """Say in the journal's own words that the server does not answer."""
    try:
        yield
    except NoRoom as error:
        raise Full(str(error)) from error
    except Unreachable as error:
        raise Away(str(error)) from error

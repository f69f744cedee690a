"""The engines behind one face: a journal with its reader, a ledger with its reader, and a small log."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path
from typing import Any, Protocol

from tests.made import CAMPAIGN
from tests.postgres import sample
from undersigned.core.events import Event
from undersigned.core.sequencing import CONFIRM_WITHIN, decide, expire, wanted
from undersigned.engines.memory.journal import MemoryJournal, MemoryJournalReader
from undersigned.engines.memory.ledger import MemoryLedger
from undersigned.engines.memory.review import MemoryReviewReader
from undersigned.engines.postgres.journal import PostgresJournal, PostgresShelf
from undersigned.engines.postgres.ledger import PostgresLedger
from undersigned.engines.postgres.ledger_reader import PostgresLedgerReader
from undersigned.engines.postgres.review_reader import PostgresReviewReader
from undersigned.engines.postgres.watched import PostgresWatched
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.engines.sqlite.ledger import SqliteLedger, SqliteLedgerReader
from undersigned.engines.sqlite.review_reader import SqliteReviewReader
from undersigned.engines.sqlite.watched import SqliteWatched
from undersigned.stages.tlog.needs import Head, NewEntries, NewEntry, NewSignatures, Waiting

__all__ = [
    "MemoryJournals",
    "MemoryLedgers",
    "OpenedJournals",
    "OpenedLedgers",
    "PostgresJournals",
    "PostgresLedgers",
    "SqliteJournals",
    "SqliteLedgers",
    "in_order",
]


def in_order(*entries: NewEntry) -> NewEntries:
    """Give lines, of which some may be `s` lines, as a batch enters them."""
    kinds = [entry.kind for entry in entries]
    first = kinds.index("s") if "s" in kinds else len(kinds)
    last = first + kinds.count("s")
    lines, ids = [entry.line for entry in entries[first:last]], [entry.id for entry in entries[first:last]]
    return NewEntries(entries[:first], NewSignatures(lines, ids), entries[last:])


class OpenedJournals(Protocol):
    """One journal of some engine."""

    journal: Any
    reader: Any

    def fill(self) -> None:
        """Let there be no room for another segment until the journal is opened again."""

    def reopen(self) -> None:
        """Close the journal and open it again, as a new process would."""

    def done(self) -> None:
        """Release everything."""


class MemoryJournals:
    """`OpenedJournals` in memory."""

    def __init__(self) -> None:
        """Open."""
        self.journal = MemoryJournal()
        self.reader = MemoryJournalReader(self.journal)

    def fill(self) -> None:
        """Leave room for what is there."""
        self.journal.room = sum(map(len, self.journal.segments.values()))

    def reopen(self) -> None:
        """Close and open again, with room."""
        self.journal.close()
        self.journal.room = None
        self.journal = self.journal.reopen()
        self.reader = MemoryJournalReader(self.journal)

    def done(self) -> None:
        """Release."""


class SqliteJournals:
    """`OpenedJournals` in a file."""

    def __init__(self, path: Path) -> None:
        """Open."""
        self.path = path
        self.journal = SqliteJournal(path)
        self.reader = SqliteJournalReader(path)

    def fill(self) -> None:
        """Let SQLite refuse another page, with the same SQLITE_FULL as for a disk without room."""
        database = self.journal._database
        database.pragma("max_page_count", database.pragma("page_count"))

    def reopen(self) -> None:
        """Close and open again."""
        self.journal.close()
        self.journal = SqliteJournal(self.path)

    def done(self) -> None:
        """Release."""
        self.reader.close()
        self.journal.close()


_NO_ROOM = """
CREATE FUNCTION no_room() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
CREATE TRIGGER no_room BEFORE INSERT OR DELETE ON segments EXECUTE FUNCTION no_room();
"""


class PostgresJournals:
    """`OpenedJournals` in PostgreSQL; everything is covered, so that all may be dropped."""

    def __init__(self, url: str) -> None:
        """Open."""
        self.url = url
        self.journal = PostgresJournal(url, "door-1")
        self.shelf = PostgresShelf(url)
        self.shelf.cover("door-1", 1000)
        self.reader = self.shelf.reader("door-1")

    def fill(self) -> None:
        """Let the server refuse another row with the error of a disk without room."""
        with sample(self.url) as connection:
            connection.execute(_NO_ROOM)

    def reopen(self) -> None:
        """Close and open again."""
        self.journal.close()
        with sample(self.url) as connection:
            connection.execute("DROP TRIGGER IF EXISTS no_room ON segments")
        self.journal = PostgresJournal(self.url, "door-1")

    def done(self) -> None:
        """Release."""
        self.shelf.close()
        self.journal.close()


class OpenedLedgers:
    """One ledger of some engine, its reader, and what a mill would do with them."""

    ledger: Any
    reader: Any
    watched: Any
    review: Any

    def take(self, *events: Event, source: str = "door-1") -> list[str]:
        """Take events in as one segment; give the verdicts."""
        before = self.ledger.position(source)
        outcomes = decide(self.ledger.known(wanted(events)), events)
        as_of = max(self.ledger.as_of(), *(event.at for event in events))
        self.ledger.commit(outcomes, {source: (before, before + 1)}, as_of)
        return [outcome.verdict for outcome in outcomes]

    def expire(self, now: int) -> int:
        """Expire what is overdue; give how many."""
        rows = self.ledger.overdue(now - CONFIRM_WITHIN, 1000)
        self.ledger.commit(expire(rows), {}, self.ledger.as_of())
        return len(rows)

    def append(self, *entries: NewEntry, campaign: str = CAMPAIGN) -> None:
        """Enter lines; the tree is a stand-in whose root is the hash of all lines."""
        old = self.ledger.head(campaign)
        new = Head(old.size + len(entries), sha256(old.root + b"".join(e.line for e in entries)).digest())
        edge = tuple(bytes(32) for _ in range(new.size.bit_count()))
        self.ledger.append(campaign, old, in_order(*entries), new, edge, 1, "2023-11-14")

    def waiting(self) -> Waiting:
        """Give what waits for the log."""
        waits = self.ledger.waiting(CAMPAIGN, 1000)
        assert isinstance(waits, Waiting)
        return waits

    def log(self) -> None:
        """Enter everything that waits, and sign."""
        waits = self.waiting()
        size = self.ledger.head(CAMPAIGN).size
        entries = [
            *(NewEntry(f"{'v' if size + n else 'g'} {t}".encode(), "v" if size + n else "g", i)
              for n, (i, t) in enumerate(waits.texts)),
            *(NewEntry(b"s " + c.hex().encode(), "s", i) for i, c in waits.signatures),
            *(NewEntry(f"w {n} {code}".encode(), "w", i) for i, n, code in waits.withdrawals),
            *(NewEntry(f"x {n} {code}".encode(), "x", i) for i, n, code in waits.strikes),
            *(NewEntry(f"r {n}".encode(), "r", i) for i, n in waits.reinstatements),
        ]  # fmt: skip
        if entries:
            self.append(*entries)
        self.sign()

    def sign(self, at: int = 1) -> bytes:
        """Sign the head as it is."""
        head = self.ledger.head(CAMPAIGN)
        note = f"origin\n{head.size}\n{head.root.hex()}\n".encode()
        self.ledger.sign(CAMPAIGN, self.ledger.signed(CAMPAIGN), note, at)
        return note

    def reopen(self) -> None:
        """Close the ledger and open it again."""
        raise NotImplementedError

    def done(self) -> None:
        """Release everything."""


class MemoryLedgers(OpenedLedgers):
    """`OpenedLedgers` in memory."""

    def __init__(self) -> None:
        """Open."""
        self.ledger = self.reader = self.watched = MemoryLedger()
        self.review = MemoryReviewReader(self.ledger)

    def reopen(self) -> None:
        """Nothing outlives the object."""


class SqliteLedgers(OpenedLedgers):
    """`OpenedLedgers` in files."""

    def __init__(self, folder: Path) -> None:
        """Open."""
        self.paths = (folder / "ledger.db", folder / "slots.db")
        self.ledger = SqliteLedger(*self.paths)
        self.reader = SqliteLedgerReader(*self.paths)
        self.watched = SqliteWatched(self.paths[0])
        self.review = SqliteReviewReader(self.paths[0])

    def reopen(self) -> None:
        """Close and open again."""
        self.ledger.close()
        self.ledger = SqliteLedger(*self.paths)

    def done(self) -> None:
        """Release."""
        self.reader.close()
        self.watched.close()
        self.review.close()
        self.ledger.close()


class PostgresLedgers(OpenedLedgers):
    """`OpenedLedgers` in PostgreSQL."""

    def __init__(self, url: str) -> None:
        """Open."""
        self.url = url
        self.ledger = PostgresLedger(url)
        self.reader = PostgresLedgerReader(url)
        self.watched = PostgresWatched(url)
        self.review = PostgresReviewReader(url)

    def reopen(self) -> None:
        """Close and open again."""
        self.ledger.close()
        self.ledger = PostgresLedger(self.url)

    def done(self) -> None:
        """Release."""
        self.reader.close()
        self.watched.close()
        self.review.close()
        self.ledger.close()

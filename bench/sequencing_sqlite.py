"""SQLite as the benchmark of the sequencer needs it: opened, filled beforehand, and its floor."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import apsw
from msgspec.msgpack import encode

from bench.sequencing_load import BEGIN, CAMPAIGN, COUNTRIES, GENESIS, TEXTS, grown
from undersigned.core import merkle
from undersigned.core.events import Signed
from undersigned.engines.sqlite.connection import open_writer
from undersigned.engines.sqlite.ledger import SqliteLedger

__all__ = ["SqliteEngine"]

_TABLES = {
    "signatures": (
        "id INTEGER PRIMARY KEY, record BLOB, lookup BLOB, campaign INTEGER, tag BLOB, commitment BLOB, state TEXT, "
        "signed INTEGER, review TEXT, code TEXT, letters INTEGER, lettered INTEGER, logged TEXT, country TEXT, "
        "channel TEXT"
    ),
    "seals": (
        "signature INTEGER PRIMARY KEY, epoch BLOB, sealed BLOB, text BLOB, consent TEXT, updates INTEGER, "
        "language TEXT"
    ),
    "letters": (
        "id INTEGER PRIMARY KEY, record BLOB, signature INTEGER, campaign INTEGER, language TEXT, kind TEXT, "
        "hour INTEGER, sealed BLOB"
    ),
    "entries": "leaf INTEGER PRIMARY KEY, line BLOB",
    "slots": "id INTEGER PRIMARY KEY, record BLOB, slot BLOB",
}
_LONGEST = 1 << 40


class SqliteEngine:
    """One ledger in a folder, and beside it tables of the same shape without any index."""

    name = "sqlite"

    def __init__(self, folder: Path) -> None:
        """Take an empty folder."""
        self._folder = folder
        self._floor: list[apsw.Connection] = []
        self._rows = 0

    def open(self) -> SqliteLedger:
        """Open the ledger."""
        return SqliteLedger(self._folder / "ledger.db", self._folder / "slots.db")

    def prefill(self, rows: int, cache: Path | None) -> None:
        """Put `rows` counted signatures into the empty ledger; a copy stays in `cache`, to be taken the next time."""
        kept = cache / f"sqlite-{rows}" if cache else None
        if kept is None or not kept.is_dir():
            self._fill(rows)
            if kept is not None:
                shutil.copytree(self._folder, kept)
            return
        for file in kept.iterdir():
            shutil.copy(file, self._folder / file.name)

    def _fill(self, rows: int) -> None:
        self.open().close()  # makes the tables
        database = open_writer(self._folder / "ledger.db", None, 100_000)
        database.pragma("synchronous", "OFF")
        indexes = database.execute(
            "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL AND tbl_name = 'signatures'"
        ).fetchall()
        with database:
            for name, _ in indexes:
                database.execute(f"DROP INDEX {name}")
            edge, lines = grown(rows)
            database.execute(
                "INSERT INTO campaigns (name, size, root, edge, day) VALUES (?, ?, ?, ?, '2026-01-01')",
                (CAMPAIGN, rows, merkle.root(rows, edge), b"".join(edge)),
            )
            database.executemany("INSERT INTO entries VALUES (1, ?, ?)", [(0, b"g " + GENESIS), *lines])
            released = ("INSERT INTO texts VALUES (1, 1, ?, ?, 'g', ?, 1)", (BEGIN - 86_400, encode(TEXTS), ""))
            database.execute(*released)
            database.executemany(
                "INSERT INTO signatures (id, record, lookup, campaign, tag, commitment, state, signed, review, code,"
                " letters, lettered, leaf, logged, country, channel, covers)"
                " VALUES (?, ?, ?, 1, ?, ?, 'counted', ?, '', '', 1, ?, ?, 's', ?, 'e', ?)",
                _synthetic(rows),
            )
        for _, sql in indexes:
            database.execute(str(sql))
        database.close()

    def begin_floor(self) -> None:
        """Make the tables of the floor."""
        for file, names in (
            ("floor.db", ("signatures", "seals", "letters", "entries")),
            ("floor-slots.db", ("slots",)),
        ):
            database = open_writer(self._folder / file, None, 16_000)
            for name in names:
                database.execute(f"CREATE TABLE {name} ({_TABLES[name]}) STRICT")
            self._floor.append(database)

    def floor(self, signed: Sequence[Signed], confirmed: int) -> float:
        """Insert the rows that these signatures come to, in one transaction a file; give the seconds."""
        rows = self._shaped(signed, confirmed)
        begun = time.perf_counter()
        ledger, slots = self._floor
        with slots:
            _insert(slots, "slots", rows["slots"])
        with ledger:
            for table in ("signatures", "seals", "letters", "entries"):
                _insert(ledger, table, rows[table])
        return time.perf_counter() - begun

    def _shaped(self, signed: Sequence[Signed], confirmed: int) -> dict[str, list[tuple[Any, ...]]]:
        first, self._rows = self._rows + 1, self._rows + len(signed)
        numbered = list(enumerate(signed, first))
        return {
            "signatures": [
                (n, s.record, s.lookup, 1, s.tag, s.commitment, "waiting", s.at, "", "", 1, s.at, "", s.country, "e")
                for n, s in numbered
            ],
            "seals": [(n, s.epoch, s.sealed, s.text, s.consent, 0, s.language) for n, s in numbered],
            "letters": [(n, s.record, n, 1, s.language, "confirm", s.hour, s.letter) for n, s in numbered],
            "entries": [(n, b"s " + s.commitment + bytes(11)) for n, s in numbered[:confirmed]],
            "slots": [(n, s.record, s.slot) for n, s in numbered],
        }

    def cpu(self) -> float:
        """Give 0: there is no server."""
        return 0.0

    def close(self) -> None:
        """Close what the floor needed."""
        for database in self._floor:
            database.close()


def _insert(database: apsw.Connection, table: str, rows: Iterable[tuple[Any, ...]]) -> None:
    places = ", ".join("?" * (_TABLES[table].count(",") + 1))
    database.executemany(f"INSERT INTO {table} VALUES ({places})", rows)


def _synthetic(rows: int) -> Iterator[tuple[Any, ...]]:
    """Give rows of signatures that were all counted and told by country before the benchmark begins."""
    for number in range(1, rows + 1):
        at = 1_600_000_000 + number // 100
        block = os.urandom(76)
        country = COUNTRIES[number % len(COUNTRIES)]
        record = at.to_bytes(4, "big") + block[:12]
        leaf = number if number < rows else _LONGEST
        yield number, record, block[12:28], block[28:44], block[44:76], at, at, leaf, country, country

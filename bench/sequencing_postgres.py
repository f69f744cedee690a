"""PostgreSQL as the benchmark of the sequencer needs it: a schema of its own, and COPY for its floor."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg
from msgspec.msgpack import encode

from bench.sequencing_load import BEGIN, CAMPAIGN, GENESIS, TEXTS, grown
from undersigned.core import merkle
from undersigned.core.events import Signed
from undersigned.engines.postgres.connection import Link, connect
from undersigned.engines.postgres.ledger import PostgresLedger

__all__ = ["PostgresEngine"]

_TABLES = {
    "signatures": (
        "int8 uuid uuid int4 uuid bytea text int8 text text int4 int8 text text text bytea bytea bytea text bool text"
    ),
    "letters": "int8 uuid int8 int4 text text int8 bytea",
    "entries": "int8 bytea",
    "slots": "int8 bytea",
}
_FILL = """
INSERT INTO signatures SELECT n, gen_random_uuid(), gen_random_uuid(), 1, gen_random_uuid(),
  decode(md5(n::text) || md5('x' || n), 'hex'), 1600000000 + n / 100, 'FR', 'e', '', '', '', '', false, ''
FROM generate_series(1, $1::bigint) AS n;
INSERT INTO states SELECT n, 1, 'counted', '', '', 1, 1600000000 + n / 100, n, 's', 'FR'
FROM generate_series(1, $1::bigint) AS n;
INSERT INTO slots SELECT n, decode(repeat('01', 48), 'hex') FROM generate_series(1, $1::bigint) AS n;
INSERT INTO standing SELECT campaign, tag, id FROM signatures;
INSERT INTO coverage VALUES (1, 'FR', 'e', 0, true, $1, $1);
"""


class PostgresEngine:
    """One ledger in a schema of its own, and beside it tables of the same shape without any index."""

    name = "postgres"

    def __init__(self, server: str) -> None:
        """Make the schema in the database of that URL."""
        self._server = server
        self._schema = f"b{uuid4().hex}"
        with psycopg.connect(server, autocommit=True) as connection:
            connection.execute(f"CREATE SCHEMA {self._schema}".encode())
        self.url = f"{server}?options=-csearch_path%3D{self._schema}"
        self._floor: Link | None = None
        self._rows = 0
        self._backends: set[int] = set()  # processes of our sessions

    def open(self) -> PostgresLedger:
        """Open the ledger."""
        ledger = PostgresLedger(self.url)
        self._backends.add(ledger._link.info.backend_pid)
        return ledger

    def cpu(self) -> float:
        """Give the CPU of the two sessions' processes on the server; 0 where it runs on another machine."""
        files = (Path(f"/proc/{number}/schedstat") for number in self._backends)
        return sum(int(file.read_text().split()[0]) for file in files if file.exists()) / 1e9

    def prefill(self, rows: int, cache: Path | None) -> None:
        """Put `rows` counted signatures into the empty ledger; nothing is kept in `cache`."""
        self.open().close()  # makes the tables
        edge, lines = grown(rows)
        with psycopg.connect(self.url, autocommit=True, cursor_factory=psycopg.RawCursor) as link:
            link.execute(
                "INSERT INTO campaigns (id, name, size, root, edge, day) VALUES (1, $1, $2, $3, $4, '2026-01-01')",
                (CAMPAIGN, rows, merkle.root(rows, edge), b"".join(edge)),
            )
            for leaf, line in [(0, b"g " + GENESIS), *lines]:
                link.execute("INSERT INTO entries VALUES (1, $1, $2)", (leaf, line))
            link.execute(
                "INSERT INTO texts (campaign, at, texts, kind, line, entered) VALUES (1, $1, $2, 'g', '', true)",
                (BEGIN - 86_400, encode(TEXTS)),
            )
            for statement in _FILL.strip().rstrip(";").split(";\n"):
                link.execute(statement.encode(), (rows,) if "$1" in statement else ())
            link.execute("VACUUM ANALYZE")

    def begin_floor(self) -> None:
        """Make the tables of the floor."""
        self._floor = connect(self.url, 120)
        self._backends.add(self._floor.info.backend_pid)
        for name, types in _TABLES.items():
            columns = ", ".join(f"c{number} {kind}" for number, kind in enumerate(types.split()))
            self._floor.execute(f"CREATE TABLE floor_{name} ({columns})".encode())

    def floor(self, signed: Sequence[Signed], confirmed: int) -> float:
        """COPY the rows that these signatures come to, in one transaction; give the seconds."""
        assert self._floor is not None
        rows = self._shaped(signed, confirmed)
        begun = time.perf_counter()
        with self._floor.transaction():
            for table, some in rows.items():
                self._copy(table, some)
        return time.perf_counter() - begun

    def _copy(self, table: str, rows: Iterable[Sequence[Any]]) -> None:
        assert self._floor is not None
        with self._floor.cursor().copy(f"COPY floor_{table} FROM STDIN (FORMAT BINARY)".encode()) as copy:
            copy.set_types(_TABLES[table].split())
            for row in rows:
                copy.write_row(row)

    def _shaped(self, signed: Sequence[Signed], confirmed: int) -> dict[str, list[tuple[Any, ...]]]:
        first, self._rows = self._rows + 1, self._rows + len(signed)
        numbered = list(enumerate(signed, first))
        return {
            "signatures": [
                (n, s.record, s.lookup, 1, s.tag, s.commitment, "waiting", s.at, "", "", 1, s.at, "", s.country, "e",
                 s.epoch, s.sealed, s.text, s.consent, False, s.language)
                for n, s in numbered
            ],
            "letters": [(n, s.record, n, 1, s.language, "confirm", s.hour, s.letter) for n, s in numbered],
            "entries": [(n, b"s " + s.commitment + bytes(11)) for n, s in numbered[:confirmed]],
            "slots": [(n, s.slot) for n, s in numbered],
        }  # fmt: skip

    def close(self) -> None:
        """Drop everything."""
        if self._floor is not None:
            self._floor.close()
        with psycopg.connect(self._server, autocommit=True) as connection:
            connection.execute("SET client_min_messages = error")
            connection.execute(f"DROP SCHEMA {self._schema} CASCADE".encode())

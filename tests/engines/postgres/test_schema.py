"""The SQL of PostgreSQL: its schema is the sum of its migrations, and every query can be prepared."""

from __future__ import annotations

import psycopg
import pytest

from tests.postgres import sample, schema
from undersigned.engines.postgres.connection import connect, migrate
from undersigned.engines.sql import migrations, queries, script
from undersigned.engines.unfit import Unfit

pytestmark = pytest.mark.services
ROOMS = ["journal", "ledger"]
QUERIES = {
    "journal": ["postgres/journal", "postgres/session"],
    "ledger": ["postgres/sequencer", "postgres/log", "postgres/reading", "postgres/watched"],
}
CATALOGUE = """
SELECT relname, attname, format_type(atttypid, atttypmod), attnotnull, attstorage::text,
  pg_get_expr(adbin, adrelid), reloptions::text
FROM pg_class JOIN pg_attribute ON attrelid = pg_class.oid AND attnum > 0 AND NOT attisdropped
LEFT JOIN pg_attrdef ON adrelid = pg_class.oid AND adnum = attnum
WHERE relnamespace = current_schema()::regnamespace AND relname <> 'schema_versions'
  AND relname <> 'schema_versions_pkey'
UNION ALL SELECT conname, pg_get_constraintdef(oid), '', true, '', '', '' FROM pg_constraint
WHERE connamespace = current_schema()::regnamespace AND conname NOT LIKE 'schema_versions%'
UNION ALL SELECT indexname, replace(indexdef, current_schema(), ''), '', true, '', '', '' FROM pg_indexes
WHERE schemaname = current_schema() AND tablename <> 'schema_versions'
"""


def catalogue(connection: psycopg.Connection[tuple[object, ...]]) -> list[str]:
    return sorted(map(str, connection.execute(CATALOGUE).fetchall()))


@pytest.mark.parametrize("room", ROOMS)
def test_the_schema_is_the_sum_of_the_migrations(room: str) -> None:
    with schema() as url, sample(url) as connection:
        connection.execute(script(f"postgres/{room}_schema").encode())
        whole = catalogue(connection)
    with schema() as url, sample(url) as connection:
        link = connect(url)
        migrate(link, room)
        migrate(link, room)
        link.close()
        assert catalogue(connection) == whole


@pytest.mark.parametrize("room", ROOMS)
def test_every_query_can_be_prepared(room: str) -> None:
    with schema() as url, sample(url) as connection:
        link = connect(url)
        migrate(link, room)
        link.close()
        for file in QUERIES[room]:
            for name, text in queries(file).items():
                if text.lstrip("-\n").startswith(("VACUUM", "CREATE")) or "CREATE TABLE" in text:
                    continue  # no statement of this kind can be prepared
                body = "\n".join(line for line in text.splitlines() if not line.startswith("--"))
                if body.startswith(("VACUUM", "COPY")):
                    continue
                connection.execute(f"PREPARE query_{name} AS {body}".encode())
                connection.execute(f"DEALLOCATE query_{name}".encode())


@pytest.mark.parametrize("room", ROOMS)
def test_a_schema_of_a_newer_program_is_refused(room: str) -> None:
    with schema() as url, sample(url) as connection:
        link = connect(url)
        migrate(link, room)
        newer = len(migrations(f"postgres/{room}_migrations")) + 1
        connection.execute("UPDATE schema_versions SET version = %s", [newer])
        with pytest.raises(Unfit, match="newer"):
            migrate(link, room)
        link.close()

"""No statement of the mill compares all of a batch with all of a table, even where its plan was made blindly."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.postgres import schema
from undersigned.engines.postgres.connection import Link
from undersigned.engines.postgres.ledger import PostgresLedger
from undersigned.engines.sql import queries

pytestmark = pytest.mark.services
ROWS, ASKED = 1000, 200
FILL = """
INSERT INTO campaigns (id, name, root) VALUES (1, 'library', '');
INSERT INTO signatures SELECT n, md5('r' || n)::uuid, md5('l' || n)::uuid, 1, md5('t' || n)::uuid, 'c', n, 'FR', 'e',
  '', '', '', '', false, '' FROM generate_series(1, 1000) AS n;
INSERT INTO states SELECT n, 1, 'confirmed', '', '', 1, n FROM generate_series(1, 1000) AS n;
INSERT INTO standing SELECT campaign, tag, id FROM signatures;
INSERT INTO slots SELECT n, decode(repeat('01', 48), 'hex') FROM generate_series(1, 1000) AS n;
INSERT INTO unlogged SELECT 1, 's', n FROM generate_series(1, 1000) AS n;
INSERT INTO uncovered SELECT campaign, country, channel, signed, id FROM signatures;
INSERT INTO struck SELECT 1, 'FR', 'e', n FROM generate_series(1, 1000) AS n;
INSERT INTO coverage VALUES (1, 'FR', 'e', 1000, true, 0, 0)
"""
IDS = f"'{{{','.join(map(str, range(1, ASKED + 1)))}}}'::bigint[]"
ASKING = {
    "sequencer.rows": IDS,
    "sequencer.become": f"{IDS}, 'withdrawn', '', '', ''",
    "sequencer.lettered": f"{IDS}, {IDS}::integer[], {IDS}",
    "sequencer.erase": IDS,
    "sequencer.erase_struck": IDS,
    "sequencer.erase_covers": IDS,
    "sequencer.unseal": IDS,
    "sequencer.destroy": IDS,
    "sequencer.fall": IDS,
    "sequencer.wait_no_more": f"{IDS}, 's'",
    "sequencer.silence": IDS,
    "log.settle_s": f"1, {IDS}, {IDS}",
    "log.settled": f"1, {IDS}, 's'",
    "log.strike": IDS,
    "log.reinstate": IDS,
    "log.forget_countries": IDS,
    "log.uncovered_new": IDS,
    "log.uncovered_more": IDS,
    "log.uncovered_less": IDS,
    "log.covered_more": f"{IDS}, 1",
    "log.cover": f"1, 'FR', 'e', {ASKED}, ''",
    "log.uncover_struck": f"1, 'FR', 'e', {ASKED}",
}
EMPTIED = {"log.strike": "struck", "log.uncovered_new": "uncovered", "log.uncovered_more": "uncovered"}


@pytest.fixture
def link() -> Iterator[Link]:
    with schema() as url:
        ledger = PostgresLedger(url)
        for statement in FILL.split(";"):
            ledger._link.execute(statement.encode())
        yield ledger._link
        ledger.close()


def compared(plan: dict[str, Any]) -> int:
    """Count the rows that a plan looked at, those it threw away included."""
    thrown = sum(int(n) for name, n in plan.items() if name.startswith("Rows Removed"))
    here = (int(plan["Actual Rows"]) + thrown) * int(plan["Actual Loops"])
    return here + sum(compared(part) for part in plan.get("Plans", []))


@pytest.mark.parametrize("query", sorted(ASKING))
def test_a_statement_looks_at_few_rows_for_each_that_it_is_given(link: Link, query: str) -> None:
    room, name = query.split(".")
    body = "\n".join(line for line in queries(f"postgres/{room}")[name].splitlines() if not line.startswith("--"))
    if query in EMPTIED:
        link.execute(f"DELETE FROM {EMPTIED[query]}".encode())
    link.execute(f"PREPARE asked AS {body}".encode())
    ((found,),) = link.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE asked ({ASKING[query]})".encode()).fetchall()
    plan = found if isinstance(found, list) else json.loads(found)
    assert compared(plan[0]["Plan"]) <= 12 * ASKED + ROWS

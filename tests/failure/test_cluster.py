"""The cluster of the drills keeps its word: what was answered survives a primary that stops, or stands still."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from bench.cluster import Absent, Cluster
from tests.conftest import absent

KEPT: set[int] = set()  # what was answered, by all tests of this file
pytestmark = [pytest.mark.services, pytest.mark.drill]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Cluster]:
    # Not pytest's own folder: the account of PostgreSQL may not pass through that.
    with tempfile.TemporaryDirectory(prefix="undersigned-cluster-", ignore_cleanup_errors=True) as folder:
        try:
            running = Cluster(Path(folder))
        except Absent as error:
            absent(str(error))
        yield running
        running.close()


def rows(cluster: Cluster) -> set[int]:
    with psycopg.connect(cluster.dsn()) as connection:
        return {number for (number,) in connection.execute("SELECT id FROM kept")}


def keep(cluster: Cluster, number: int, seconds: float = 40) -> None:
    """Keep a row, however often it has to be tried while the primary changes."""
    end = time.monotonic() + seconds
    while True:
        try:
            with psycopg.connect(cluster.dsn()) as connection:
                connection.execute("CREATE TABLE IF NOT EXISTS kept (id int PRIMARY KEY)")
                connection.execute("INSERT INTO kept VALUES (%s) ON CONFLICT DO NOTHING", (number,))
            return
        except psycopg.Error:
            assert time.monotonic() < end
            time.sleep(0.1)


@pytest.mark.parametrize("fault", ["kill", "pause", "partition", "kill_database", "kill_etcd"])
def test_what_was_answered_is_kept_whatever_becomes_of_the_primary(cluster: Cluster, fault: str) -> None:
    for number in range(3):
        keep(cluster, len(KEPT) + 1)
        KEPT.add(len(KEPT) + 1)
        if number == 0:
            strike(cluster, fault)
            cluster.wait_for_primary()
        if number == 1:
            cluster.heal()
            cluster.wait_for_all()
    assert rows(cluster) == KEPT


def strike(cluster: Cluster, fault: str) -> None:
    try:
        getattr(cluster, fault)(cluster.primary())
    except Absent as error:
        absent(str(error))

"""A PostgreSQL for tests: each test has a schema of its own in the database `UNDERSIGNED_TEST_POSTGRES`."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from uuid import uuid4

import psycopg

from tests.conftest import absent

__all__ = ["SERVER", "sample", "schema", "server"]

SERVER = os.environ.get("UNDERSIGNED_TEST_POSTGRES", "postgresql://postgres@127.0.0.1:5432/test")


def server() -> str:
    """Give the URL of the server; skip with a line that says so where it does not answer."""
    if not _answers():
        absent("PostgreSQL (UNDERSIGNED_TEST_POSTGRES names another)")
    return SERVER


@cache
def _answers() -> bool:
    try:
        psycopg.connect(SERVER, connect_timeout=3).close()
    except psycopg.OperationalError:
        return False
    return True


@contextmanager
def schema() -> Iterator[str]:
    """Give the URL of an empty schema, which is dropped afterwards."""
    name = f"t{uuid4().hex}"
    with psycopg.connect(server(), autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {name}".encode())
        try:
            yield f"{SERVER}?application_name={name}&options=-csearch_path%3D{name}"
        finally:
            connection.execute("SET client_min_messages = error")
            connection.execute(f"DROP SCHEMA {name} CASCADE".encode())


@contextmanager
def sample(url: str) -> Iterator[psycopg.Connection[tuple[object, ...]]]:
    """Give a bare connection to look at, or to disturb, what the engine has written."""
    with psycopg.connect(url, autocommit=True) as connection:
        yield connection

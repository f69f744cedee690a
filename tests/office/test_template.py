"""The desk's first start: its database is a copy of one that was migrated beforehand."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from undersigned.office.template import copy


def _build(target: Path) -> Path:
    subprocess.run([sys.executable, "-m", "undersigned.office.template", str(target)], check=True)
    return target


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return _build(tmp_path_factory.mktemp("template") / "template.db")


def _content(file: Path) -> list[str]:
    """Give the statements that make the database anew, but for the time at which a migration ran."""
    with sqlite3.connect(file) as database:
        database.execute("UPDATE django_migrations SET applied = ''")
        found = list(database.iterdump())
        database.rollback()
    return found


def test_the_template_equals_the_sum_of_the_migrations(template: Path, desk: Path, tmp_path: Path) -> None:
    """`desk` is a database on which this process has run every migration, emptied of rows by other tests."""
    fresh = tmp_path / "fresh.db"
    with sqlite3.connect(desk / "office.db") as migrated, sqlite3.connect(template) as made:
        assert [*_schema(migrated)] == [*_schema(made)]
        names = "SELECT app, name FROM django_migrations ORDER BY id"
        assert migrated.execute(names).fetchall() == made.execute(names).fetchall()
    assert copy(fresh, template)
    assert _content(fresh) == _content(template)


def _schema(database: sqlite3.Connection) -> list[tuple[str, ...]]:
    return database.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema ORDER BY type, name").fetchall()


def test_the_template_is_the_same_whenever_it_is_made(template: Path, tmp_path: Path) -> None:
    assert _build(tmp_path / "again.db").read_bytes() == template.read_bytes()


def test_a_copy_needs_no_migration_and_an_older_database_does(template: Path, tmp_path: Path) -> None:
    """Asked of a process of its own, for Django is set up once a process."""
    told = "import sys; from undersigned.office.project.configure import configure; from undersigned.settings import *;"
    told += "configure(Settings(dir=sys.argv[1])); from undersigned.office.template import migrate; print(migrate())"

    def migrated() -> str:
        done = subprocess.run([sys.executable, "-c", told, str(tmp_path)], check=True, capture_output=True)
        return done.stdout.decode().strip()

    (tmp_path / "secrets").mkdir(mode=0o700)
    assert copy(tmp_path / "office.db", template)
    assert migrated() == "False"
    with sqlite3.connect(tmp_path / "office.db") as database:
        database.execute("DROP TABLE trail_entry")
        database.execute("DELETE FROM django_migrations WHERE app = 'trail'")
    assert migrated() == "True"


def test_a_database_that_is_there_is_never_overwritten(template: Path, tmp_path: Path) -> None:
    office = tmp_path / "office.db"
    office.write_bytes(b"here")
    assert not copy(office, template)
    assert office.read_bytes() == b"here"
    assert not copy(tmp_path / "other.db", tmp_path / "no-template.db")

"""The desk in PostgreSQL: what its URL says reaches libpq, and the desk keeps the same promises there."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from tests.house.test_house import ROOT
from tests.postgres import schema
from undersigned.assemble.places import Places
from undersigned.engines.unfit import Unfit
from undersigned.office.project.configure import values
from undersigned.settings import Settings

#: Coming in, the trail, a campaign from its title to its release, a statement to its own, and two at once.
TOLD = (
    "test_people.py::test_fetching_a_login_link_spends_nothing_and_pressing_it_signs_in_once",
    "test_people.py::test_an_invitation_works_once",
    "test_people.py::test_a_changed_trail_is_found",
    "test_people.py::test_an_act_that_fails_leaves_no_entry",
    "test_trail.py::test_signing_in_out_and_every_failed_factor_are_told_without_what_was_typed",
    "test_campaigns.py::test_a_release_is_a_folder_that_the_mill_takes",
    "test_campaigns.py::test_of_two_translators_the_second_keeps_what_they_typed_and_gets_what_only_the_other_has_changed",
    "test_statements.py::test_a_release_is_a_folder_that_the_mill_reads_and_shows_at_its_hour",
    "test_signatures.py::test_a_small_group_is_admitted_by_one_person_and_counts",
    "test_examination.py::test_a_whole_desk_has_no_finding",
)


@pytest.mark.services
def test_the_desk_in_postgresql_keeps_what_it_promises() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist"]
    with schema() as url:
        environment = {**os.environ, "UNDERSIGNED_TEST_OFFICE": url}
        tests = [f"tests/office/{one}" for one in TOLD]
        done = subprocess.run(
            [*command, *tests], env=environment, cwd=ROOT, capture_output=True, text=True, timeout=300
        )
        with psycopg.connect(url) as connection:
            kept = connection.execute("SELECT count(*) FROM django_migrations").fetchone()
    assert done.returncode == 0, done.stdout[-3000:]
    assert kept is not None
    assert kept[0] > len(TOLD), "the desk was in PostgreSQL"


def _database(folder: Path, url: str) -> dict[str, str]:
    Places(folder).make()
    found = values(Settings(dir=str(folder), office=url))["DATABASES"]["default"]
    return {**found["OPTIONS"], "dbname": found["NAME"]}


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("postgresql://desk:p%40ss@db1:5433,db2:5434,db3/office?sslmode=verify-full",
         {"user": "desk", "password": "p@ss", "host": "db1,db2,db3", "port": "5433,5434,", "dbname": "office",
          "sslmode": "verify-full", "target_session_attrs": "read-write", "connect_timeout": "5"}),
        ("postgresql:///office?host=/run/postgresql&user=desk", {"host": "/run/postgresql", "user": "desk"}),
        ("postgresql://db1/office?target_session_attrs=any", {"target_session_attrs": "any"}),
        ("postgresql://desk@db1", {"dbname": "desk"}),
    ],
)  # fmt: skip
def test_what_the_url_says_reaches_the_server_and_writes_go_to_the_primary(
    url: str, said: dict[str, str], tmp_path: Path
) -> None:
    assert _database(tmp_path, url).items() >= said.items()


def test_a_url_that_is_none_is_refused_and_not_repeated(tmp_path: Path) -> None:
    with pytest.raises(Unfit) as refused:
        _database(tmp_path, "postgresql://desk:secret@db1/office?nothing=of-the-kind")
    assert "secret" not in str(refused.value)

"""A desk of its own for every test process: one database, emptied after each test."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from undersigned.assemble.places import Places
from undersigned.settings import Settings


@pytest.fixture(scope="session")
def _desk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from undersigned.office import process

    folder = tmp_path_factory.mktemp("desk")
    Places(folder).make()
    # tests/office/test_in_postgres.py runs some of these tests once more, with the desk in PostgreSQL.
    office = os.environ.get("UNDERSIGNED_TEST_OFFICE", "")
    process.prepare(Settings(dir=str(folder), url="https://petitions.example", proxies=1, office=office))
    return folder


@pytest.fixture
def desk(_desk: Path) -> Iterator[Path]:
    from django.test.utils import setup_test_environment, teardown_test_environment

    setup_test_environment(debug=False)
    yield _desk
    teardown_test_environment()
    from django.core.management import call_command

    call_command("flush", verbosity=0, interactive=False)
    places = Places(_desk)
    for folder in (places.campaigns, places.cards, places.statements, places.public, places.media):
        shutil.rmtree(folder, ignore_errors=True)  # what lies there is taken by a campaign of the test before
    places.make()


@pytest.fixture(autouse=True)
def _every_act_leaves_an_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail a test in which a form changes a row and the trail does not say so (tests/office/trailed.py)."""
    from tests.office.trailed import watched

    watched(monkeypatch)


@pytest.fixture
def client(desk: Path) -> Any:
    from django.test import Client

    return Client(SERVER_NAME="petitions.example", headers={"X-Forwarded-Proto": "https"})

"""The desk's faults, planted: a trail that was changed, a database of another version, one that is no database."""

from __future__ import annotations

from pathlib import Path

import pytest

from undersigned.settings import Settings


@pytest.fixture
def acted(desk: Path) -> Path:
    from undersigned.office.people import actions

    actions.first_operator(email="frida@petitions.example")
    return desk


def codes() -> list[tuple[str, bool]]:
    from undersigned.office.examination import findings

    return [(one.code, one.grave) for one in findings()]


def test_a_whole_desk_has_no_finding(acted: Path) -> None:
    assert codes() == []


@pytest.mark.parametrize("change", ["act", "removed", "facts"])
def test_a_trail_that_was_changed_beside_the_desk_is_named(acted: Path, change: str) -> None:
    from django.db import connection

    from undersigned.office.people import actions
    from undersigned.office.people.models import Staff

    actions.found(staff=Staff.objects.get(), organisation="House", section="Kenya", slug="kenya")
    statements = {
        "act": "UPDATE trail_entry SET act = 'people.nothing'",
        "removed": "DELETE FROM trail_entry WHERE id = (SELECT min(id) FROM trail_entry)",
        "facts": "UPDATE trail_entry SET facts = '{\"x\": 1}' WHERE id = (SELECT max(id) FROM trail_entry)",
    }
    with connection.cursor() as cursor:
        cursor.execute(statements[change])
    assert codes() == [("trail-torn", True)]


_LATER = "INSERT INTO django_migrations (app, name, applied) VALUES ('trail', '9999_later', '2030-01-01')"
_FIRST = "INSERT INTO django_migrations (app, name, applied) VALUES ('trail', '0001_initial', '2026-01-01')"


@pytest.mark.parametrize(
    ("statement", "back", "expected"),
    [
        (_LATER, "DELETE FROM django_migrations WHERE name = '9999_later'", ("office-newer", True)),
        ("DELETE FROM django_migrations WHERE app = 'trail'", _FIRST, ("office-older", False)),
    ],
)
def test_a_database_of_another_version_is_named(
    acted: Path, statement: str, back: str, expected: tuple[str, bool]
) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        try:
            assert codes() == [expected]
        finally:
            cursor.execute(back)


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    from undersigned.office.examination import examine

    (tmp_path / "secrets").mkdir(mode=0o700)
    (tmp_path / "secrets" / "desk.key").write_bytes(b"x")
    (tmp_path / "office.db").write_bytes(b"\0" * 100)
    assert [one.code for one in examine(Settings(dir=str(tmp_path)))] == ["office-damaged"]


def test_a_folder_whose_desk_never_ran_is_left_alone(tmp_path: Path) -> None:
    from undersigned.office.examination import examine

    assert not list(examine(Settings(dir=str(tmp_path))))
    assert not list(tmp_path.iterdir())

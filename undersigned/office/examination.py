"""What `undersigned doctor` asks of the desk: its database, and whether the trail is whole. Nothing is changed."""

from __future__ import annotations

from collections.abc import Iterator

from undersigned.assemble.finding import Finding, grave, note
from undersigned.assemble.places import Places
from undersigned.engines.unfit import Unfit
from undersigned.settings import Settings

__all__ = ["examine", "findings"]

_HEAD = b"SQLite format 3\x00"
_PUT_BACK = "Stop the desk, put back the newest copy of office.db, start it again; the public pages do not need it."


def examine(settings: Settings) -> Iterator[Finding]:
    """Look at the desk of a data folder, where it has ever run. Sets Django up."""
    places = Places(settings.path)
    if not places.desk_key.exists() or not (settings.office or places.office.exists()):
        return
    if not settings.office and places.office.open("rb").read(16) != _HEAD:
        yield grave("office-damaged", "office.db is no SQLite file any more", _PUT_BACK)
        return
    from undersigned.office.project.configure import configure

    try:
        configure(settings)
    except Unfit as error:
        yield grave("office-database", str(error), "Check the setting office and docs/postgres.md.")
        return
    yield from findings()


def findings() -> Iterator[Finding]:
    """Look at the database that Django is set up for."""
    from django.db import DatabaseError, connection
    from django.db.migrations.executor import MigrationExecutor

    try:
        executor = MigrationExecutor(connection)
        newer = sorted(set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations or {}))
        if newer:
            yield grave(
                "office-newer",
                f"the desk's database was written by a newer version of this program ({'.'.join(newer[0])})",
                "Install that version again, or put back the copy that was made before the upgrade.",
            )
        elif executor.migration_plan(executor.loader.graph.leaf_nodes()):
            yield note(
                "office-older",
                "the desk's database is older than this program",
                "Nothing to do: the desk brings it up to date when it starts. Make a copy before.",
            )
        else:
            yield from _trail()
    except DatabaseError as error:
        yield grave(
            "office-database",
            f"the desk's database cannot be read ({type(error).__name__})",
            "Check the setting office and the database server. " + _PUT_BACK,
        )


def _trail() -> Iterator[Finding]:
    from undersigned.office.trail.chain import Torn, check

    try:
        check()
    except Torn as error:
        yield grave(
            "trail-torn",
            f"the desk's {error}: somebody has changed the database beside the desk",
            "Keep a copy of the database as it is, compare it with older copies, and find out who could write there.",
        )

"""The template of `office.db`: every migration done beforehand, the same bytes whenever it is made.

`python -m undersigned.office.template FILE` makes it (`make wheel`); a release carries it as `template.db` beside this
file. Where it is not there, as in a checkout, the migrations run instead.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import sys
import tempfile
from pathlib import Path

__all__ = ["TEMPLATE", "build", "copy", "migrate"]

TEMPLATE = Path(__file__).with_name("template.db")
_APPLIED = "2026-01-01 00:00:00"  # what a template says of when its migrations ran


def copy(office: Path, template: Path = TEMPLATE) -> bool:
    """Copy the template to where no database is yet; tell whether it was done."""
    if office.exists() or not template.exists():
        return False
    draft = office.with_name(f"{office.name}.{os.getpid()}.new")
    try:
        shutil.copyfile(template, draft)
        with draft.open("rb") as written:
            os.fsync(written.fileno())
        draft.chmod(0o600)
        os.link(draft, office)  # fails where another process was quicker, and overwrites nothing
    except FileExistsError:
        return False
    finally:
        draft.unlink(missing_ok=True)
    return True


def migrate() -> bool:
    """Run the migrations that the database lacks; tell whether there were any. Django must be set up."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if not executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return False
    call_command("migrate", verbosity=0, interactive=False)
    return True


def build(target: Path) -> None:
    """Make the template. Django must not be set up yet in this process.

    Raises:
        OSError: the file cannot be written.
    """
    from undersigned.assemble.places import Places
    from undersigned.office.project.configure import configure
    from undersigned.settings import Settings

    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        Places(folder).make()
        configure(Settings(dir=text))
        migrate()
        made = sqlite3.connect(folder / "office.db", isolation_level=None)
        made.execute("UPDATE django_migrations SET applied = ?", (_APPLIED,))
        made.execute("VACUUM INTO ?", (str(folder / "template.db"),))
        made.close()
        shutil.move(folder / "template.db", target)


if __name__ == "__main__":
    build(Path(sys.argv[1]))

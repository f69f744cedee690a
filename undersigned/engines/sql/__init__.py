"""The SQL of the engines: named queries, schemas and migrations, kept in files of their own."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files

__all__ = ["migrations", "queries", "script"]

_NAME = re.compile(r"^-- name: ([a-z_]+)$", re.MULTILINE)


def script(name: str) -> str:
    """Give the whole text of `<name>.sql`."""
    return (files(__package__) / f"{name}.sql").read_text("utf-8")


@cache
def queries(name: str) -> Mapping[str, str]:
    """Give the queries of `<name>.sql` by their names; each begins with a line `-- name: <name>`."""
    parts = _NAME.split(script(name))[1:]
    found = {key: text.strip().rstrip(";") for key, text in zip(parts[::2], parts[1::2], strict=True)}
    if len(found) * 2 != len(parts):
        raise ValueError(f"{name}.sql has two queries of one name")
    return found


def migrations(folder: str = "migrations") -> list[str]:
    """Give the scripts of that folder in the order of their numbers, 001 first."""
    found = sorted(
        (file for file in (files(__package__) / folder).iterdir() if file.name.endswith(".sql")),
        key=lambda file: file.name,
    )
    return [file.read_text("utf-8") for file in found]

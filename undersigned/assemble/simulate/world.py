"""The simulated world as read from its files: places with their sizes, and names with their scripts."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources

import msgspec

__all__ = ["Names", "Place", "World", "read_world"]

REACH = 0.75  # a petition reaches small places more evenly than people are spread: size to this power


class Place(msgspec.Struct, frozen=True):
    """A country or territory: its weight, the hours its clocks are ahead of UTC, its languages in shares."""

    code: str
    weight: float
    offset: float
    languages: tuple[tuple[str, float], ...]


class Names(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How people of one script are called."""

    given: tuple[str, ...]
    family: tuple[str, ...]
    languages: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    family_first: bool = False
    joint: bool = False


class World(msgspec.Struct, frozen=True):
    """Everything that a plan draws from."""

    places: tuple[Place, ...]
    by_country: Mapping[str, Names]
    by_language: Mapping[str, Names]
    comments: Mapping[str, Sequence[str]]


def read_world() -> World:
    """Read the package's own files."""
    folder = resources.files(__package__)
    lines = folder.joinpath("world.csv").read_text("utf-8").splitlines()
    rows = csv.DictReader(line for line in lines if not line.startswith("#"))
    tables = tomllib.loads(folder.joinpath("names.toml").read_text("utf-8"))
    comments = tables.pop("comments")
    groups = [msgspec.convert(table, Names) for table in tables.values()]
    return World(
        places=tuple(_place(row) for row in rows),
        by_country={code: group for group in groups for code in group.countries},
        by_language={language: group for group in groups for language in group.languages},
        comments=comments,
    )


def _place(row: Mapping[str, str]) -> Place:
    shares = [entry.partition(":") for entry in row["languages"].split(" ")]
    online = float(row["people"]) * float(row["online"]) / 100
    languages = tuple((language, float(share)) for language, _, share in shares)
    return Place(row["code"], online**REACH, float(row["offset"]), languages)

"""Chidi changes one byte anywhere in what is published, and it is found."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.audit.made_log import MadeLog
from tests.audit.verdict import verdict
from undersigned.audit.demands import read_demands

MUTATIONS = 300
NOT_IN_THE_LOG = {"opens", "closes", "funnel"}
FIGURES = {
    "count", "collected", "withdrawn", "struck_out", "as_of", "size", "root", "number", "tree_size", "hash",
    "dc:source", "dc:modified",
}  # fmt: skip


def everything(made: MadeLog) -> list[Path]:
    """Every file that speaks of the count: log, tiles, bundles, key, data, texts."""
    return sorted(file for file in made.public.rglob("*") if file.is_file())


def matters(file: Path, before: bytes, after: bytes) -> bool:
    """Say whether a change can mean anything: the English name of a country is no part of the count."""
    return file.name != "countries.csv" or _codes_and_numbers(before) != _codes_and_numbers(after)


def _codes_and_numbers(table: bytes) -> list[tuple[bytes, ...]]:
    rows = [row.split(b",") for row in table.split(b"\r\n")]
    return [(row[0], row[1], row[-1], b"%d" % len(row)) if len(row) > 3 else tuple(row) for row in rows]


def test_no_changed_byte_of_log_tiles_key_tables_or_texts_passes(made: MadeLog) -> None:
    chance = random.Random(20261124)
    assert verdict(made).holds
    files = [file for file in everything(made) if file.suffix != ".json"]
    done = 0
    while done < MUTATIONS:
        file = chance.choice(files)
        before = file.read_bytes()
        place = chance.randrange(len(before))
        after = before[:place] + bytes([before[place] ^ chance.randrange(1, 256)]) + before[place + 1 :]
        if not matters(file, before, after):
            continue
        file.write_bytes(after)
        assert not verdict(made).holds, f"{file.name}: byte {place}"
        file.write_bytes(before)
        done += 1
    assert verdict(made).holds


def figures(facts: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Give the path of everything in the facts that the log bears out."""
    if isinstance(facts, dict | list):
        for name, value in facts.items() if isinstance(facts, dict) else enumerate(facts):
            yield from figures(value, (*path, name))
    elif (path[0] not in NOT_IN_THE_LOG and path[-1] in FIGURES) or path[:2] == ("countries", "released"):
        yield path


def changed(facts: Any, path: tuple[str | int, ...]) -> Any:
    """Give a copy with one value made larger, or another text."""
    copy = json.loads(json.dumps(facts))
    holder = copy
    for name in path[:-1]:
        holder = holder[name]
    value = holder[path[-1]]
    holder[path[-1]] = value + 1_000 if isinstance(value, int) else _other(value)
    return copy


def _other(text: str) -> str:
    """Change the text's first digit or letter, or the number of lines in a sentence."""
    digit = next(i for i, char in enumerate(text) if char.isdigit() or "public log" not in text)
    return text[:digit] + ("7" if text[digit] != "7" else "8") + text[digit + 1 :]


@pytest.mark.parametrize(
    "name",
    ["library/count.json", "library.json", "library/countries.csv-metadata.json", "library/days.csv-metadata.json"],
)
def test_no_changed_figure_of_the_json_passes(made: MadeLog, name: str) -> None:
    file = made.public / "c" / name
    before = file.read_bytes()
    facts = json.loads(before)
    paths = list(figures(facts))
    assert paths
    for path in paths:
        file.write_text(json.dumps(changed(facts, path)), "utf-8")
        assert not verdict(made).holds, path
    file.write_bytes(before)


@pytest.mark.parametrize("what", ["cut", "grown", "gone"])
def test_no_file_of_the_log_may_be_cut_grown_or_gone(made: MadeLog, what: str) -> None:
    for file in sorted(file for file in made.log.rglob("*") if file.is_file()):
        before = file.read_bytes()
        if what == "gone":
            file.unlink()
        else:
            file.write_bytes(before[:-1] if what == "cut" else before + b"\n")
        demands = read_demands(key=made.signer.vkey)
        lenient = what == "gone" and file.name == "vkey"  # whoever knows the key needs no published one
        lenient |= what == "cut" and file.name == "vkey"  # the newline behind the key says nothing
        assert verdict(made, demands).holds == lenient, file.name
        file.write_bytes(before)

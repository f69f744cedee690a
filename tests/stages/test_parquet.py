"""Chidi reads the counts as Parquet: every cell is that of the CSV, and where it cannot be made nobody is led to it."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.pages import sample
from tests.stages.test_publish import Shelf
from undersigned.core.counts import Counts, Day
from undersigned.engines.files.folder import PublicFolder
from undersigned.engines.parquet import ParquetTables, installed
from undersigned.stages.publish import data
from undersigned.stages.publish.run import Publisher

extra = pytest.mark.skipif(not installed(), reason="arro3 is not installed: pip install -r requirements/data.txt")
READ: dict[str, Callable[[str], Any]] = {"string": str, "integer": int, "date": date.fromisoformat}
COUNTS = replace(
    sample.counts(), countries={"NA": 12, "KE": 700, "002": 40, "ZZ": 20},
    days=(Day("1969-12-31", 1, 0, 0, 0), Day("2026-11-01", 1000, 10, 0, 0), Day("2026-11-02", 300, 50, 6, 0)),
)  # fmt: skip
TABLES = {"countries.csv": data.countries_csv(COUNTS), "days.csv": data.days_csv(COUNTS)}


def cells(file: str, table: bytes) -> list[list[Any]]:
    """Give the values of a CSV table by its columns' description; an empty cell is None."""
    kinds = [READ[column["datatype"]] for column in data.columns(file)]
    rows = list(csv.reader(io.StringIO(table.decode(), newline="")))[1:]
    return [[kind(cell) if cell else None for kind, cell in zip(kinds, row, strict=True)] for row in rows]


def read(written: bytes) -> tuple[list[str], list[list[Any]]]:
    """Give names and rows of a Parquet file."""
    from arro3.io import read_parquet

    table = read_parquet(io.BytesIO(written)).read_all()
    columns = [list(column.to_pylist()) for column in table.columns]
    return list(table.column_names), [list(row) for row in zip(*columns, strict=True)]


def written(file: str, table: bytes) -> bytes:
    made = ParquetTables().parquet(table, data.columns(file), data.source(COUNTS))
    assert made is not None
    return made


@extra
@pytest.mark.parametrize("file", TABLES)
def test_every_cell_is_that_of_the_csv(file: str) -> None:
    names, rows = read(written(file, TABLES[file]))
    assert names == [column["name"] for column in data.columns(file)]
    assert rows == cells(file, TABLES[file])
    assert rows
    assert "NA" in [row[0] for row in rows] or file == "days.csv"


@extra
@given(st.dictionaries(st.from_regex(r"[A-Z]{2}", fullmatch=True), st.integers(1, 2**40), max_size=40))
def test_every_count_is_kept_whole(countries: dict[str, int]) -> None:
    table = data.countries_csv(replace(COUNTS, countries=countries))
    assert read(written("countries.csv", table))[1] == cells("countries.csv", table)


@extra
def test_the_same_table_gives_the_same_bytes() -> None:
    assert written("days.csv", TABLES["days.csv"]) == written("days.csv", TABLES["days.csv"])


def publish(folder: Path, shelf: Shelf, tables: Any) -> dict[str, Any]:
    """Publish with these tables; give the Data Package."""
    Publisher(PublicFolder(folder), shelf, shelf, sample.SITE, (), tables=tables).step(shelf.card.opens)
    package: dict[str, Any] = json.loads((folder / "c" / shelf.card.campaign / "datapackage.json").read_bytes())
    return package


class Nothing:
    """A machine without the library."""

    def parquet(self, table: bytes, columns: Sequence[Mapping[str, Any]], source: str) -> bytes | None:
        return None


@extra
def test_the_package_names_each_file_and_none_where_it_cannot_be_made(tmp_path: Path) -> None:
    shelf = Shelf(sample.card())
    base = tmp_path / "c" / shelf.card.campaign
    named = [one["alternatives"][0]["path"] for one in publish(tmp_path, shelf, ParquetTables())["resources"]]
    assert named == ["data/countries.parquet", "data/days.parquet"]
    for path in named:
        table = base / f"{Path(path).stem}.csv"
        assert read((base / path).read_bytes())[1] == cells(table.name, table.read_bytes())
    page = base / shelf.card.languages[0] / "numbers/index.html"
    assert all(f'href="/c/{shelf.card.campaign}/{path}"' in page.read_text("utf-8") for path in named)
    assert not any("alternatives" in one for one in publish(tmp_path, shelf, Nothing())["resources"])
    assert not list(base.rglob("*.parquet"))
    assert ".parquet" not in page.read_text("utf-8")


@extra
def test_a_count_that_moves_moves_in_every_form(tmp_path: Path) -> None:
    shelf = Shelf(sample.card())
    counted: Counts = shelf.counted
    publisher = Publisher(PublicFolder(tmp_path), shelf, shelf, sample.SITE, (), tables=ParquetTables())
    publisher.step(shelf.card.opens)
    shelf.counted = replace(counted, countries={**counted.countries, "KE": 701})
    publisher.step(shelf.card.opens + 1)
    rows = read((tmp_path / "c" / shelf.card.campaign / "data/countries.parquet").read_bytes())[1]
    assert ["KE", "country or territory", "Kenya", 701] in rows


def test_no_process_loads_the_library_before_it_writes_a_table() -> None:
    loaded = "import sys, undersigned.assemble.mill, undersigned.assemble.door"
    asked = f"{loaded}; print([name for name in sys.modules if name.startswith('arro3')])"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True, timeout=60)
    assert done.stdout.strip() == "[]"

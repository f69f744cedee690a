"""Figures go out as a table and come in again without loss, and every mistake in a table is named with its line."""

from __future__ import annotations

import csv
import json
import unicodedata
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.figure_table import COLUMNS, read, write, write_metadata
from undersigned.core.figures import QUALIFIERS, STATUSES, Checkpoint, Figure, Source
from undersigned.core.sheet import Fault

_WORDS = st.text(st.characters(codec="utf-8", exclude_categories=["Cs", "Cc"]), max_size=20).map(str.strip)
_NFC = _WORDS.filter(lambda one: unicodedata.is_normalized("NFC", one) and not one.startswith("'"))


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    """Draw a sound figure."""
    qualifier = draw(st.sampled_from(QUALIFIERS))
    low = Decimal(draw(st.integers(0, 10**9)))
    numbers: dict[str, Any] = {"value": low}
    if qualifier == "between":
        numbers = {"least": low, "most": low + 1}
    elif qualifier == "none_known":
        numbers = {}
    return Figure(
        id="a", measure="people", qualifier=qualifier, as_of="2026-11-24", status=draw(st.sampled_from(STATUSES)),
        source=Source(organisation=draw(_NFC.filter(bool)), title=draw(_NFC)), caveat=draw(_NFC), label=draw(_NFC),
        attribution_required=draw(st.booleans()),
        checkpoint=draw(st.sampled_from([None, Checkpoint("bees", 7, "cm9vdA==")])),
        **numbers,
    )  # fmt: skip


@given(figures(), st.booleans())
def test_a_table_of_figures_comes_back_as_it_was(figure: Figure, hxl: bool) -> None:
    assert read("f.csv", write([figure], hxl)) == (figure,)


def test_tags_stand_below_the_names_and_the_metadata_knows_both() -> None:
    rows = list(csv.reader(write([], hxl=True).decode().splitlines()))
    assert rows[0] == list(COLUMNS)
    assert all(tag.startswith("#") for tag in rows[1])
    facts = json.loads(write_metadata("f.csv", "Figures", hxl=True))
    assert (facts["url"], facts["dialect"]["headerRowCount"]) == ("f.csv", 2)
    assert [column["name"] for column in facts["tableSchema"]["columns"]] == list(COLUMNS)


def test_no_cell_is_a_formula() -> None:
    figure = Figure(
        id="a", measure="m", qualifier="none_known", as_of="2026", source=Source(organisation="=1+1"), label="@x"
    )
    cells = next(iter(csv.DictReader(write([figure]).decode().splitlines())))
    assert (cells["organisation"], cells["label"]) == ("'=1+1", "'@x")
    assert read("f.csv", write([figure])) == (figure,)


@pytest.mark.parametrize(
    ("table", "line", "what"),
    [
        ("", 1, "empty"), ("id,measure,qualifier,as_of,valeu\n", 1, "“valeu”"),
        ("id,measure,as_of\n", 1, "“qualifier”"),
        ("id,measure,qualifier,as_of,value,organisation\na,m,exact,2026,one,x\n", 2, "cannot be read"),
        ("id,measure,qualifier,as_of,value,organisation\na,m,exactly,2026,1,x\n", 2, "no figure"),
        ("id,measure,qualifier,as_of,value,organisation\n\na,m,exact,2026,,x\n", 3, "number is missing"),
        ("id,measure,qualifier,as_of,value,organisation\na,m,exact,2026,1,x\na,m,exact,2026,1,x\n", 3, "twice"),
        ("id,measure,qualifier,as_of,value\na,m,exact,2026,1\n", 2, "no source"),
    ],
)  # fmt: skip
def test_every_mistake_of_a_table_has_its_line(table: str, line: int, what: str) -> None:
    found = read("f.csv", table.encode())
    assert all(isinstance(one, Fault) for one in found)
    assert [(one.line, what in one.what) for one in found if isinstance(one, Fault) and what in one.what] == [
        (line, True)
    ]

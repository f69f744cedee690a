"""A table, drawn and written: what a page shows, and the same as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import msgspec
from django.utils.safestring import SafeString, mark_safe

from undersigned.pages.drawing import Drawing, inline
from undersigned.pages.words import Words

__all__ = ["Line", "Table", "as_csv", "drawn"]


class Line(msgspec.Struct, frozen=True):
    """A line of a table: as it is shown, and as a program reads it. `address` is where its first cell leads."""

    cells: tuple[str, ...]
    values: tuple[str | int, ...]
    address: str = ""


class Table(msgspec.Struct, frozen=True):
    """The columns after the first are numbers. `total` is the sum of the second, "" where that says nothing."""

    key: str
    title: str
    head: tuple[str, ...]
    names: tuple[str, ...]  # of the columns in the CSV; they never change
    lines: tuple[Line, ...]
    drawing: SafeString
    total: str = ""
    note: str = ""
    query: str = ""  # what the CSV is asked for with


def drawn(drawing: Drawing, words: Words) -> SafeString:
    """Give a drawing as part of a page, mirrored for readers from right to left."""
    # What `inline` writes is escaped there.
    return mark_safe(inline(drawing.mirrored() if words.direction == "rtl" else drawing))


def as_csv(table: Table) -> str:
    """Give the table as CSV (RFC 4180), in UTF-8."""
    written = io.StringIO(newline="")
    rows: Iterable[tuple[str | int, ...]] = (table.names, *(line.values for line in table.lines))
    csv.writer(written).writerows(rows)
    return written.getvalue()

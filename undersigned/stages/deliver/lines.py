"""Opened records as text: CSV for spreadsheets, JSON lines for programs. Bytes in UTF-8, many rows at once."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

import msgspec

from undersigned.stages.deliver.open import Opened

__all__ = ["CSV_COLUMNS", "FORMS", "Form", "csv_rows", "json_rows", "safe_cell"]

# What opens the commitment and the signer's link (`secret`) is not for spreadsheets; JSON lines have it.
CSV_COLUMNS = (
    "campaign", "record", "state", "name", "email", "country", "comment", "language",
    "day", "signed", "text", "consent", "updates", "channel",
)  # fmt: skip
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_FORMULAS = frozenset(_FORMULA)
_BOM = "\ufeff"
_encode = msgspec.json.Encoder().encode


def json_rows(opened: Iterable[Opened]) -> bytes:
    """Give one line of JSON each, every field as it was signed, with `record` (hex) and `state` in front."""
    return b"".join(
        b'{"record":"%b","state":"%b",%b\n' % (row.record.hex().encode(), row.state.encode(), _encode(row.person)[1:])
        for row in opened
    )


def safe_cell(value: str) -> str:
    """Give a cell that no spreadsheet takes for a formula: an apostrophe goes before a leading = + - @,
    tab or line end, and before their full-width forms. Everything else stays as it is.
    """
    return "'" + value if value.startswith(_FORMULA) else value


def _cells(row: Opened) -> tuple[str, ...] | list[str]:
    person = row.person
    cells = (
        person.campaign, row.record.hex(), row.state, person.name, person.email, person.country, person.comment,
        person.language, person.day, _time(person.signed), person.text, person.consent,
        "yes" if person.updates else "no", person.channel,
    )  # fmt: skip
    return cells if _FORMULAS.isdisjoint([cell[:1] for cell in cells]) else [safe_cell(cell) for cell in cells]


def _time(seconds: int) -> str:
    minute, second = divmod(seconds, 60)
    return f"{_minute(minute)}:{second:02}Z"


@lru_cache(maxsize=1024)
def _minute(minutes: int) -> str:
    return datetime.fromtimestamp(minutes * 60, UTC).strftime("%Y-%m-%dT%H:%M")


def csv_rows(opened: Iterable[Opened]) -> bytes:
    """Give rows of a CSV (RFC 4180) that spreadsheets read; the file begins with `FORMS["csv"].head`.

    Cells pass `safe_cell`, so a name can differ from the one signed by an apostrophe in front; JSON
    lines are the form that changes nothing.
    """
    return _written(map(_cells, opened))


def _written(rows: Iterable[Iterable[str]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerows(rows)
    return buffer.getvalue().encode()


class Form(NamedTuple):
    """How opened records are written: what the file begins with, and what makes rows."""

    head: bytes
    rows: Callable[[Iterable[Opened]], bytes]


#: A CSV begins with a byte order mark, by which spreadsheets know UTF-8, and a header.
FORMS: Mapping[str, Form] = {
    "csv": Form(_BOM.encode() + _written([CSV_COLUMNS]), csv_rows),
    "jsonl": Form(b"", json_rows),
}

"""Figures as a table: CSV in and out, its CSVW metadata, and an optional second header row of HXL tags.

CSV follows RFC 4180 (UTF-8, CRLF); metadata follows the W3C's CSV on the Web (2015); tags follow HXL 1.1.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from undersigned.core.figures import Checkpoint, Figure, faults
from undersigned.core.sheet import Fault, nearest
from undersigned.core.texts import utf8

__all__ = ["COLUMNS", "read", "write", "write_metadata"]

MOST_ROWS = 5_000

#: Column -> (HXL tag, CSVW datatype).
COLUMNS: Mapping[str, tuple[str, str]] = {
    "id": ("#meta+id", "string"), "label": ("#indicator+name", "string"), "measure": ("#indicator+code", "string"),
    "qualifier": ("#meta+qualifier", "string"), "value": ("#indicator+value+num", "decimal"),
    "least": ("#indicator+value+min+num", "decimal"), "most": ("#indicator+value+max+num", "decimal"),
    "unit": ("#indicator+unit", "string"), "population": ("#population+name", "string"),
    "status": ("#status", "string"), "as_of": ("#date", "string"), "place": ("#loc", "string"),
    "organisation": ("#meta+source+org", "string"), "title": ("#meta+source+title", "string"),
    "address": ("#meta+source+url", "anyURI"), "published": ("#date+published", "string"),
    "page": ("#meta+source+page", "string"), "retrieved": ("#date+retrieved", "string"),
    "archived": ("#meta+sha256", "string"), "method": ("#description+method", "string"),
    "caveat": ("#description+caveat", "string"), "attribution": ("#description+attribution", "string"),
    "attribution_required": ("#meta+attribution+required", "boolean"), "checked_by": ("#meta+checked", "string"),
    "supersedes": ("#meta+supersedes", "string"), "log": ("#meta+log", "string"), "size": ("#meta+log+size", "integer"),
    "root": ("#meta+log+root", "string"),
}  # fmt: skip
_REQUIRED = ("id", "measure", "qualifier", "as_of")
_SOURCE = ("organisation", "title", "address", "published", "page")
_NUMBERS = ("value", "least", "most")
_OWN = ("log", "size", "root")
_WORDS = ("1", "true", "yes")


class _Lines(list[str]):
    """What the csv module writes to."""

    write = list.append


def write(figures: Sequence[Figure], hxl: bool = False) -> bytes:
    """Give the figures as CSV, a header row first, with `hxl` a row of tags below it."""
    lines = _Lines()
    writer = csv.writer(lines, lineterminator="\r\n")
    writer.writerow(COLUMNS)
    if hxl:
        writer.writerow(tag for tag, _ in COLUMNS.values())
    writer.writerows([_guarded(_row(one)[column]) for column in COLUMNS] for one in figures)
    return "".join(lines).encode()


def write_metadata(file: str, title: str, hxl: bool = False) -> bytes:
    """Give the CSVW metadata of a table that `write` has made under that file name."""
    columns = [
        {
            "name": name, "titles": name, "datatype": datatype, "null": "",
            **({"required": True} if name in _REQUIRED else {}), "dc:subject": tag,
        }
        for name, (tag, datatype) in COLUMNS.items()
    ]  # fmt: skip
    facts = {
        "@context": ["http://www.w3.org/ns/csvw", {"@language": "en"}],
        "url": file,
        "dc:title": title,
        "dialect": {"header": True, "headerRowCount": 1, "encoding": "utf-8", "delimiter": ",", "skipRows": 0},
        "tableSchema": {"columns": columns, "primaryKey": "id"},
    }
    if hxl:  # the tags are the header that counts, the names above them are skipped
        facts["dialect"] = {**facts["dialect"], "headerRowCount": 2}  # type: ignore[dict-item]
    return msgspec.json.format(msgspec.json.encode(facts), indent=1) + b"\n"


def read(file: str, data: bytes) -> tuple[Figure, ...] | tuple[Fault, ...]:
    """Read figures from CSV with a header row, with or without a row of HXL tags; or give every mistake in it."""
    source = utf8(file, data)
    if isinstance(source, Fault):
        return (source,)
    rows = list(csv.reader(source.split("\n"), strict=False))
    if not rows or not rows[0]:
        return (Fault(file, 1, "The table is empty.", f"Begin it with a row of names: {', '.join(_REQUIRED)} …"),)
    header = [name.strip().lower() for name in rows[0]]
    found = [
        Fault(file, 1, f"“{name}” is no column of figures.", nearest(name, tuple(COLUMNS)) or "Take the column out.")
        for name in header
        if name not in COLUMNS
    ]
    found += [Fault(file, 1, f"The column “{name}” is missing.", "Add it.") for name in _REQUIRED if name not in header]
    if len(rows) > MOST_ROWS:
        found.append(Fault(file, MOST_ROWS, f"The table has {len(rows)} rows.", f"Use at most {MOST_ROWS}."))
    return tuple(found) if found else _figures(file, header, rows[1:])


def _figures(file: str, header: Sequence[str], rows: Sequence[Sequence[str]]) -> tuple[Figure, ...] | tuple[Fault, ...]:
    figures: list[Figure] = []
    found: list[Fault] = []
    seen: set[str] = set()
    for line, row in enumerate(rows, start=2):
        if not any(cell.strip() for cell in row) or row[0].startswith("#"):
            continue
        made = _figure(file, line, dict(zip(header, (cell.strip() for cell in row), strict=False)))
        if isinstance(made, Fault):
            found.append(made)
            continue
        found += [Fault(file, line, f"{field}: {what}", remedy) for field, what, remedy in faults(made)]
        if made.id in seen:
            found.append(Fault(file, line, f"“{made.id}” stands twice.", "Give each figure its own id."))
        seen.add(made.id)
        figures.append(made)
    return tuple(found) if found else tuple(figures)


def _figure(file: str, line: int, cells: Mapping[str, str]) -> Figure | Fault:
    values: dict[str, Any] = {
        key: _unguarded(value) for key, value in cells.items() if key not in (*_SOURCE, *_NUMBERS, *_OWN) and value
    }
    try:
        values |= {key: Decimal(cells[key]) for key in _NUMBERS if cells.get(key)}
    except InvalidOperation:
        what = "The number cannot be read."
        return Fault(file, line, what, "Write it with digits and a point, without signs between: 1234567.5")
    values["attribution_required"] = cells.get("attribution_required", "").lower() in _WORDS
    values["source"] = {key: _unguarded(cells.get(key, "")) for key in _SOURCE}
    if cells.get("log") and cells.get("size", "").isdecimal():
        values["checkpoint"] = Checkpoint(cells["log"], int(cells["size"]), cells.get("root", ""))
    try:
        return msgspec.convert(values, Figure)
    except msgspec.ValidationError as error:
        return Fault(file, line, f"The row is no figure: {error}.", "Compare it with docs/statements.md.")


def _row(figure: Figure) -> dict[str, object]:
    own = figure.checkpoint
    facts = {name: getattr(figure, name) for name in figure.__struct_fields__ if name not in ("source", "checkpoint")}
    facts |= {key: getattr(figure.source, key) for key in _SOURCE}
    facts |= {"log": own.campaign, "size": own.size, "root": own.root} if own else dict.fromkeys(_OWN, "")
    facts["attribution_required"] = "true" if figure.attribution_required else "false"
    return {key: format(value, "f") if isinstance(value, Decimal) else "" if value is None else value
            for key, value in facts.items()}  # fmt: skip


def _guarded(cell: object) -> object:
    """Keep a spreadsheet from taking somebody's words for a formula (OWASP, CSV injection)."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t")) else cell


def _unguarded(cell: str) -> str:
    return cell[1:] if cell.startswith("'") and cell[1:2] in ("=", "+", "-", "@", "\t") else cell

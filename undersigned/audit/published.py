"""What is published beside a log, read as claims: at so many lines the log says this and that."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from undersigned.audit.fetch import Source
from undersigned.core.strict import Malformed, decimal, from_base64

__all__ = ["LARGEST", "Claim", "read_claims"]

LARGEST = 8 << 20  # bytes of a published file; facts with all texts in many languages stay far below

DAY_COLUMNS = ("day", "collected", "withdrawn", "struck_out", "reinstated", "standing")
COUNTRY_COLUMNS = ("code", "kind", "name", "signatures")


class Claim(msgspec.Struct, frozen=True):
    """What one file says. What it does not speak of is None.

    `days` holds the cells of `days.csv` as (day, collected, withdrawn, struck out, reinstated, standing).
    `broken` says why the file cannot be believed at all.
    """

    file: str
    size: int | None = None
    root: bytes | None = None
    as_of: str | None = None
    numbers: Mapping[str, int] = {}  # any of standing, collected, withdrawn, struck
    countries: Mapping[str, int] | None = None
    days: tuple[tuple[str, int, int, int, int, int], ...] | None = None
    texts: Mapping[str, str] | None = None
    milestones: tuple[tuple[int, int], ...] = ()  # (number, tree size at which so many stood)
    broken: str = ""

    @property
    def sizes(self) -> set[int]:
        """The tree sizes that the file speaks of."""
        return {size for _, size in self.milestones} | (set() if self.size is None else {self.size})


def read_claims(site: Source, campaign: str) -> list[Claim]:
    """Read every file published of a campaign that is there.

    Raises:
        fetch.Unreadable: a file is too large or the place cannot be reached.
    """
    readers: dict[str, Callable[[str, bytes], Claim]] = {
        f"c/{campaign}/count.json": _count,
        f"c/{campaign}.json": _facts,
        f"c/{campaign}/countries.csv": _countries,
        f"c/{campaign}/countries.csv-metadata.json": _metadata,
        f"c/{campaign}/days.csv": _days,
        f"c/{campaign}/days.csv-metadata.json": _metadata,
    }
    claims = []
    for path, reader in readers.items():
        data = site.get(path, LARGEST)
        if data is not None:
            claims.append(_claim(path, data, reader))
    return _dated(claims)


def _claim(path: str, data: bytes, reader: Callable[[str, bytes], Claim]) -> Claim:
    name = path.removeprefix("c/")
    try:
        return reader(name, data)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):  # Malformed is a ValueError
        return Claim(name, broken="it cannot be read in the form it should have")


def _dated(claims: list[Claim]) -> list[Claim]:
    """Give the tables the size and root that the metadata beside them name."""
    beside = {claim.file.removesuffix("-metadata.json"): claim for claim in claims}
    dated = []
    for claim in claims:
        source = beside.get(claim.file)
        if claim.size is None and source is not None and source is not claim:
            claim = msgspec.structs.replace(claim, size=source.size, root=source.root, as_of=source.as_of)
        dated.append(claim)
    return dated


def _json(data: bytes) -> dict[str, Any]:
    value = json.loads(data.decode("utf-8"), object_pairs_hook=_unique, parse_constant=_no_constant)
    if not isinstance(value, dict):
        raise Malformed("not an object")
    return value


def _unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise Malformed("a key stands twice")
    return dict(pairs)


def _no_constant(name: str) -> Any:
    raise Malformed(f"{name} is no JSON")


def _number(value: Any) -> int:
    if type(value) is not int or value < 0:
        raise Malformed("not a count")
    return value


def _instant(value: Any) -> str:
    if not isinstance(value, str) or not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", value, re.ASCII):
        raise Malformed("not a time in UTC")
    return value


def _root(text: Any) -> bytes:
    root = from_base64(text)
    if len(root) != 32:
        raise Malformed("not a root")
    return root


def _count(file: str, data: bytes) -> Claim:
    facts = _json(data)
    return _head(file, facts, {"standing": _number(facts["count"]), "collected": _number(facts["collected"])})


def _head(file: str, facts: dict[str, Any], numbers: dict[str, int]) -> Claim:
    head = facts["checkpoint"]
    return Claim(file, _number(head["size"]), _root(head["root"]), _instant(facts["as_of"]), numbers)


def _facts(file: str, data: bytes) -> Claim:
    facts = _json(data)
    numbers = {"standing": "count", "collected": "collected", "withdrawn": "withdrawn", "struck": "struck_out"}
    claim = _head(file, facts, {name: _number(facts[key]) for name, key in numbers.items()})
    released = {str(code): _number(n) for code, n in facts["countries"]["released"].items() if n}
    texts = {str(language): str(text["hash"]) for language, text in facts["texts"].items()}
    reached = tuple((_number(m["number"]), _number(m["tree_size"])) for m in facts["milestones"]["reached"])
    return msgspec.structs.replace(claim, countries=released, texts=texts, milestones=reached)


def _metadata(file: str, data: bytes) -> Claim:
    facts = _json(data)
    found = re.fullmatch(r"public log at tree size (\d+), root (\S+)", facts["dc:source"], re.ASCII)
    if not found:
        raise Malformed("no source")
    return Claim(file, decimal(found[1]), _root(found[2]), _instant(facts["dc:modified"]))


def _rows(data: bytes, columns: tuple[str, ...]) -> list[list[str]]:
    """Read a table (RFC 4180) and insist that it is written in the one canonical way."""
    rows = list(csv.reader(io.StringIO(data.decode("utf-8"), newline=""), strict=True))
    written = io.StringIO()
    csv.writer(written, lineterminator="\r\n").writerows(rows)
    if written.getvalue().encode() != data or not rows or tuple(rows[0]) != columns:
        raise Malformed("not the table it should be")
    if any(len(row) != len(columns) for row in rows):
        raise Malformed("a row has another width")
    return rows[1:]


def _kind(code: str) -> str:
    """Give what `countries.csv` must call a code."""
    if code == "ZZ":
        return "not stated"
    return "region" if code.isdigit() else "country or territory"


def _countries(file: str, data: bytes) -> Claim:
    rows = _rows(data, COUNTRY_COLUMNS)
    found = {code: decimal(signatures) for code, _, _, signatures in rows}
    if len(found) != len(rows) or any(_kind(code) != kind for code, kind, _, _ in rows):
        raise Malformed("a code stands twice or under another kind")
    return Claim(file, countries=found)


def _days(file: str, data: bytes) -> Claim:
    rows = _rows(data, DAY_COLUMNS)
    return Claim(file, days=tuple((row[0], *map(decimal, row[1:])) for row in rows))  # type: ignore[misc]

"""A statement's files as a release writes them (docs/statements.md): pure, from values to text."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from undersigned.core.sheet import quoted
from undersigned.office.campaigns.segments import Segment

__all__ = ["TABLES", "facts_file", "record_file", "text_file"]

#: Table of a text -> the kind of segment whose words stand in it.
TABLES = {
    "quotes": "quote", "roles": "role", "organisations": "organisation", "translators": "translator",
    "labels": "label", "units": "unit", "populations": "population", "methods": "method", "caveats": "caveat",
    "attributions": "attribution", "demands": "demand",
    "captions": "caption", "alts": "alt", "credits": "credit", "warnings": "warning",
}  # fmt: skip
_HEAD = ("headline", "summary", "dateline", "contact")


def facts_file(facts: Mapping[str, Any]) -> str:
    """Give `facts.toml`; `facts` hold the keys of that file, tables as lists of mappings."""
    lines = [f"{key} = {_value(value)}" for key, value in facts.items() if not _is_table(value)]
    for key in ("figure", "quote", "photo", "claim"):
        for one in facts.get(key, ()):
            lines += ["", f"[[{key}]]", *_entries(one)]
    return "\n".join(lines) + "\n"


def text_file(segments: Sequence[Segment]) -> str:
    """Give the Markdown file of one language."""
    lines = ["+++", *(f"{key} = {_value(_line(segments, key))}" for key in _HEAD)]
    for table, kind in TABLES.items():
        rows = [(one["key"].partition(".")[2], _one_line(one["words"])) for one in segments if _kind(one) == kind]
        if any(words for _, words in rows):
            lines += ["", f"[{table}]", *(f"{_value(key)} = {_value(words)}" for key, words in rows if words)]
    body = "\n\n".join(one["words"] for one in segments if _kind(one) == "body")
    notes = "\n\n".join(one["words"] for one in segments if _kind(one) == "note" and one["words"])
    return "\n".join([*lines, "+++", "", body, "", *(["+++", "", notes, ""] if notes else [])])


def record_file(
    facts: Mapping[str, Any],
    versions: Iterable[tuple[int, datetime]],
    corrections: Iterable[Mapping[str, Any]],
    since: Iterable[Mapping[str, Any]],
) -> str:
    """Give `record.toml`. `facts` hold campaign, statement, embargo (a time), zones, removed (files), withdrawn."""
    lines = [
        "# Written by the desk. What is changed here by hand is overwritten.",
        *(f"{key} = {_value(facts[key])}" for key in ("campaign", "statement", "embargo", "zones", "removed")),
    ]
    for number, released in versions:
        lines += ["", "[[version]]", f"number = {number}", f"released = {_value(released)}"]
    for one in corrections:
        lines += ["", "[[correction]]", *_entries(one)]
    for one in since:
        lines += ["", "[[since]]", *_entries(one)]
    if facts.get("withdrawn"):
        lines += ["", "[withdrawn]", *_entries(facts["withdrawn"])]
    return "\n".join(lines) + "\n"


def _kind(segment: Segment) -> str:
    return segment["key"].partition(".")[0]


def _line(segments: Sequence[Segment], key: str) -> str:
    return next((_one_line(one["words"]) for one in segments if one["key"] == key), "")


def _one_line(words: str) -> str:
    return " ".join(words.split())


def _is_table(value: Any) -> bool:
    return isinstance(value, list) and bool(value) and isinstance(value[0], Mapping)


def _entries(values: Mapping[str, Any]) -> list[str]:
    return [f"{key} = {_value(value)}" for key, value in values.items() if value not in ("", None, [])]


def _value(value: Any) -> str:
    """Write a TOML value."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if isinstance(value, bool | int):
        return str(value).lower()
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return quoted(str(value))

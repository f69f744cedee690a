"""A TOML file that a person wrote, read so that every mistake is found at once, each with its line."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from difflib import get_close_matches
from typing import Any

import msgspec

__all__ = ["Fault", "Part", "Sheet", "nearest", "quoted"]


class Fault(msgspec.Struct, frozen=True):
    """One mistake in one file: where it is, what it is, and what to do about it."""

    file: str
    line: int  # from 1; 0 where the file itself is missing
    what: str
    remedy: str


class Sheet:
    """One file and the mistakes found in it so far.

    `offset` is the number of lines before `source` in the file. A file that is no TOML has one mistake
    and no values; `broken` says so, that nobody complains of what is missing in it.
    """

    def __init__(self, file: str, source: str, offset: int = 0) -> None:
        self.file = file
        self.faults: list[Fault] = []
        self.broken = False
        self._offset = offset
        self._lines = _lines(source)
        self.top = Part(self, self._parse(source))

    def _parse(self, source: str) -> Mapping[str, Any]:
        try:
            return tomllib.loads(source)
        except tomllib.TOMLDecodeError as error:
            found = re.search(r"\(at line (\d+), column \d+\)|\(at end of document\)", str(error))
            line = int(found[1]) if found and found[1] else source.count("\n") + 1
            what = re.sub(r" \(at .*\)$", "", str(error))
            self.broken = True
            self.fault(line, f"This is not TOML: {what}.", "Look at this line and the one before it.")
            return {}

    def line(self, table: str, number: int, key: str) -> int:
        """Give the line of a key (or of the table it names); else that of its own table; 1 at the least."""
        places = [(table, number, key), (table, number, "")]
        if not table and key:
            places.insert(1, (key, 0, ""))
        return next((self._lines[place] for place in places if place in self._lines), 1)

    def fault(self, line: int, what: str, remedy: str) -> None:
        """Note a mistake; `line` counts from 1 in the TOML itself."""
        self.faults.append(Fault(self.file, line + self._offset, what, remedy))


class Part:
    """One table of a sheet. Every reader gives a harmless value where it has found a mistake."""

    def __init__(self, sheet: Sheet, values: Mapping[str, Any], table: str = "", number: int = 0) -> None:
        self.values = values
        self._sheet = sheet
        self._table = table
        self._number = number

    def fault(self, key: str, what: str, remedy: str) -> None:
        """Note a mistake at that key, or at the table's head for a key that is not there."""
        if not self._sheet.broken:
            self._sheet.fault(self._sheet.line(self._table, self._number, key), what, remedy)

    def only(self, known: Sequence[str]) -> None:
        """Complain of every key that is not known, and name the nearest one that is."""
        for key in self.values:
            if key not in known:
                remedy = nearest(key, known) or f"Known here are: {', '.join(known)}."
                self.fault(key, f"“{key}” is not known here.", remedy)

    def text(self, key: str, most: int = 200) -> str:
        """Read a required line of at most `most` characters."""
        value = self._required(key, f'{key} = "…"')
        if value is None:
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fault(key, f"“{key}” has no words in it.", f'Write it in quotes: {key} = "…"')
            return ""
        if len(value) > most:
            self.fault(key, f"“{key}” has {len(value)} characters.", f"Use at most {most}.")
        if any(ord(sign) < 32 or ord(sign) == 127 for sign in value.strip()):
            self.fault(key, f"“{key}” has a line break or control character in it.", "Write it on one line.")
        return value.strip()

    def flag(self, key: str, default: bool | None = None) -> bool:
        """Read true or false; required where there is no default."""
        value = self._required(key, f"{key} = true") if default is None else self.values.get(key, default)
        if value is not None and not isinstance(value, bool):
            self.fault(key, f"“{key}” is neither true nor false.", f"Write {key} = true, without quotes.")
            return False
        return bool(value)

    def number(self, key: str, default: int, least: int) -> int:
        """Read a whole number of at least `least`."""
        value = self.values.get(key, default)
        if type(value) is not int:
            self.fault(key, f"“{key}” is not a whole number.", f"Write {key} = {default}, without quotes.")
            return default
        if value < least:
            self.fault(key, f"“{key}” is {value}.", f"Use {least} or more.")
        return value

    def numbers(self, key: str) -> tuple[int, ...]:
        """Read an optional list of whole numbers."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(type(item) is int for item in value):
            self.fault(key, f"“{key}” is not a list of whole numbers.", f"Write {key} = [100, 1000].")
            return ()
        return tuple(value)

    def words(self, key: str, *, required: bool) -> tuple[str, ...]:
        """Read a list of words, each at most once; not empty where it is required."""
        value = self._required(key, f'{key} = ["…"]') if required else self.values.get(key, [])
        if value is None:
            return ()
        if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
            self.fault(key, f"“{key}” is not a list of words.", f'Write {key} = ["…", "…"].')
            return ()
        if required and not value:
            self.fault(key, f"“{key}” is empty.", f'Write at least one: {key} = ["…"].')
        for item in sorted({item for item in value if value.count(item) > 1}):
            self.fault(key, f"“{item}” stands twice in “{key}”.", "Keep one of the two.")
        return tuple(value)

    def moment(self, key: str) -> int:
        """Read a time with its zone; seconds since 1970."""
        value = self._required(key, f"{key} = 2026-11-01T09:00:00Z")
        if value is None:
            return 0
        if not isinstance(value, datetime) or value.tzinfo is None:
            remedy = f"Write it like {key} = 2026-11-01T09:00:00Z or …+03:00, without quotes."
            self.fault(key, f"“{key}” is not a day and a time with its zone.", remedy)
            return 0
        return int(value.timestamp())

    def day(self, key: str) -> str:
        """Read an optional day, as YYYY-MM-DD; "" where it is not there."""
        value = self.values.get(key)
        if value is None:
            return ""
        if not isinstance(value, date) or isinstance(value, datetime):
            self.fault(key, f"“{key}” is not a day.", f"Write it like {key} = 2026-11-01, without quotes.")
            return ""
        return value.isoformat()

    def part(self, key: str) -> Part:
        """Open the table `[key]`; an empty one where it is not there."""
        value = self.values.get(key, {})
        if not isinstance(value, dict):
            self.fault(key, f"“{key}” is not a table.", f"Write a line [{key}] and its entries below it.")
            value = {}
        return Part(self._sheet, value, key)

    def parts(self, key: str) -> list[Part]:
        """Open every `[[key]]`."""
        value = self.values.get(key, [])
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault(key, f"“{key}” is not a list of tables.", f"Write a line [[{key}]] before each of them.")
            return []
        return [Part(self._sheet, item, key, number) for number, item in enumerate(value)]

    def _required(self, key: str, example: str) -> Any:
        if key not in self.values:
            self.fault("", f"“{key}” is missing.", f"Add a line: {example}")
        return self.values.get(key)


def quoted(value: str) -> str:
    """Write a TOML basic string; JSON's escapes are TOML's too (TOML 1.0, String)."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def nearest(word: str, known: Sequence[str]) -> str:
    """Give the question that names the known word nearest to `word`, or ""."""
    close = get_close_matches(word.lower(), known, n=1, cutoff=0.6)
    return f"Did you mean “{close[0]}”?" if close else ""


_HEAD = re.compile(r"\s*(\[\[?)\s*[\"']?([\w-]+)")
_KEY = re.compile(r"\s*[\"']?([\w-]+)[\"']?\s*=")


def _lines(source: str) -> dict[tuple[str, int, str], int]:
    """Find the line of every key: (table, how many tables of that name came before, key) -> line."""
    found: dict[tuple[str, int, str], int] = {}
    seen: dict[str, int] = {}
    table, quoted = "", False
    for number, line in enumerate(source.split("\n"), start=1):
        if not quoted and (head := _HEAD.match(line)) and "=" not in line.partition("#")[0].partition("]")[2]:
            table = head[2]
            seen[table] = seen.get(table, -1) + 1
            found.setdefault((table, seen[table], ""), number)
        elif not quoted and (key := _KEY.match(line)):
            found.setdefault((table, seen.get(table, 0), key[1]), number)
        quoted ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return found

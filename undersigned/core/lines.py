"""The lines of a campaign's log: how each is written and how one is read.

A line is printable ASCII without a newline; its first field is its kind, fields are parted by one space.

| kind | fields | meaning |
|---|---|---|
| `g` | JSON | index 0 only: what holds for the whole log |
| `d` | `YYYY-MM-DD` | the UTC day begins |
| `s` | commitment | one confirmed signature: 43 characters of base64url |
| `w` | index, code | taken back by the signer |
| `x` | index, code | struck out by the organiser |
| `r` | index | an `x` undone |
| `t` | geo, channel, n | n more (or fewer) of the standing signatures come from there |
| `v` `c` `a` `n` | JSON | new text version, claim, audit, notice |

`core.recount` folds them.
"""

from __future__ import annotations

import datetime
import json
import re
from binascii import b2a_base64
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

import msgspec

from undersigned.core.strict import Malformed

__all__ = [
    "DayBegins",
    "Document",
    "Line",
    "Malformed",
    "Reinstated",
    "Signature",
    "Struck",
    "TakenBack",
    "Tally",
    "are_signatures",
    "day",
    "document",
    "is_signature",
    "parse",
    "reinstatement",
    "signature",
    "signatures",
    "strike",
    "tally",
    "withdrawal",
]

_URL = bytes.maketrans(b"+/", b"-_")
_LONGEST = 65_535  # a bundle gives an entry's length 16 bits

# 43 characters hold 258 bits: the last of them carries four bits and must leave the other two empty.
_LAST = b"AEIMQUYcgkosw048"
_S = re.compile(rb"s ([A-Za-z0-9_-]{42}[" + _LAST + rb"])")
_DIGITS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"  # of base64url
_D = re.compile(rb"d ([0-9]{4}-[0-9]{2}-[0-9]{2})")
_INDEX = rb"(0|[1-9][0-9]{0,14})"
_CODE = rb"([a-z][a-z0-9-]{0,31})"
_W = re.compile(rb"w " + _INDEX + rb" " + _CODE)
_X = re.compile(rb"x " + _INDEX + rb" " + _CODE)
_R = re.compile(rb"r " + _INDEX)
_T = re.compile(rb"t ([A-Z]{2}|[0-9]{3}) ([epm]) (-?[1-9][0-9]{0,14})")
_JSON = re.compile(rb"[gvcan] (\{[\x20-\x7e]*\})")


class Signature(msgspec.Struct, frozen=True):
    """An `s` line. `commitment` as the line spells it, 43 characters."""

    commitment: str


class DayBegins(msgspec.Struct, frozen=True):
    """A `d` line."""

    day: str


class TakenBack(msgspec.Struct, frozen=True):
    """A `w` line: which `s` line, and why."""

    index: int
    code: str


class Struck(msgspec.Struct, frozen=True):
    """An `x` line: which `s` line, and why."""

    index: int
    code: str


class Reinstated(msgspec.Struct, frozen=True):
    """An `r` line: which `s` line."""

    index: int


class Tally(msgspec.Struct, frozen=True):
    """A `t` line. `geo` is a country or territory, a world region (three digits) or ZZ."""

    geo: str
    channel: str
    n: int


class Document(msgspec.Struct, frozen=True):
    """A `g`, `v`, `c`, `a` or `n` line with its JSON object."""

    kind: str
    facts: dict[str, Any]


Line: TypeAlias = Signature | DayBegins | TakenBack | Struck | Reinstated | Tally | Document


def parse(line: bytes) -> Line:
    """Read one line.

    Raises:
        Malformed: an unknown kind, or fields that are not spelled exactly as they must be.
    """
    reader = _READERS.get(line[:2])
    if reader is None:
        raise Malformed("a line of an unknown kind")
    if len(line) > _LONGEST:
        raise Malformed("a line is too long")
    return reader(line)


def is_signature(line: bytes) -> bool:
    """Say whether the line is a well-formed `s` line: the fast path of a recount."""
    return _S.fullmatch(line) is not None


def are_signatures(run: Sequence[bytes]) -> bool:
    """Say whether all lines (at least one) are well-formed `s` lines, all at once: the fast path of a long recount."""
    joined, length = b"".join(run), 45
    return (
        set(map(len, run)) == {length}
        and joined[::length] == b"s" * len(run)
        and joined[1::length] == b" " * len(run)
        and len(joined.translate(None, _DIGITS)) == len(run)  # the spaces; nothing else is left
        and not joined[length - 1 :: length].translate(None, _LAST)
    )


def _fields(form: re.Pattern[bytes], line: bytes) -> list[str]:
    match = form.fullmatch(line)
    if match is None:
        raise Malformed(f"a malformed {line[:1].decode()} line")
    return [field.decode("ascii") for field in match.groups()]


def _read_signature(line: bytes) -> Line:
    return Signature(*_fields(_S, line))


def _read_day(line: bytes) -> Line:
    (text,) = _fields(_D, line)
    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        raise Malformed("a day that is not in the calendar") from None
    return DayBegins(text)


def _read_withdrawal(line: bytes) -> Line:
    index, code = _fields(_W, line)
    return TakenBack(int(index), code)


def _read_strike(line: bytes) -> Line:
    index, code = _fields(_X, line)
    return Struck(int(index), code)


def _read_reinstatement(line: bytes) -> Line:
    (index,) = _fields(_R, line)
    return Reinstated(int(index))


def _read_tally(line: bytes) -> Line:
    geo, channel, number = _fields(_T, line)
    return Tally(geo, channel, int(number))


def _read_document(line: bytes) -> Line:
    (text,) = _fields(_JSON, line)
    try:
        facts = json.loads(text, object_pairs_hook=_object, parse_constant=_constant)
    except (ValueError, RecursionError):
        raise Malformed(f"the JSON of a {line[:1].decode()} line cannot be read") from None
    return Document(line[:1].decode(), facts)


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Malformed("a name stands twice in a JSON object")
    return found


def _constant(name: str) -> Any:
    raise Malformed("JSON knows no such number")


_READERS = {
    b"s ": _read_signature,
    b"d ": _read_day,
    b"w ": _read_withdrawal,
    b"x ": _read_strike,
    b"r ": _read_reinstatement,
    b"t ": _read_tally,
    **{kind + b" ": _read_document for kind in (b"g", b"v", b"c", b"a", b"n")},
}


def _written(text: str) -> bytes:
    line = text.encode("ascii")
    parse(line)  # a line that a recount would refuse is never written
    return line


def signature(committed: bytes) -> bytes:
    """Write an `s` line of a 32-byte commitment."""
    line = b"s " + b2a_base64(committed, newline=False).rstrip(b"=").translate(_URL)
    if not is_signature(line):
        raise Malformed("a commitment has 32 bytes")
    return line


def signatures(committed: Sequence[bytes]) -> list[bytes]:
    """Write the `s` lines of many 32-byte commitments, as `signature` does with each.

    Raises:
        Malformed: one of them has another length.
    """
    if not set(map(len, committed)) <= {32}:
        raise Malformed("a commitment has 32 bytes")
    # A zero byte behind each makes 33 bytes, which are 44 digits: the 43 of the commitment, and an A.
    digits = b2a_base64(b"\0".join((*committed, b"")), newline=False).translate(_URL)
    return [b"s " + digits[at : at + 43] for at in range(0, len(digits), 44)]


def day(text: str) -> bytes:
    """Write a `d` line; `text` is YYYY-MM-DD."""
    return _written(f"d {text}")


def withdrawal(index: int, code: str) -> bytes:
    """Write a `w` line for the `s` line at `index`."""
    return _written(f"w {index} {code}")


def strike(index: int, code: str) -> bytes:
    """Write an `x` line for the `s` line at `index`."""
    return _written(f"x {index} {code}")


def reinstatement(index: int) -> bytes:
    """Write an `r` line for the struck-out `s` line at `index`."""
    return _written(f"r {index}")


def tally(geo: str, channel: str, n: int) -> bytes:
    """Write a `t` line; `n` is not zero."""
    return _written(f"t {geo} {channel} {n}")


def document(kind: str, facts: Mapping[str, Any] | str) -> bytes:
    """Write a `g`, `v`, `c`, `a` or `n` line from an object, or from an object's JSON (then as it is).

    Raises:
        Malformed: not an object, or not printable ASCII.
    """
    if kind not in ("g", "v", "c", "a", "n"):
        raise Malformed("a line of an unknown kind")
    if not isinstance(facts, str):
        facts = json.dumps(facts, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)
    try:
        return _written(f"{kind} {facts}")
    except UnicodeEncodeError:
        raise Malformed("a line is ASCII") from None

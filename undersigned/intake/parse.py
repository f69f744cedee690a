"""From the bytes of a body to the fields of a form. Strict: what two readers could read in two ways is refused.

Forms: WHATWG URL, application/x-www-form-urlencoded, with valid UTF-8 only and every name once.
JSON: RFC 8259, one object with every name once, no NaN or infinity, no lone surrogate.

Each kind has a strict reader, which decides, and in front of it a quick one that reads what browsers and
common libraries send in a few calls of C. A quick reader gives what the strict one would give, or None.
"""

from __future__ import annotations

import json
import re
from binascii import a2b_qp
from typing import Any, Final, NoReturn
from urllib.parse import unquote_to_bytes

import msgspec

from undersigned.core import problems
from undersigned.core.problems import Problem

__all__ = ["Unread", "form_fields", "json_fields"]

MOST_FIELDS: Final = 64

#: A value in which `%` stands only before two hexadecimal digits, and nothing that quoted-printable would read.
_CLEAN = re.compile(rb"[^%=\r\n]*(?:%[0-9A-Fa-f]{2}[^%=\r\n]*)*")
_LOOKS_LIKE_FORM = re.compile(rb"\s*[A-Za-z_%+-]+=")

#: Fields that programs may send as true, false or null.
_FLAGS: dict[bool | None, str] = {True: "yes", False: "", None: ""}

#: A form as quoted-printable would write it, with \x1e between all names and values. Where that stands in the form
#: itself, or a line end, which quoted-printable reads, 0xff makes it unreadable.
_AS_PRINTABLE: Final = bytes.maketrans(b"%+&=\x1e\r\n", b"= \x1e\x1e\xff\xff\xff")

#: What stands between the names and values of a form, and everything else.
_SIGNS: Final = b"=&" * (MOST_FIELDS + 1)
_NO_SIGNS: Final = bytes(set(range(256)) - set(b"=&"))

_flat: Final = msgspec.json.Decoder(dict[str, str | bool | None]).decode


class Unread(Exception):
    """A body cannot be read. Carries the refusal, and nothing of the body."""

    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def form_fields(body: bytes) -> dict[str, str]:
    """Give the fields of a form.

    Raises:
        Unread: nothing was sent; or a name stands twice, or there are too many, or it is not UTF-8.
    """
    found = _quick_form(body)
    return found if found is not None else _strict_form(body)


def _quick_form(body: bytes) -> dict[str, str] | None:
    """Read a form of plain pairs `name=value` in one go, in any order of names; None where it is anything else.

    The signs left alone tell whether each pair has just one `=`. A right escape makes the text two bytes shorter,
    a wrong one by less, so one comparison of lengths finds every wrong one. The sign that stands for both, \\x1e,
    could come out of escapes: then there are more parts than signs.
    """
    signs = body.translate(None, _NO_SIGNS)
    try:
        raw = a2b_qp(body.translate(_AS_PRINTABLE))
        parts = raw.decode().split("\x1e")
    except UnicodeDecodeError:
        return None
    count = len(parts) // 2
    if (
        len(raw) + 2 * body.count(b"%") != len(body)
        or len(parts) != len(signs) + 1
        or len(parts) != 2 * count
        or not _SIGNS.startswith(signs)
        or count > MOST_FIELDS
    ):
        return None
    fields = {parts[at]: parts[at + 1] for at in range(0, 2 * count, 2)}
    return fields if len(fields) == count else None


def _strict_form(body: bytes) -> dict[str, str]:
    if not body:
        raise Unread(problems.BODY_EMPTY)
    if body.lstrip()[:1] == b"{" and b"=" not in body:
        raise Unread(problems.TYPE_UNSUPPORTED)
    pairs = body.replace(b"+", b" ").split(b"&")
    if len(pairs) > MOST_FIELDS:
        raise Unread(problems.BODY_MALFORMED)
    fields: dict[str, str] = {}
    try:
        for pair in filter(None, pairs):
            name, _, value = pair.partition(b"=")
            text = name.decode() if b"%" not in name else _unescaped(name)
            if text in fields:
                raise Unread(problems.BODY_MALFORMED)
            fields[text] = value.decode() if b"%" not in value else _unescaped(value)
    except UnicodeDecodeError:
        raise Unread(problems.BODY_MALFORMED) from None
    return fields


def _unescaped(raw: bytes) -> str:
    if _CLEAN.fullmatch(raw):  # one call in C instead of a loop in Python
        return a2b_qp(raw.replace(b"%", b"=")).decode()
    return unquote_to_bytes(raw).decode()


def json_fields(body: bytes) -> dict[str, str]:
    """Give the fields of a JSON object as a form would have sent them; those that are no text are left out.

    Raises:
        Unread: not one object of this kind, or not in UTF-8.
    """
    found = _quick_json(body)
    return found if found is not None else _strict_json(body)


def _quick_json(body: bytes) -> dict[str, str] | None:
    """Read a flat object of texts and flags without escapes; None where it is anything else.

    Without escapes every quotation mark begins or ends a text, so a name that stands twice, of which the
    decoder keeps one, shows in their number.
    """
    if b"\\" in body:
        return None
    try:
        found = _flat(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    flags = [name for name, value in found.items() if type(value) is not str]
    if body.count(b'"') != 2 * (2 * len(found) - len(flags)) or len(found) > MOST_FIELDS:
        return None
    for name in flags:
        found[name] = _FLAGS[found[name]]  # type: ignore[index]
    return found  # type: ignore[return-value]


def _strict_json(body: bytes) -> dict[str, str]:
    if not body.strip():
        raise Unread(problems.BODY_EMPTY)
    try:
        found = json.loads(
            body.decode(), object_pairs_hook=_once, parse_constant=_refuse, parse_float=_refuse, parse_int=_small
        )
        if isinstance(found, dict):
            return _texts(found)
    except (ValueError, RecursionError):  # UnicodeDecodeError and JSONDecodeError among them
        pass
    raise Unread(problems.TYPE_UNSUPPORTED if _LOOKS_LIKE_FORM.match(body) else problems.BODY_MALFORMED)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs) or len(pairs) > MOST_FIELDS:
        raise ValueError
    return found


def _refuse(_: str) -> NoReturn:
    """No field is a fraction, and NaN, Infinity and 1e999 are no JSON or no number."""
    raise ValueError


def _small(digits: str) -> int:
    if len(digits) > 15:
        raise ValueError
    return int(digits)


def _texts(found: dict[str, Any]) -> dict[str, str]:
    fields: dict[str, str] = {}
    for name, value in found.items():
        if isinstance(value, str):
            value.encode()  # raises for a lone surrogate
            fields[name] = value
        elif value is None or isinstance(value, bool):
            fields[name] = _FLAGS[value]
    return fields

"""Rows as COPY takes them in binary, packed by ourselves: the client library looks at each value of a row by itself.

A row is the number of its columns in 16 bits, then each column behind its length in 32 bits, big-endian (PostgreSQL's
manual, COPY, Binary Format). The server refuses a value that is not as long as its type.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import islice
from struct import Struct

from undersigned.core.events import LinkAsked, Signed
from undersigned.core.outcomes import DESTROYED, Row

__all__ = ["entry", "letter", "line", "slot", "standing", "state", "stream", "unlogged"]

_BEGIN = b"PGCOPY\n\xff\r\n\x00" + bytes(8)  # no flags, no extension
_END = b"\xff\xff"
_NULL = b"\xff\xff\xff\xff"
_AT_ONCE = 1000  # rows sent in one piece

# Columns of known length, each behind it; `h` is the number of columns of the whole row.
_LENGTH = Struct(">i").pack
_ENTRY = Struct(">hiqiiiqi?").pack  # int8, int4, int8, bool
_STATE = Struct(">hiqiiiiiq").pack  # int8, int4, int4, int8
_LETTER = Struct(">hiqiiiq").pack  # int8, int4, int8
_SLOT = Struct(">hiqi").pack  # int8, bytea
_STANDING = Struct(">hiiiqi").pack  # int4, int8, uuid
_UNLOGGED = Struct(">hiiiq").pack  # int4, int8
_LINE = Struct(">hiiiqi").pack  # int4, int8, bytea


def stream(rows: Iterable[bytes]) -> Iterator[bytes]:
    """Give packed rows as the pieces of one COPY."""
    left = iter(rows)
    yield _BEGIN
    while part := b"".join(islice(left, _AT_ONCE)):
        yield part
    yield _END


@lru_cache(maxsize=4096)
def _words(*texts: str) -> bytes:
    """Give columns of words that many rows share; nothing of one person is ever kept here."""
    return b"".join(_column(text.encode()) for text in texts)


def _column(value: bytes) -> bytes:
    return _LENGTH(len(value)) + value


def entry(number: int, campaign: int, signed: Signed, row: Row | None) -> bytes:
    """Pack what never changes of a new row; nothing of it where it is destroyed in its own batch.

    id, campaign, signed, updates, record, lookup, tag, commitment, epoch, sealed, text, cohort, country, channel,
    consent, language, source.
    """
    erased = row is not None and row.state == "erased"
    sealed = b"" if row is not None and row.state in DESTROYED else signed.sealed
    record, lookup, epoch, text = signed.record, signed.lookup, signed.epoch, signed.text
    commitment, cohort = (b"", b"") if erased else (signed.commitment, signed.cohort)
    country, language, source = ("", "", "") if erased else (signed.country, signed.language, signed.source)
    length = _LENGTH
    return b"".join((
        _ENTRY(17, 8, number, 4, campaign, 8, signed.at, 1, signed.updates and not erased),
        length(len(record)), record, length(len(lookup)), lookup, _NULL if erased else _column(signed.tag),
        length(len(commitment)), commitment, length(len(epoch)), epoch, length(len(sealed)), sealed,
        length(len(text)), text, length(len(cohort)), cohort,
        _words(country, signed.channel, signed.consent, language, source),
    ))  # fmt: skip


def state(number: int, campaign: int, signed: Signed, row: Row | None) -> bytes:
    """Pack what changes of a new row: id, campaign, letters, lettered, state, review, code, appeal."""
    if row is None:
        return _STATE(8, 8, number, 4, campaign, 4, 1, 8, signed.at) + _words("waiting", signed.review, "", "")
    decided = _words(row.state, row.review, row.code, row.appeal)
    return _STATE(8, 8, number, 4, campaign, 4, row.letters, 8, row.lettered) + decided


def slot(number: int, data: bytes) -> bytes:
    """Pack a slot: id, slot."""
    return _SLOT(2, 8, number, len(data)) + data


def standing(campaign: int, number: int, tag: bytes) -> bytes:
    """Pack who stands: campaign, id, tag."""
    return _STANDING(3, 4, campaign, 8, number, len(tag)) + tag


def unlogged(campaign: int, number: int, kind: str) -> bytes:
    """Pack what waits for its line: campaign, id, kind."""
    return _UNLOGGED(3, 4, campaign, 8, number) + _words(kind)


def letter(of: int, campaign: int, kind: str, signed: Signed | LinkAsked) -> bytes:
    """Pack a letter that is to be sent: signature, campaign, hour, record, sealed, language, kind."""
    record, sealed = _column(signed.record), _column(signed.letter)
    return _LETTER(7, 8, of, 4, campaign, 8, signed.hour) + record + sealed + _words(signed.language, kind)


def line(campaign: int, leaf: int, text: bytes) -> bytes:
    """Pack a line of the log: campaign, leaf, line."""
    return _LINE(3, 4, campaign, 8, leaf, len(text)) + text

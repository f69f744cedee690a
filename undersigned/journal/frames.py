"""The bytes of a segment: the records of one group commit, framed and checksummed.

    b"USG1" | u32 count | count x (u32 length | bytes) | BLAKE2b-128 of everything before

Numbers are big-endian. A segment that was cut short, grew, or has one bit changed is refused whole.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from typing import Final

from undersigned.journal.needs import Broken

__all__ = ["MAGIC", "MOST_BYTES", "check", "pack", "unpack"]

MAGIC = b"USG1"
MOST_BYTES = 64 << 20  #: no segment is longer; far above anything the committer makes

_NUMBER: Final = struct.Struct(">I")
_HEAD: Final = len(MAGIC) + _NUMBER.size
_SUM: Final = 16


def pack(records: Sequence[bytes]) -> bytes:
    """Give the segment that holds these records in order.

    Raises:
        ValueError: there are none, or they are too much for one segment.
    """
    if not records:
        raise ValueError("a segment holds at least one record")
    parts = [MAGIC, _NUMBER.pack(len(records))]
    for record in records:
        parts += (_NUMBER.pack(len(record)), record)
    body = b"".join(parts)
    if len(body) + _SUM > MOST_BYTES:
        raise ValueError(f"a segment has at most {MOST_BYTES} bytes")
    return body + _sum(body)


def check(segment: bytes) -> None:
    """Refuse a segment whose bytes are not those that were packed.

    Raises:
        Broken: they are not.
    """
    body, checksum = segment[:-_SUM], segment[-_SUM:]
    if len(body) < _HEAD or not body.startswith(MAGIC) or _sum(body) != checksum:
        raise Broken("a segment of the journal fails its checksum; nothing behind it may be read")


def unpack(segment: bytes) -> list[bytes]:
    """Give the records of a segment.

    Raises:
        Broken: the segment is torn, changed, or not a segment.
    """
    check(segment)
    return records_of(segment)


def records_of(segment: bytes) -> list[bytes]:
    """Give the records of a segment whose bytes were checked already, as a reader does with all that it gives.

    Raises:
        Broken: it is not whole.
    """
    records, at, end = [], _HEAD, len(segment) - _SUM
    for _ in range(_NUMBER.unpack_from(segment, len(MAGIC))[0]):
        start = at + _NUMBER.size
        if start > end:
            raise Broken("a segment of the journal is shorter than its records")
        at = start + _NUMBER.unpack_from(segment, at)[0]
        if at > end:
            raise Broken("a segment of the journal is shorter than its records")
        records.append(segment[start:at])
    if at != end or not records:
        raise Broken("a segment of the journal is longer than its records")
    return records


def _sum(body: bytes) -> bytes:
    return hashlib.blake2b(body, digest_size=_SUM).digest()

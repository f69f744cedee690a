"""Finds row numbers by random names in memory: 8 bytes a row, and no index on random keys on disk.

A name of at least 6 random bytes is known by its first 48 bits: 16 of them choose one of 65,536 small sorted arrays,
the other 32 stand in it beside the 32-bit number of the row. What is found here is only *perhaps* right: two names
can share 48 bits (of 20 million, one search in 14 million meets such a pair), and the caller settles it on the
whole name in the row itself. What is not found here is certainly not there.

Owned by the one process that writes the ledger; made anew from the ledger at each start.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from struct import Struct

__all__ = ["MOST_ROWS", "Prefixes"]

MOST_ROWS = (1 << 32) - 1  #: the largest number of a row

_HEAD = Struct(">HI").unpack_from
_BUCKETS = 1 << 16


class Prefixes:
    """Names, and the numbers of the rows that hold them. Several rows may hold one name."""

    def __init__(self) -> None:
        """Start empty."""
        self._buckets: list[array[int] | None] = [None] * _BUCKETS
        self._size = 0

    def __len__(self) -> int:
        """Give how many (name, row) there are."""
        return self._size

    def append(self, rows: Iterable[tuple[bytes, int]]) -> None:
        """Take many at once, before anything else; nothing is found until `sort`."""
        buckets = self._buckets
        for name, number in rows:
            place, rest = _HEAD(name)
            bucket = buckets[place]
            if bucket is None:
                buckets[place] = array("Q", (rest << 32 | number,))
            else:
                bucket.append(rest << 32 | number)

    def sort(self) -> None:
        """Make findable what was appended."""
        self._size = 0
        for place, bucket in enumerate(self._buckets):
            if bucket is not None:
                self._buckets[place] = array("Q", sorted(bucket))
                self._size += len(bucket)

    def add(self, name: bytes, number: int) -> None:
        """Remember that the row of this number holds this name."""
        place, rest = _HEAD(name)
        key = rest << 32 | number
        bucket = self._buckets[place]
        if bucket is None:
            self._buckets[place] = array("Q", (key,))
        else:
            bucket.insert(bisect_left(bucket, key), key)
        self._size += 1

    def remove(self, name: bytes, number: int) -> None:
        """Forget it; nothing happens where it was not there."""
        place, rest = _HEAD(name)
        key = rest << 32 | number
        bucket = self._buckets[place]
        if bucket is not None:
            at = bisect_left(bucket, key)
            if at < len(bucket) and bucket[at] == key:
                del bucket[at]
                self._size -= 1

    def find(self, name: bytes) -> Sequence[int]:
        """Give the numbers of the rows that perhaps hold this name, rising; almost always none or one."""
        place, rest = _HEAD(name)
        bucket = self._buckets[place]
        if bucket is None:
            return ()
        at = bisect_left(bucket, rest << 32)
        end = at
        while end < len(bucket) and bucket[end] >> 32 == rest:
            end += 1
        return [key & MOST_ROWS for key in bucket[at:end]] if end > at else ()

    def find_all(self, names: Iterable[bytes]) -> set[int]:
        """Give the numbers of the rows that perhaps hold one of these names."""
        buckets, found = self._buckets, set[int]()
        for name in names:
            place, rest = _HEAD(name)
            bucket = buckets[place]
            if bucket is None:
                continue
            at = bisect_left(bucket, rest << 32)
            while at < len(bucket) and bucket[at] >> 32 == rest:
                found.add(bucket[at] & MOST_ROWS)
                at += 1
        return found

    def shared(self) -> Iterator[list[int]]:
        """Give the numbers of the rows of every prefix that more than one row holds."""
        for bucket in self._buckets:
            if bucket is None or len(bucket) < 2:
                continue
            start = 0
            for at in range(1, len(bucket) + 1):
                if at == len(bucket) or bucket[at] >> 32 != bucket[start] >> 32:
                    if at - start > 1:
                        yield [key & MOST_ROWS for key in bucket[start:at]]
                    start = at

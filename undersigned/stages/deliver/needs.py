"""What the delivery requires of the world: reading the sealed records, on a copy, offline."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias

from undersigned.core.status import State

__all__ = ["Records", "SealedRecord"]

# (record: 16 bytes, sealed, slot: 48 bytes, None or zero bytes where erased, epoch: 16 bytes, state)
SealedRecord: TypeAlias = tuple[bytes, bytes, bytes | None, bytes, State]


class Records(Protocol):
    """The sealed records of an installation, by campaign. Each has a place, a number from 0 on."""

    def campaigns(self) -> Sequence[str]:
        """Give every campaign that has records, sorted."""
        ...

    def end(self) -> int:
        """Give a number above every place there is now; of many places most should be taken."""
        ...

    def epochs(self, campaign: str, names: Collection[bytes] | None = None) -> Iterable[tuple[bytes, bytes]]:
        """Give (name: 16 bytes, age file) of every epoch key, or of those with these names, up to a thousand."""
        ...

    def records(self, campaign: str, first: int = 0, end: int | None = None) -> Iterator[SealedRecord]:
        """Give every record in the order of places, or those from place `first` up to before `end`; one at a time,
        there can be millions.
        """
        ...

    def close(self) -> None:
        """Release everything. Whatever is read afterwards opens it again, in any process."""
        ...

"""What the delivery requires of the world: reading the sealed records, on a copy, offline."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Protocol, TypeAlias

from undersigned.core.status import State

__all__ = ["Records", "SealedRecord"]

# (record: 16 bytes, sealed, slot: 48 bytes, None or zero bytes where erased, epoch: 16 bytes, state)
SealedRecord: TypeAlias = tuple[bytes, bytes, bytes | None, bytes, State]


class Records(Protocol):
    """The sealed records of an installation, by campaign."""

    def campaigns(self) -> Sequence[str]:
        """Give every campaign that has records, sorted."""
        ...

    def epochs(self, campaign: str) -> Iterable[tuple[bytes, bytes]]:
        """Give (name: 16 bytes, age file) of every epoch key."""
        ...

    def records(self, campaign: str) -> Iterator[SealedRecord]:
        """Give every record, in an order that stays the same; one at a time, there can be millions."""
        ...

"""What publishing requires of the world."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from undersigned.core.campaign import Card
from undersigned.core.counts import Counts

__all__ = ["CardShelf", "CountsShelf", "Folder"]


class CountsShelf(Protocol):
    """Where the tally keeps its counts."""

    def counts(self, campaign: str) -> Counts | None:
        """Give the counts of that campaign at its last checkpoint."""
        ...


class CardShelf(Protocol):
    """The released cards."""

    def all(self) -> Sequence[Card]:
        """Give every card."""
        ...


class Folder(Protocol):
    """The folder of published files; paths without a leading slash."""

    def put(self, path: str, data: bytes) -> bool:
        """Replace a file atomically; True where its bytes changed."""
        ...

"""What the door requires of the world. The sign and confirm paths use `Append` only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from undersigned.core.campaign import Card
from undersigned.core.events import Event
from undersigned.core.status import Status

__all__ = ["Append", "Cards", "Closed", "Published", "PublishedFile", "Statuses"]


class Closed(Exception):
    """The journal takes nothing at the moment (disk full, fsync failed): answer 503 with Retry-After."""


class Append(Protocol):
    """Make events durable, all in one segment and in order."""

    async def __call__(self, events: Sequence[Event]) -> None:
        """Return when the events are on disk.

        Raises:
            Closed: they are not, and will not be.
        """
        ...


class Cards(Protocol):
    """The released campaign cards, kept fresh by whoever implements this."""

    def get(self, campaign: str) -> Card | None:
        """Give the card of that campaign."""
        ...

    def all(self) -> Sequence[Card]:
        """Give every card, the newest opening first."""
        ...


class Statuses(Protocol):
    """Reading the state of one signature. Used by the state, confirm and withdraw pages, never by signing."""

    def status(self, lookup: bytes) -> Status | None:
        """Give what the ledger knows of the signature with that lookup."""
        ...


class PublishedFile(Protocol):
    """One published file, whole in memory."""

    body: bytes
    gzip: bytes | None
    etag: str
    content_type: str
    cache_control: str


class Published(Protocol):
    """The folder of published files."""

    def get(self, path: str) -> PublishedFile | None:
        """Give the file at that path (no leading slash), or None. Never follows `..` or a link outside."""
        ...

"""What the door requires of the world. The sign and confirm paths use `Keep` only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from undersigned.core.campaign import Card
from undersigned.core.events import Event
from undersigned.core.status import Status
from undersigned.intake.request import Answer
from undersigned.pages.views import Mail

__all__ = ["Cards", "Closed", "Health", "Keep", "Mailbox", "Published", "PublishedFile", "Statuses"]


class Closed(Exception):
    """The journal takes nothing at the moment (disk full, fsync failed): answer 503 with Retry-After."""


class Keep(Protocol):
    """Make events durable, all in one segment and in order."""

    def __call__(self, events: Sequence[Event], done: Callable[[Exception | None], None]) -> None:
        """Take the events; `done` is called later, on the same event loop: None once they are on disk.

        Raises:
            Closed: they are not taken, and `done` is never called.
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

    def status(self, lookup: bytes, signed: int | None = None) -> Status | None:
        """Give what the ledger knows of the signature with that lookup.

        `signed` is any second of the minute of signing: a large ledger finds its rows by it.
        """
        ...


class PublishedFile(Protocol):
    """One published file, whole in memory."""

    @property
    def body(self) -> bytes:
        """The bytes as they are."""

    @property
    def gzip(self) -> bytes | None:
        """The same compressed, or None where that helps nobody."""

    @property
    def brotli(self) -> bytes | None:
        """The same compressed by Brotli, likewise."""

    @property
    def made(self) -> dict[tuple[int, str, bool, str, str], Answer]:
        """The answers that were made of it; they go with it when the file changes."""

    @property
    def etag(self) -> str:
        """A strong entity tag with its quotes."""

    @property
    def content_type(self) -> str:
        """The media type."""

    @property
    def cache_control(self) -> str:
        """How long it may be kept."""


class Published(Protocol):
    """The folder of published files."""

    def get(self, path: str) -> PublishedFile | None:
        """Give the file at that path (no leading slash), or None. Never follows `..` or a link outside."""
        ...


class Mailbox(Protocol):
    """The letters of the demonstration."""

    def letters(self, limit: int = 100) -> Sequence[Mail]:
        """Give up to `limit` letters, the newest first."""
        ...


class Health(Protocol):
    """Whether this door can do its work."""

    def closed(self) -> bool:
        """Tell whether the journal takes nothing any more."""
        ...

    def trouble(self) -> str:
        """Say in a few words why the door should be given no requests; "" where it should."""
        ...

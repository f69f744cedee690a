"""What the post requires of the world."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec

from undersigned.core.campaign import Card
from undersigned.core.events import LetterFailed, LetterSent

__all__ = ["Answers", "CardShelf", "Due", "MailKeys", "Outbox", "Parcel", "Settled", "Transport", "Verdict"]


class Due(msgspec.Struct, frozen=True, gc=False):
    """One letter to be sent. `sealed` is an encoded `core.person.Address` under the mail key of `hour`."""

    id: int  # rising; the order of the outbox
    record: bytes  # 16 bytes
    campaign: str
    language: str
    kind: Literal["confirm", "already"]
    hour: int
    sealed: bytes
    at: int = 0  # when it was asked for, in seconds since 1970; 0: not known


class Outbox(Protocol):
    """The outbox in the ledger, read only: the post writes nothing there."""

    def due(self, after: int, limit: int) -> Sequence[Due]:
        """Give up to `limit` letters with an id above `after`, in order of id."""
        ...


class Answers(Protocol):
    """The post's own journal, which is also its memory of what it has sent."""

    def settled(self) -> set[bytes]:
        """Give the records whose letters were sent or failed for good and still stand in the journal."""
        ...

    def append(self, events: Sequence[LetterSent | LetterFailed]) -> None:
        """Take the events, to be made durable while letters go on; waits while too many are not durable yet.

        Raises:
            Broken: these or earlier ones are not durable and never will be.
        """
        ...

    def wait(self) -> None:
        """Return when everything taken is durable.

        Raises:
            Broken: it is not and never will be.
        """
        ...


class MailKeys(Protocol):
    """Keys of the outbox, one an hour, destroyed after 72 hours."""

    def key(self, hour: int) -> bytes | None:
        """Give the 32-byte key of that hour, or None once it is destroyed."""
        ...


class CardShelf(Protocol):
    """The released cards."""

    def get(self, campaign: str) -> Card | None:
        """Give the card of that campaign."""
        ...


class Verdict(msgspec.Struct, frozen=True, gc=False):
    """What became of a letter. `again`: try later; `failed`: never. `code` is ours, never the server's words.

    `everyone` says that the trouble lies in the way and not in this letter (no connection, no login):
    the others would meet it too, and wait. `doubtful` says that the letter was handed over whole and no
    answer came: it may have arrived, so it may be repeated once and no more.
    """

    outcome: Literal["sent", "again", "failed"]
    code: str = ""
    everyone: bool = False
    doubtful: bool = False


class Parcel(msgspec.Struct, frozen=True, gc=False):
    """A letter ready to be handed over. Its `message` is complete RFC 5322 with CRLF line ends."""

    number: int  # by which its verdict is given
    recipient: str
    message: bytes


Settled: TypeAlias = Sequence[tuple[int, Verdict]]  # (number of the parcel, what became of it)


class Transport(Protocol):
    """A way to hand letters over, several at once where it can."""

    def hand_over(self, sender: str, parcels: Iterator[Parcel]) -> Iterator[Settled]:
        """Hand letters over until there are no more; give verdicts as they come, some at a time.

        A parcel is asked for only when there is a place for it, so that addresses stand in the clear no
        earlier than they must. Every parcel asked for gets exactly one verdict. After a verdict that
        concerns everyone no more are asked for. Never raises for the network.
        """
        ...

    def close(self) -> None:
        """Close connections."""
        ...

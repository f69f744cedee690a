"""What a journal must be, whoever keeps it. Owned by the journal; kept by `engines`."""

from __future__ import annotations

from typing import Protocol

__all__ = ["Broken", "Full", "Journal", "JournalReader"]


class Broken(Exception):
    """The journal could not make a segment durable, or holds one that fails its checksum.

    After the first such failure nothing more may be acknowledged and no flush may be retried: a second
    fsync can succeed after data was lost (the "fsyncgate" of PostgreSQL, 2018).
    """


class Full(Broken):
    """There was no room for the segment, and it is certain that no reader will ever find anything of it.

    Raised only where the write itself was refused (ENOSPC) and undone; a flush that failed is `Broken`. The
    journal still takes nothing more as it is, but it may be closed and opened anew when there may be room:
    what was durable before is untouched, and nothing that failed is tried again.
    """


class Away(Broken):
    """The server that keeps the journal gave no certain answer: whether the segment is kept is unknown.

    The journal takes nothing more as it is, and nobody is told that the records are durable. It may be closed and
    opened anew when the server is back: that reads what is durable and goes on behind it. A segment that was kept
    after all is read like any other; whoever was told "not durable" may send the same again, which counts once.
    """


class Journal(Protocol):
    """Written by one process only."""

    def append(self, segment: bytes) -> int:
        """Keep one segment and return its position, 1, 2, 3 … Durable (fsync) when it returns.

        Raises:
            Full: not durable for want of room, and nothing of it is left; every further call raises too.
            Broken: not durable; every further call raises too.
        """
        ...

    def drop(self, upto: int) -> None:
        """Remove all segments up to and including `upto`, which a signed checkpoint covers.

        The bytes are overwritten in the file and its write-ahead log, as far as the store can.
        Positions go on counting from where they were.
        """
        ...

    def close(self) -> None:
        """Release the file."""
        ...


class JournalReader(Protocol):
    """Read by any process."""

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Give up to `limit` durable segments behind position `after`, in order, with their positions."""
        ...

    def dropped(self) -> int:
        """Give the position up to which segments were dropped; what is left begins behind it."""
        ...

    def close(self) -> None:
        """Release the file."""
        ...


class Shelf(Protocol):
    """All journals of an installation, and up to where signed checkpoints cover them.

    The mill notes what is covered; whoever writes a journal reads it, on whatever machine, and drops up to there.
    """

    def names(self) -> list[str]:
        """Give the source of every journal there is, sorted."""
        ...

    def reader(self, source: str) -> JournalReader:
        """Give the journal of a source to be read."""
        ...

    def covered(self, source: str) -> int:
        """Give the position up to which a signed checkpoint covers the journal; 0 where none is known to."""
        ...

    def cover(self, source: str, position: int) -> None:
        """Note durably that a signed checkpoint covers the journal up to that position."""
        ...

    def compact(self) -> None:
        """Leave nothing of dropped segments in the store's own files, where dropping alone does not see to it.

        Raises:
            Away: not now; to be tried again.
        """
        ...

    def close(self) -> None:
        """Release what is open."""
        ...

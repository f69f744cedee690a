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

    def close(self) -> None:
        """Release the file."""
        ...

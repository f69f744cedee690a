"""A journal in memory, the strictest of all: what another engine lets pass fails a test here."""

from __future__ import annotations

from undersigned.journal.frames import check
from undersigned.journal.needs import Broken, Full

__all__ = ["MemoryJournal", "MemoryJournalReader", "Misuse"]


class Misuse(AssertionError):
    """A store was used in a way that its interface does not allow."""


class MemoryJournal:
    """`journal.needs.Journal`. `room` is how many bytes it holds before the disk counts as full."""

    def __init__(self, room: int | None = None) -> None:
        """Make an empty journal."""
        self.segments: dict[int, bytes] = {}
        self.last = 0
        self.room = room
        self._full = False
        self._closed = False

    def append(self, segment: bytes) -> int:
        """Keep one segment and give its position.

        Raises:
            Full: there is no room, now or at an earlier call.
            Misuse: the journal is closed, or the bytes are no segment.
        """
        self._refuse_if_unusable()
        try:
            check(segment)
        except Broken:
            raise Misuse("what is appended is no segment") from None
        if self.room is not None and self._kept() + len(segment) > self.room:
            self._full = True
            raise Full("the disk is full")
        self.last += 1
        self.segments[self.last] = segment
        return self.last

    def drop(self, upto: int) -> None:
        """Remove the segments up to and including `upto`.

        Raises:
            ValueError: there is no such segment yet.
        """
        self._refuse_if_unusable()
        if upto > self.last:
            raise ValueError("a segment that was never written cannot be dropped")
        for position in [one for one in self.segments if one <= upto]:
            del self.segments[position]

    def close(self) -> None:
        """Close; once."""
        if self._closed:
            raise Misuse("the journal is closed already")
        self._closed = True

    def reopen(self) -> MemoryJournal:
        """Give the journal as another process would find it, written by nobody."""
        if not self._closed:
            raise Misuse("the journal has a writer already")
        again = MemoryJournal(self.room)
        again.segments, again.last = self.segments, self.last
        return again

    def _kept(self) -> int:
        return sum(map(len, self.segments.values()))

    def _refuse_if_unusable(self) -> None:
        if self._closed:
            raise Misuse("the journal is closed")
        if self._full:
            raise Full("the journal was full before")


class MemoryJournalReader:
    """`journal.needs.JournalReader` of a journal in the same process."""

    def __init__(self, journal: MemoryJournal) -> None:
        """Take the journal to read."""
        self._journal = journal
        self._closed = False

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        """Give up to `limit` segments behind `after`.

        Raises:
            Broken: the journal is older than `after`, or dropped what follows it.
            Misuse: the reader is closed, or asks for nothing.
        """
        if self._closed:
            raise Misuse("the reader is closed")
        if after < 0 or limit < 1:
            raise Misuse("a read asks for at least one segment behind a position")
        if after > self._journal.last:
            raise Broken("the journal is older than the ledger")
        found = sorted(one for one in self._journal.segments if one > after)[:limit]
        if (found[0] if found else self._journal.last + 1) != after + 1:
            raise Broken("the journal lacks segments that were never read")
        for position in found:
            check(self._journal.segments[position])
        return [(position, self._journal.segments[position]) for position in found]

    def dropped(self) -> int:
        """Give the position up to which segments were dropped."""
        return min(self._journal.segments, default=self._journal.last + 1) - 1

    def close(self) -> None:
        """Close; once."""
        if self._closed:
            raise Misuse("the reader is closed already")
        self._closed = True

"""The post's own journal: what the sequencer learns from it, and what the post itself remembers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from undersigned.core.events import LetterFailed, LetterSent, decode, encode
from undersigned.journal.frames import pack, unpack
from undersigned.journal.needs import Journal, JournalReader

__all__ = ["JournalAnswers"]

BATCH = 256  # segments read at once


class JournalAnswers:
    """`needs.Answers` on top of any journal."""

    def __init__(self, journal: Journal, *readers: JournalReader) -> None:
        """Take the journal that this process alone writes, and readers of it and of every other post's.

        The others' count where the number of posts has changed: what is this post's share now was another's.
        """
        self._journal = journal
        self._readers = readers

    def settled(self) -> set[bytes]:
        """Give the records whose letters were sent or failed for good and still stand in the journal.

        Raises:
            Broken: a segment fails its checksum.
            Damaged: a record is no event.
        """
        return {letter for reader in self._readers for letter in _settled(reader)}

    def append(self, events: Sequence[LetterSent | LetterFailed]) -> None:
        """Make the events durable, in one segment.

        Raises:
            Broken: they are not, and nothing more may be sent.
        """
        self._journal.append(pack([encode(event) for event in events]))


def _settled(reader: JournalReader) -> Iterator[bytes]:
    after = reader.dropped()
    while segments := reader.read(after, BATCH):
        after = segments[-1][0]
        for _, segment in segments:
            yield from _letters(segment)


def _letters(segment: bytes) -> list[bytes]:
    events = [decode(record) for record in unpack(segment)]
    return [event.letter for event in events if isinstance(event, (LetterSent, LetterFailed))]

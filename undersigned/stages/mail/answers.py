"""The post's own journal: what the sequencer learns from it, and what the post itself remembers.

Segments are written on a thread, one at a time, so that letters go on while the disk is waited for. What comes
in meanwhile goes into the next segment.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from undersigned.core.events import LetterFailed, LetterSent, decode, encode
from undersigned.journal.frames import pack, unpack
from undersigned.journal.needs import Journal, JournalReader

__all__ = ["LOOSE", "JournalAnswers"]

BATCH = 256  # segments read at once
LOOSE = 150  # events at most that are not durable yet when more are taken
FULL = 25  # events of a segment that waits for no more
GATHER = 0.002  # seconds that a segment of fewer waits for company


class JournalAnswers:
    """`needs.Answers` on top of any journal."""

    def __init__(self, journal: Journal, *readers: JournalReader) -> None:
        """Take the journal that this process alone writes, and readers of it and of every other post's.

        The others' count where the number of posts has changed: what is this post's share now was another's.
        """
        self._journal = journal
        self._readers = readers
        self._thread = ThreadPoolExecutor(1, "post-journal")
        # `_changed` guards what follows. The thread alone touches the journal while `_writing`.
        self._changed = threading.Condition()
        self._waiting: list[bytes] = []  # for the next segment
        self._loose = 0  # those, and the ones in the segment being written
        self._writing = False
        self._pressed = False  # somebody waits for everything: gather no longer
        self._failure: BaseException | None = None

    def settled(self) -> set[bytes]:
        """Give the records whose letters were sent or failed for good and still stand in the journal.

        Raises:
            Broken: a segment fails its checksum.
            Damaged: a record is no event.
        """
        self.wait()
        return {letter for reader in self._readers for letter in _settled(reader)}

    def append(self, events: Sequence[LetterSent | LetterFailed]) -> None:
        """Take the events: they are durable soon, and surely when `wait` returns.

        Waits itself while too many are not durable.

        Raises:
            Broken: these or earlier ones are not durable and never will be; nothing more may be sent.
        """
        records = [encode(event) for event in events]
        with self._changed:
            self._changed.wait_for(lambda: not self._loose or self._loose + len(records) <= LOOSE or self._failure)
            self._refuse_if_broken()
            self._waiting += records
            self._loose += len(records)
            if not self._writing:
                self._writing = True
                self._thread.submit(self._write)
            elif len(self._waiting) >= FULL:
                self._changed.notify_all()

    def wait(self) -> None:
        """Return when everything taken is durable.

        Raises:
            Broken: it is not and never will be; nothing more may be sent.
        """
        self._rest()
        self._refuse_if_broken()

    def close(self) -> None:
        """Let what was taken become durable, and end the thread. The journal itself is its owner's to close."""
        self._rest()
        self._thread.shutdown()

    def _rest(self) -> None:
        with self._changed:
            self._pressed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._writing)
            self._pressed = False

    def _write(self) -> None:
        """Write segments until there is nothing more to write. On the thread."""
        while records := self._next_segment():
            try:
                self._journal.append(pack(records))
            except BaseException as error:  # for whoever takes or waits next, be it what it may
                self._failure = error
            with self._changed:
                self._loose -= len(records)
                self._changed.notify_all()

    def _next_segment(self) -> list[bytes]:
        with self._changed:
            self._changed.wait_for(lambda: self._pressed or len(self._waiting) >= FULL, GATHER)
            records, self._waiting = self._waiting, []
            if self._failure is not None or not records:
                self._writing = False
                self._changed.notify_all()
                return []
            return records

    def _refuse_if_broken(self) -> None:
        if self._failure is not None:
            raise self._failure


def _settled(reader: JournalReader) -> Iterator[bytes]:
    after = reader.dropped()
    while segments := reader.read(after, BATCH):
        after = segments[-1][0]
        for _, segment in segments:
            yield from _letters(segment)


def _letters(segment: bytes) -> list[bytes]:
    events = [decode(record) for record in unpack(segment)]
    return [event.letter for event in events if isinstance(event, (LetterSent, LetterFailed))]

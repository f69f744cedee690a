"""Group commit: many callers wait, one flush is in flight, on a thread and never on the event loop.

An idle committer flushes at once, and so does one with few callers. A busy one gathers what comes in while it
flushes and for `gather_seconds` after, so that the bigger the storm, the cheaper a record. A caller is told
after its records are durable, and never otherwise; a caller that goes away leaves its records in the segment and
harms nobody.

Everything but the calls of the journal happens on the event loop, so nothing here needs a lock.
"""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import Final, TypeAlias

from undersigned.journal.frames import pack
from undersigned.journal.needs import Away, Broken, Full, Journal
from undersigned.journal.thread import OneThread

__all__ = ["GATHER_SECONDS", "MOST_BYTES", "MOST_RECORDS", "Committer", "Done"]

GATHER_SECONDS = 0.002
FEW: Final = 8  #: callers; waiting for more company than so few would cost them more than a flush does
MOST_RECORDS = 1024  #: of one segment; a single caller's records are never split
MOST_BYTES = 1 << 20  #: of one segment's records, likewise

#: Told once, on the event loop: None where the records are durable, else why they are not.
Done: TypeAlias = Callable[[Exception | None], None]

_CLOSED = "the journal takes nothing any more; see the first failure, mend its cause, start again"
_log = logging.getLogger("undersigned.journal")


class _Waiting:
    """One caller."""

    __slots__ = ("done", "records", "size")

    def __init__(self, records: Sequence[bytes], done: Done) -> None:
        self.records = records
        self.size = sum(len(record) for record in records)
        self.done = done


class Committer:
    """The one writer of a journal, for many callers on one event loop."""

    def __init__(
        self,
        journal: Journal,
        gather_seconds: float = GATHER_SECONDS,
        most_records: int = MOST_RECORDS,
        most_bytes: int = MOST_BYTES,
    ) -> None:
        """Take the journal, which nothing else may write from now on."""
        self._journal = journal
        self._gather = gather_seconds
        self._most_records = most_records
        self._most_bytes = most_bytes
        self._queue: deque[_Waiting] = deque()
        self._flusher = OneThread("journal")
        self._busy = False  # a flush is in flight or appointed
        self._quiet: asyncio.Future[None] | None = None  # wanted by `close`
        self._broken: Broken | None = None

    @property
    def broken(self) -> bool:
        """True once a flush has failed; for ever."""
        return self._broken is not None

    @property
    def full(self) -> bool:
        """True where the journal may be opened anew: no room (`needs.Full`), or no server (`needs.Away`)."""
        return isinstance(self._broken, Full | Away)

    @property
    def waiting(self) -> int:
        """How many callers are not in a flush yet."""
        return len(self._queue)

    def submit(self, records: Sequence[bytes], done: Done) -> None:
        """Take records that go into one segment, in order; `done` is told later, on this loop, never from here.

        Raises:
            Broken: they are not taken, and nothing will be any more.
            ValueError: no record.
        """
        if self._broken is not None:
            raise Broken(_CLOSED) from self._broken
        if not records:
            raise ValueError("there is nothing to append")
        self._queue.append(_Waiting(records, done))
        if not self._busy:
            self._busy = True
            # Not at once: whoever comes in the same turn of the loop shares the flush.
            asyncio.get_running_loop().call_soon(self._flush)

    async def append(self, records: Sequence[bytes]) -> None:
        """Return when these records are durable, all in one segment and in order.

        Raises:
            Broken: they are not, and nothing will be any more.
            ValueError: no record, or more than one segment can ever hold.
        """
        told: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self.submit(records, lambda error: _tell_future(told, error))
        await told

    async def drop(self, upto: int) -> None:
        """Remove the segments up to `upto`, on the same thread as the flushes, so never beside one.

        Raises:
            Broken: the journal is closed or failed now.
        """
        if self._broken is not None:
            raise Broken(_CLOSED) from self._broken
        try:
            await self._flusher.result(self._journal.drop, upto)
        except Exception as error:
            self._break(error)
            raise Broken("segments could not be removed from the journal") from error

    async def close(self) -> None:
        """Flush what waits, then release the journal. Nothing may be appended after."""
        if self._busy:
            self._quiet = asyncio.get_running_loop().create_future()
            await self._quiet
        if self._broken is None:
            self._broken = Broken("the journal was closed")
        try:
            await self._flusher.result(self._journal.close)
        finally:
            self._flusher.end()

    def _flush(self) -> None:
        """Hand the next segment to the thread; whatever ends this early, no caller is left without an answer."""
        if not self._queue:  # broken in the meantime
            self._rest()
            return
        callers = self._next_segment()
        try:
            segment = pack([record for caller in callers for record in caller.records])
            self._flusher.call(self._journal.append, (segment,), lambda error: self._flushed(callers, error))
        except ValueError as error:  # one caller with too much; the journal itself is whole
            _tell(callers, error)
            self._next()
        except Exception:  # no memory, no thread: the journal was given nothing, and nobody may wait for ever
            self._flushed(callers, Full("a segment could not be handed to the journal"))

    def _flushed(self, callers: list[_Waiting], error: BaseException | None) -> None:
        if error is not None:
            self._break(error)
            _tell(callers, Broken("the records are not durable"))
        else:
            _tell(callers, None)
        self._next()

    def _next(self) -> None:
        loop = asyncio.get_running_loop()
        if not self._queue:
            self._rest()
        elif len(self._queue) < FEW or len(self._queue) >= self._most_records:  # the latter is surely full already
            loop.call_soon(self._flush)
        else:
            loop.call_later(self._gather, self._flush)

    def _rest(self) -> None:
        self._busy = False
        if self._quiet is not None and not self._quiet.done():
            self._quiet.set_result(None)

    def _next_segment(self) -> list[_Waiting]:
        callers = [self._queue.popleft()]
        count, size = len(callers[0].records), callers[0].size
        while self._queue:
            count += len(self._queue[0].records)
            size += self._queue[0].size
            if count > self._most_records or size > self._most_bytes:
                break
            callers.append(self._queue.popleft())
        return callers

    def _break(self, cause: BaseException) -> None:
        """Close for ever: a flush that failed is never tried again (`needs.Broken`)."""
        if self._broken is None:
            self._broken = cause if isinstance(cause, Broken) else Broken("a flush of the journal failed")
            self._broken.__cause__ = None if cause is self._broken else cause
        callers = list(self._queue)
        self._queue.clear()
        _tell(callers, Broken(_CLOSED))


def _tell(callers: list[_Waiting], error: Exception | None) -> None:
    """Tell every caller. One whose answer cannot be carried any more (it hung up) must not keep the others waiting."""
    for caller in callers:
        try:
            caller.done(error)
        except Exception as failure:
            _log.error("an answer after a flush failed: %s", type(failure).__name__)


def _tell_future(told: asyncio.Future[None], error: Exception | None) -> None:
    if told.done():
        return  # cancelled: the client hung up
    if error is None:
        told.set_result(None)
    else:
        told.set_exception(error)

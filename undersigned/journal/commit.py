"""Group commit: many callers wait, one flush is in flight, on a thread and never on the event loop.

An idle committer flushes at once. A busy one gathers what comes in while it flushes and for `gather_seconds`
after, so that the bigger the storm, the cheaper a record. A caller is answered after its records are
durable, and never otherwise; a caller that goes away leaves its records in the segment and harms nobody.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor

from undersigned.journal.frames import pack
from undersigned.journal.needs import Broken, Journal

__all__ = ["GATHER_SECONDS", "MOST_BYTES", "MOST_RECORDS", "Committer"]

GATHER_SECONDS = 0.002
MOST_RECORDS = 1024  #: of one segment; a single caller's records are never split
MOST_BYTES = 1 << 20  #: of one segment's records, likewise

_CLOSED = "the journal takes nothing any more; see the first failure, mend its cause, start again"


class _Waiting:
    """One caller."""

    __slots__ = ("done", "records", "size")

    def __init__(self, records: list[bytes], done: asyncio.Future[None]) -> None:
        self.records = records
        self.size = sum(map(len, records))
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
        self._thread = ThreadPoolExecutor(1, "journal")
        self._work: asyncio.Task[None] | None = None
        self._broken: Broken | None = None

    @property
    def broken(self) -> bool:
        """True once a flush has failed; for ever."""
        return self._broken is not None

    @property
    def waiting(self) -> int:
        """How many callers are not in a flush yet."""
        return len(self._queue)

    async def append(self, records: Sequence[bytes]) -> None:
        """Return when these records are durable, all in one segment and in order.

        Raises:
            Broken: they are not, and nothing will be any more.
            ValueError: no record, or more than one segment can ever hold.
        """
        if self._broken is not None:
            raise Broken(_CLOSED) from self._broken
        if not records:
            raise ValueError("there is nothing to append")
        caller = _Waiting(list(records), asyncio.get_running_loop().create_future())
        self._queue.append(caller)
        if self._work is None:
            self._work = asyncio.create_task(self._flush_all())
        await caller.done

    async def drop(self, upto: int) -> None:
        """Remove the segments up to `upto`, on the same thread as the flushes, so never beside one.

        Raises:
            Broken: the journal is closed or failed now.
        """
        if self._broken is not None:
            raise Broken(_CLOSED) from self._broken
        try:
            await self._on_thread(self._journal.drop, upto)
        except Exception as error:
            self._break(error)
            raise Broken("segments could not be removed from the journal") from error

    async def close(self) -> None:
        """Flush what waits, then release the journal. Nothing may be appended after."""
        if self._work is not None:
            await asyncio.wait([self._work])
        if self._broken is None:
            self._broken = Broken("the journal was closed")
        await self._on_thread(self._journal.close)
        self._thread.shutdown()

    async def _flush_all(self) -> None:
        """Flush until nobody waits. Whatever ends this early, no caller is left without an answer."""
        try:
            while self._queue:
                callers = self._next_segment()
                await self._flush(callers)
                if self._queue and not self._full():
                    await asyncio.sleep(self._gather)
        except BaseException as error:
            self._break(error)
            raise
        finally:
            self._work = None

    def _full(self) -> bool:
        """Tell cheaply whether the next segment is full already: every caller has at least one record."""
        return len(self._queue) >= self._most_records

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

    async def _flush(self, callers: list[_Waiting]) -> None:
        try:
            segment = pack([record for caller in callers for record in caller.records])
        except ValueError as error:  # one caller with too much; the journal itself is whole
            _answer(callers, error)
            return
        try:
            await self._on_thread(self._journal.append, segment)
        except BaseException as error:
            self._break(error)
            _answer(callers, Broken("the records are not durable"))
            if not isinstance(error, Exception):
                raise
            return
        _answer(callers, None)

    def _break(self, cause: BaseException) -> None:
        """Close for ever: a flush that failed is never tried again (`needs.Broken`)."""
        if self._broken is None:
            self._broken = cause if isinstance(cause, Broken) else Broken("a flush of the journal failed")
            self._broken.__cause__ = None if cause is self._broken else cause
        callers = list(self._queue)
        self._queue.clear()
        _answer(callers, Broken(_CLOSED))

    async def _on_thread(self, call: Callable[..., object], *arguments: object) -> None:
        await asyncio.get_running_loop().run_in_executor(self._thread, call, *arguments)


def _answer(callers: list[_Waiting], error: Exception | None) -> None:
    for caller in callers:
        if caller.done.done():
            continue  # cancelled: the client hung up
        if error is None:
            caller.done.set_result(None)
        else:
            caller.done.set_exception(error)

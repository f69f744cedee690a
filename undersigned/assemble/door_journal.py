"""The journal of one worker of the door: taken, kept tidy, and opened anew where there was no room or no server.

A worker takes the first journal of its door (`door-1`, `door-2` …) whose lock is free. After a flush that
failed it takes nothing more until the process is started again (`journal.needs.Broken`); after want of room, or
of the server that keeps it, it closes the journal, waits, and opens it anew, without trying again what had failed:
its callers got a 503.
"""

from __future__ import annotations

import asyncio
import sys
import time
from collections.abc import Callable, Sequence

from undersigned.assemble import stores
from undersigned.assemble.places import door_source
from undersigned.core.events import Event, encode
from undersigned.engines.unfit import Unfit
from undersigned.intake.needs import Closed
from undersigned.journal.commit import Committer
from undersigned.journal.needs import Broken, Journal, Shelf
from undersigned.settings import Settings

__all__ = ["DoorJournal", "covered_of", "drop_abandoned"]

REST = 5.0  # seconds between two tries to open a journal anew
SLICE = 64  # segments dropped at a time
STALE = 120.0  # seconds that something may wait for a signed checkpoint before the log is called behind
PATIENCE = 8.0  # seconds to wait for a worker that is just ending


class DoorJournal:
    """`intake.needs.Health` and, by `keep`, `intake.needs.Keep`. Everything happens on the worker's event loop."""

    def __init__(self, settings: Settings, renewed: Callable[[], None]) -> None:
        """Take the first free journal. `renewed` is called before another one is written.

        What was made for a journal must not go into the next: an epoch that found no room would leave the
        records behind it unreadable for ever.
        """
        self._settings = settings
        self._renewed = renewed
        self._committer: Committer | None = None
        self._waiting_since: float | None = None
        self._rested = 0.0
        self._dropped = 0  # segments of this journal that were dropped since it was opened
        self.source = ""
        self._use(*_free(settings, PATIENCE, quietly=False))

    def keep(self, events: Sequence[Event], done: Callable[[Exception | None], None]) -> None:
        """Take events to make durable, all in one segment and in order; `done` is told later.

        Raises:
            Closed: they are not taken.
        """
        if self._committer is None:
            raise Closed("no journal")
        try:
            self._committer.submit(list(map(encode, events)), done)
        except Broken:
            raise Closed("journal broken") from None
        if self._waiting_since is None:
            self._waiting_since = time.monotonic()

    def closed(self) -> bool:
        """Tell whether the journal takes nothing at the moment."""
        return self._committer is None or self._committer.broken

    def trouble(self) -> str:
        """Say why this door should be given no requests, or ""."""
        if self.closed():
            return "the journal is closed"
        if self._waiting_since is not None and time.monotonic() - self._waiting_since > STALE:
            return "the log is behind"
        return ""

    async def covered(self, upto: int) -> None:
        """Drop the segments up to there: a signed checkpoint covers them.

        In slices, because signers wait while the thread of the journal overwrites what is dropped.
        """
        self._waiting_since = None
        while self._committer is not None and not self._committer.broken and self._dropped < upto:
            self._dropped = min(self._dropped + SLICE, upto)
            try:
                await self._committer.drop(self._dropped)
            except Broken:
                print("undersigned door: the journal broke while covered segments were removed", file=sys.stderr)

    async def renew(self) -> None:
        """Open a journal anew where no room or no server closed it, or none could be opened; every `REST` at most."""
        if self._committer is not None and not self._committer.full:
            return
        if time.monotonic() - self._rested < REST:
            return
        self._rested = time.monotonic()
        if self._committer is not None:
            print("undersigned door: the journal had no room or no server; it is opened anew", file=sys.stderr)
        await self.close()
        self._use(*await asyncio.to_thread(_free, self._settings, 0.0, quietly=True))

    async def close(self) -> None:
        """Let what is in flight become durable, then release the journal."""
        committer, self._committer = self._committer, None
        if committer is not None:
            await committer.close()

    def _use(self, source: str, journal: Journal | None) -> None:
        self.source = source
        if journal is not None:
            self._renewed()
            self._dropped = 0
            self._committer = Committer(journal)


def _free(settings: Settings, patience: float, quietly: bool) -> tuple[str, Journal | None]:
    """Open the first journal that no other worker writes; wait a little for one that is just ending."""
    end = time.monotonic() + patience
    while True:
        for number in range(1, settings.workers + 1):
            source = door_source(settings.name, number)
            try:
                return source, stores.journal(settings, source)
            except Unfit as error:
                reason = str(error)
            except (Broken, OSError) as error:
                return _none(f"{source}: {error}", quietly)
        if time.monotonic() >= end:
            return _none(reason, quietly)
        time.sleep(0.05)


def _none(reason: str, quietly: bool) -> tuple[str, None]:
    if not quietly:
        print(f"undersigned door: {reason} Signing is closed.", file=sys.stderr)
    return "", None


def covered_of(shelf: Shelf, source: str) -> int:
    """Give up to where the journal is covered; 0 where nobody can say just now."""
    try:
        return shelf.covered(source) if source else 0
    except (Broken, Unfit):
        return 0


def drop_abandoned(settings: Settings) -> None:
    """Drop what is covered of the journals of workers that there are no more."""
    own = {door_source(settings.name, number) for number in range(1, settings.workers + 1)}
    shelf = stores.shelf(settings)
    try:
        for source in shelf.names():
            if source.startswith("door-") and source not in own:
                _drop_covered(settings, shelf, source)
    except (Unfit, Broken, OSError, ValueError) as error:
        print(f"undersigned door: journals that nobody writes could not be tidied: {error}", file=sys.stderr)
    finally:
        shelf.close()


def _drop_covered(settings: Settings, shelf: Shelf, source: str) -> None:
    """Drop what is covered of one journal, if no other worker has it."""
    covered = shelf.covered(source)
    if covered <= shelf.reader(source).dropped():
        return
    try:
        journal = stores.journal(settings, source)
    except Unfit:
        return
    try:
        journal.drop(covered)
    finally:
        journal.close()

"""The journal of one worker of the door: taken, kept tidy, and opened anew where there was no room.

A worker takes the first journal of its door (`door-1`, `door-2` …) whose lock is free. After a flush that
failed it takes nothing more until the process is started again (`journal.needs.Broken`); after want of room it
closes the journal, waits, and opens it anew, without trying again what had failed: its callers got a 503.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence

from undersigned.assemble import stores
from undersigned.assemble.places import Places, door_source
from undersigned.core.events import Event, encode
from undersigned.engines.files.covered import read_covered
from undersigned.engines.sqlite.connection import Unfit
from undersigned.intake.needs import Closed
from undersigned.journal.commit import Committer
from undersigned.journal.needs import Broken, Journal
from undersigned.settings import Settings

__all__ = ["DoorJournal", "drop_abandoned"]

REST = 5.0  # seconds between two tries to open a journal anew
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
        self.source = ""
        self._take(PATIENCE)

    def keep(self, events: Sequence[Event], done: Callable[[Exception | None], None]) -> None:
        """Take events to make durable, all in one segment and in order; `done` is told later.

        Raises:
            Closed: they are not taken.
        """
        if self._committer is None:
            raise Closed("no journal")
        try:
            self._committer.submit([encode(event) for event in events], done)
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
        """Drop the segments up to there: a signed checkpoint covers them."""
        self._waiting_since = None
        if self._committer is None or self._committer.broken:
            return
        try:
            await self._committer.drop(upto)
        except Broken:
            print("undersigned door: the journal broke while covered segments were removed", file=sys.stderr)

    async def renew(self) -> None:
        """Open a journal anew where want of room closed it, or none could be opened; not more often than `REST`."""
        if self._committer is not None and not self._committer.full:
            return
        if time.monotonic() - self._rested < REST:
            return
        self._rested = time.monotonic()
        if self._committer is not None:
            print("undersigned door: there was no room for the journal; it is opened anew", file=sys.stderr)
        await self.close()
        self._take(0.0, quietly=True)

    async def close(self) -> None:
        """Let what is in flight become durable, then release the journal."""
        committer, self._committer = self._committer, None
        if committer is not None:
            await committer.close()

    def _take(self, patience: float, quietly: bool = False) -> None:
        self.source, journal = _free(self._settings, patience, quietly)
        if journal is not None:
            self._renewed()
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


def drop_abandoned(settings: Settings) -> None:
    """Drop what is covered of the journals of workers that there are no more."""
    places = Places(settings.path)
    own = {door_source(settings.name, number) for number in range(1, settings.workers + 1)}
    for file in places.journals.glob("door-*.db"):
        covered = read_covered(places.covered(file.stem))
        if file.stem in own or not covered:
            continue
        try:
            journal = stores.journal(settings, file.stem)
        except (Unfit, Broken, OSError):
            continue
        try:
            journal.drop(covered)
        except (Broken, ValueError):
            print(f"undersigned door: {file.stem} cannot be tidied", file=sys.stderr)
        finally:
            journal.close()

"""One worker of the door: its own journal, its own world, and what it does beside answering.

Every worker writes a journal file of its own (`door-1`, `door-2` …), the first whose lock is free. Where no
journal can be opened the pages go on and signing answers 503.
"""

from __future__ import annotations

import asyncio
import gc
import os
import signal
import sys
import time
from collections.abc import Sequence

from undersigned.assemble import stores
from undersigned.assemble.chance import Chance
from undersigned.assemble.clock import clock
from undersigned.assemble.places import Places, door_source
from undersigned.core.events import Event, encode
from undersigned.engines.files.covered import read_covered
from undersigned.engines.files.published import PublishedFiles
from undersigned.engines.maildir.mailbox import Mailbox
from undersigned.engines.sqlite.connection import Unfit
from undersigned.intake.app import Door, Http, Scope
from undersigned.intake.form import Registrar
from undersigned.intake.guard.limits import Limiter
from undersigned.intake.metrics import Counters, serve_metrics
from undersigned.intake.needs import Closed
from undersigned.intake.world import World, hosts_of
from undersigned.journal.commit import Committer
from undersigned.journal.needs import Broken, Journal
from undersigned.settings import Settings
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.secret_files import read_secret
from undersigned.vault.token import Tokens

__all__ = ["Worker", "create_app", "world_of"]

LOOK = 1.0  # seconds between two looks at what is covered, and at whether anybody still wants this process
TIDY = 60.0  # seconds between two looks at journals that no worker writes any more
STALE = 120.0  # seconds that something may wait for a signed checkpoint before the log is called behind
WRONG_TOKENS = 30  # a minute from one network; right tokens are not counted
COURTESY = 50  # forms a second shown again to whoever is over the limit, in this process


class Health:
    """`intake.needs.Health` of one worker; `intake.needs.Append` through its committer."""

    def __init__(self, committer: Committer | None) -> None:
        """Take the committer, or None where no journal could be opened."""
        self._committer = committer
        self._waiting_since: float | None = None

    async def append(self, events: Sequence[Event]) -> None:
        """Make events durable, all in one segment and in order.

        Raises:
            Closed: they are not.
        """
        if self._committer is None:
            raise Closed("no journal")
        try:
            await self._committer.append([encode(event) for event in events])
        except Broken:
            raise Closed("journal broken") from None
        if self._waiting_since is None:
            self._waiting_since = time.monotonic()

    def covered(self) -> None:
        """Note that a checkpoint covers more than before."""
        self._waiting_since = None

    def closed(self) -> bool:
        """Tell whether the journal takes nothing any more."""
        return self._committer is None or self._committer.broken

    def trouble(self) -> str:
        """Say why this door should be given no requests, or ""."""
        if self.closed():
            return "the journal is closed"
        if self._waiting_since is not None and time.monotonic() - self._waiting_since > STALE:
            return "the log is behind"
        return ""


class Worker:
    """An RSGI application with its life: `__rsgi_init__` when the loop is there, `__rsgi_del__` at the end."""

    def __init__(self, settings: Settings) -> None:
        """Open everything; what is missing to start at all is raised.

        Raises:
            OSError, Unusable: the token key is missing or cannot be used.
        """
        self._settings = settings
        self._places = Places(settings.path)
        self._parent = os.getppid()
        self._counters = Counters()
        self.source, journal = _journal(settings)
        self._committer = Committer(journal) if journal is not None else None
        self._health = Health(self._committer)
        self._door = Door(world_of(settings, self._health), self._health.append, self._counters, clock(settings))
        self._tasks: list[asyncio.Task[None]] = []

    async def __rsgi__(self, scope: Scope, protocol: Http) -> None:
        """Answer one request."""
        await self._door(scope, protocol)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what goes on beside the answers."""
        self._tasks.append(loop.create_task(self._watch()))
        if self._settings.metrics_port:
            self._tasks.append(loop.create_task(self._metrics()))
        gc.collect()
        gc.freeze()  # what is loaded now stays; no later collection need look at it

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Let what is in flight become durable, then release the journal."""
        for task in self._tasks:
            task.cancel()
        if self._committer is not None:
            loop.run_until_complete(self._committer.close())

    async def _metrics(self) -> None:
        # Each worker has counters and a listener of its own: the port of the settings, and those after it.
        number = int(self.source.rpartition("-")[2] or 1) - 1
        try:
            await serve_metrics(self._settings.metrics_port + number, self._counters.text)
        except OSError:
            print("undersigned door: the port for metrics is in use; there will be none", file=sys.stderr)

    async def _watch(self) -> None:
        """Drop what is covered; end when the process that started this one is gone."""
        covered, tidied = 0, 0.0
        while True:
            await asyncio.sleep(LOOK)
            if os.getppid() != self._parent:
                signal.raise_signal(signal.SIGTERM)
                return
            found = read_covered(self._places.covered(self.source)) if self.source else 0
            if found > covered:
                covered = found
                self._health.covered()
                await self._drop(found)
            if time.monotonic() - tidied > TIDY:
                tidied = time.monotonic()
                await asyncio.to_thread(_drop_abandoned, self._settings)

    async def _drop(self, upto: int) -> None:
        if self._committer is None or self._committer.broken:
            return
        try:
            await self._committer.drop(upto)
        except Broken:
            print("undersigned door: the journal broke while covered segments were removed", file=sys.stderr)


def create_app(settings: Settings) -> Worker:
    """Give the application of one worker.

    Raises:
        OSError, Unusable: the token key is missing or cannot be used.
    """
    return Worker(settings)


def world_of(settings: Settings, health: Health) -> World:
    """Build what the door works with from the settings.

    Raises:
        OSError, Unusable: the token key is missing or cannot be used.
    """
    places = Places(settings.path)
    tokens = Tokens(read_secret(places.token_key, 32))
    return World(
        site=stores.site(settings),
        cards=stores.cards(settings),
        published=PublishedFiles(places.public),
        statuses=stores.reader(settings),
        tokens=tokens,
        registrar=Registrar(
            tokens,
            MailKeys(places.mail_keys, clock(settings)),
            lambda campaign: read_secret(places.pepper(campaign), 32),
            Chance(),
        ),
        health=health,
        limits=Limiter(settings.rate, settings.burst, os.urandom),
        guesses=Limiter(WRONG_TOKENS, WRONG_TOKENS, os.urandom),
        courtesy=Limiter(COURTESY * 60, COURTESY, os.urandom),
        hosts=hosts_of(settings.url, settings.port, settings.demo),
        proxies=settings.proxies,
        mailbox=Mailbox(places.mail) if settings.demo else None,
    )


def _journal(settings: Settings, patience: float = 8.0) -> tuple[str, Journal | None]:
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
                print(f"undersigned door: {source}: {error} Signing is closed.", file=sys.stderr)
                return "", None
        if time.monotonic() > end:
            print(f"undersigned door: {reason} Signing is closed.", file=sys.stderr)
            return "", None
        time.sleep(0.05)


def _drop_abandoned(settings: Settings) -> None:
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

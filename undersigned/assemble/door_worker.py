"""One worker of the door: what it cannot be without, its world, its journal, and what it does beside answering.

Every worker writes a journal file of its own. Where no journal can be opened the pages go on and signing
answers 503.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Callable

import uvloop

from undersigned.assemble import stores
from undersigned.assemble.chance import Chance
from undersigned.assemble.clock import clock
from undersigned.assemble.collection import look_seldom
from undersigned.assemble.door_journal import DoorJournal, covered_of, drop_abandoned
from undersigned.assemble.places import Places
from undersigned.engines.files.published import PublishedFiles
from undersigned.engines.http.front import Front
from undersigned.engines.http.limits import LIMITS
from undersigned.engines.maildir.mailbox import Mailbox
from undersigned.intake.app import Door
from undersigned.intake.form import Registrar
from undersigned.intake.guard.limits import Limiter
from undersigned.intake.metrics import Counters, letters_text, serve_metrics
from undersigned.intake.needs import Health
from undersigned.intake.rsgi import Http, Rsgi, Scope
from undersigned.intake.world import World, hosts_of
from undersigned.pages import locales, words
from undersigned.settings import Settings, Wrong
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.secret_files import Unusable, read_secret
from undersigned.vault.token import Tokens

__all__ = ["Worker", "create_app", "ready", "run_worker", "world_of"]

LOOK = 1.0  # seconds between two looks at what is covered, and at whether anybody still wants this process
TIDY = 60.0  # seconds between two looks at journals that no worker writes any more
FRESH = 0.01  # seconds that a published file or a card is given again without asking the disk
SWITCH = 0.0005  # seconds that the loop may keep the journal's thread, which asks several times a flush, from going on
PATIENCE = 60.0  # seconds to wait for the mill to make the first secrets
WRONG_TOKENS = 30  # a minute from one network; right tokens are not counted
COURTESY = 50  # forms a second shown again to whoever is over the limit, in this process


class Worker:
    """What answers, with its life. Under Granian it is the RSGI application itself."""

    def __init__(self, settings: Settings) -> None:
        """Open everything; what is missing to start at all is raised.

        Raises:
            OSError, Unusable: the token key is missing or cannot be used.
        """
        self._settings = settings
        self._places = Places(settings.path)
        self._parent = os.getppid()
        self._counters = Counters()
        self._tokens = Tokens(read_secret(self._places.token_key, 32))
        self._disposable = stores.disposable(settings)
        self._world: World | None = None
        self._shelf = stores.shelf(settings)
        self._journal = DoorJournal(settings, self._renew)
        self._world = world_of(settings, self._journal, self._registrar())
        self._clock = clock(settings)
        self._door = Door(self._world, self._journal.keep, self._counters, self._clock, _soon)
        self._rsgi = Rsgi(self._door, self._world.secure)
        self._tasks: list[asyncio.Task[None]] = []

    async def serve(self, listener: socket.socket) -> None:
        """Answer on a bound socket until SIGTERM, then finish what is in flight."""
        loop = asyncio.get_running_loop()
        stopping = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stopping.set)
        assert self._world is not None
        front = Front(self._door, LIMITS, self._world.secure, today=clock(self._settings))
        self._begin(loop)
        await front.start(listener)
        await stopping.wait()
        await front.end()
        await self._end()

    async def __rsgi__(self, scope: Scope, protocol: Http) -> None:
        """Answer one request of Granian's."""
        await self._rsgi(scope, protocol)

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin, told by Granian."""
        self._begin(loop)

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End, told by Granian."""
        loop.run_until_complete(self._end())

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin what goes on beside the answers."""
        self._tasks.append(loop.create_task(self._watch()))
        if self._settings.metrics_port:
            self._tasks.append(loop.create_task(self._metrics()))
        look_seldom()

    async def _end(self) -> None:
        """Let what is in flight become durable, then release the journal."""
        for task in self._tasks:
            task.cancel()
        await self._journal.close()
        self._shelf.close()

    def _registrar(self) -> Registrar:
        def pepper(campaign: str) -> bytes:
            return read_secret(self._places.pepper(campaign), 32)

        keys = MailKeys(self._places.mail_keys, clock(self._settings))
        return Registrar(self._tokens, keys, pepper, Chance(), self._disposable)

    def _renew(self) -> None:
        if self._world is not None:
            self._world.registrar = self._registrar()

    async def _metrics(self) -> None:
        # Each worker has counters and a listener of its own: the port of the settings, and those after it.
        number = int(self._journal.source.rpartition("-")[2] or 1) - 1
        try:
            await serve_metrics(self._settings.metrics_port + number, self._metrics_text)
        except OSError:
            print("undersigned door: the port for metrics is in use; there will be none", file=sys.stderr)

    def _metrics_text(self) -> str:
        assert self._world is not None
        return self._counters.text() + letters_text(self._world.any_letters(int(self._clock())))

    async def _watch(self) -> None:
        """Drop what is covered; end when the process that started this one is gone."""
        covered, tidied = ("", 0), 0.0
        while True:
            await asyncio.sleep(LOOK)
            if os.getppid() != self._parent:
                signal.raise_signal(signal.SIGTERM)
                return
            try:
                await self._journal.renew()
                covered = await self._drop(covered)
                if time.monotonic() - tidied > TIDY:
                    tidied = time.monotonic()
                    await asyncio.to_thread(drop_abandoned, self._settings)
            except Exception as error:  # ended here, a closed journal would stay closed, and an orphan would stay
                print(f"undersigned door: looking after the journal failed: {type(error).__name__}", file=sys.stderr)

    async def _drop(self, before: tuple[str, int]) -> tuple[str, int]:
        """Drop what is covered, where that is more than before; give the journal and how far."""
        source = self._journal.source
        found = (source, await asyncio.to_thread(covered_of, self._shelf, source))
        if found != before and found[1]:
            await self._journal.covered(found[1])
        return found


def _soon(call: Callable[[], None]) -> None:
    asyncio.get_running_loop().call_soon(call)


def create_app(settings: Settings) -> Worker:
    """Give the application of one worker of Granian's.

    Raises:
        OSError, Unusable: the token key is missing or cannot be used.
    """
    return Worker(settings)


def run_worker(settings: Settings, listener: socket.socket) -> int:
    """Answer on a bound socket until SIGTERM; give the exit code of the process.

    Raises:
        OSError, Unusable: the token key is missing or cannot be used.
    """
    sys.setswitchinterval(SWITCH)
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(Worker(settings).serve(listener))
    return 0


def world_of(settings: Settings, health: Health, registrar: Registrar) -> World:
    """Build what the door works with from the settings.

    Raises:
        OSError, Unusable: the token key is missing or cannot be used.
    """
    places = Places(settings.path)
    return World(
        site=stores.site(settings),
        cards=stores.cards(settings, FRESH),
        published=PublishedFiles(places.public, fresh_seconds=FRESH),
        statuses=stores.statuses(settings),
        tokens=Tokens(read_secret(places.token_key, 32)),
        registrar=registrar,
        health=health,
        limits=Limiter(settings.rate, settings.burst, os.urandom),
        guesses=Limiter(WRONG_TOKENS, WRONG_TOKENS, os.urandom),
        courtesy=Limiter(COURTESY * 60, COURTESY, os.urandom),
        hosts=hosts_of(settings.url, settings.port, settings.demo),
        proxies=settings.proxies,
        mailbox=Mailbox(places.mail) if settings.demo else None,
    )


def ready(settings: Settings) -> bool:
    """Look for secrets and lists, and read the words of every language; False where one is missing, which is said."""
    trouble = _missing(settings)
    if trouble:
        print(f"undersigned door: {trouble}", file=sys.stderr)
        return False
    locales.keep_only(locales.NUMBERS_AND_DAYS)
    words.load()
    return True


def _missing(settings: Settings, patience: float = PATIENCE) -> str:
    """Say which secret or list the door cannot start without; "" where all are there.

    The mill makes them, the token key before any campaign and a pepper before its card is released, so the
    door waits a little for the key.
    """
    places = Places(settings.path)
    end = time.monotonic() + patience
    while not places.token_key.exists():
        if time.monotonic() > end:
            return f"{places.token_key} is missing. The mill makes it: run the mill of this folder first."
        time.sleep(0.05)
    try:
        stores.disposable(settings)
        read_secret(places.token_key, 32)
        for card in stores.cards(settings).all():
            read_secret(places.pepper(card.campaign), 32)
    except (Unusable, Wrong) as error:
        return str(error)
    except OSError as error:
        return (
            f"{error.filename} cannot be read, and addresses would be counted twice without it. Put it back "
            "from where you keep it; never make a new one."
        )
    return ""

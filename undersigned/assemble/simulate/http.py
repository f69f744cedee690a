"""The mode by HTTP: an installation, the mailboxes, and everybody's browsers, from the first form to the last book."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import uvloop

from undersigned.assemble.clock import SimulatedClock
from undersigned.assemble.places import Places
from undersigned.assemble.simulate.client import Pool
from undersigned.assemble.simulate.diary import Diary
from undersigned.assemble.simulate.drive import Drive, Stuck
from undersigned.assemble.simulate.folder import NOWHERE, START, Refused, make
from undersigned.assemble.simulate.outcome import Outcome, conclude, recount
from undersigned.assemble.simulate.plan import AFTER, Person, people
from undersigned.assemble.simulate.requests import Requests
from undersigned.assemble.simulate.sink import Sink
from undersigned.assemble.simulate.site import Published, free_port, serving
from undersigned.assemble.simulate.world import read_world
from undersigned.settings import Settings, read

__all__ = ["CONNECTIONS", "INTERVAL", "Run", "over_http"]

CONNECTIONS = 192  # browsers at once
INTERVAL = 0.5  # real seconds between two batches of the log
DAY = 86_400
_END = 60.0  # seconds for everything to expire, once its time has run out


def over_http(
    folder: Path, signatures: int, days: int, seed: int, workers: int, progress: Callable[[int, float], None]
) -> Outcome:
    """Run a simulation by HTTP in a fresh folder, or in a simulated one in which nobody has signed yet.

    Raises:
        Refused: the folder is somebody's real installation, or is not fresh, or does not open.
    """
    settings = _settings(folder, days, workers)
    clock = SimulatedClock(Places(settings.path).clock, START)
    run = Run(settings, clock, signatures, days, seed, people(seed, read_world(), signatures, START, days))
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(run.go(progress))
    clock.close()
    return run.conclude()


def _settings(folder: Path, days: int, workers: int) -> Settings:
    if not (folder / "undersigned.toml").exists():
        return make(
            folder, days, free_port(), None,
            workers=workers, interval=INTERVAL, mail=NOWHERE, simulated_clock=True,
        )  # fmt: skip
    settings = read(folder)
    if not settings.simulated:
        raise Refused(f"{folder} is a real installation. A simulation never touches one: give another --dir.")
    if not settings.simulated_clock or Places(folder).clock.exists():
        raise Refused(f"{folder} is a simulation that has run, or has real time. Give another --dir, or remove it.")
    return settings


class Run:
    """One run, and what of it is left when it has ended, early or not."""

    def __init__(
        self,
        settings: Settings,
        clock: SimulatedClock,
        signatures: int,
        days: int,
        seed: int,
        plan: Iterator[Person],
    ) -> None:
        """Take the folder's settings, the clock it lives by, the numbers that are reported, and the people."""
        self._plan = plan
        self.signed_after = 0.0  # seconds from the first form to the last one's acknowledgement
        self._settings = settings
        self._clock = clock
        self._numbers = (signatures, days, seed)
        self._published = Published(settings)
        self._diary = Diary(START, days + AFTER)
        self._drive: Drive | None = None
        self._seconds = 0.0
        self._finished = False

    async def go(self, progress: Callable[[int, float], None]) -> None:
        """Open the installation, drive it, and let everything come to its end."""
        sink = Sink(self._settings.url, self._arrived, self._bounced)
        port = await sink.start()
        async with serving(self._settings, port) as card:
            requests = Requests(f"127.0.0.1:{self._settings.port}", card)
            self._drive = Drive(self._plan, self._diary, self._clock, requests, self._published.counted)
            pool = Pool(self._settings.port, CONNECTIONS, self._drive.pump)
            await self._driven(self._drive, pool, progress)
        sink.close()

    async def _driven(self, drive: Drive, pool: Pool, progress: Callable[[int, float], None]) -> None:
        asyncio.get_running_loop().add_signal_handler(signal.SIGINT, self._stop)
        began = time.monotonic()
        try:
            drive.prepare(pool)
            await pool.open()
            await drive.run(progress)
            self._finished = not drive.stopping
            self.signed_after = drive.signed_at - began
        except Stuck as error:
            self._diary.sent.unanswered += pool.in_flight
            drive.statuses[str(error)] += 1
        finally:
            self._seconds = time.monotonic() - began
            pool.close()
        if self._finished:
            await self._ended()

    async def _ended(self) -> None:
        """Let the time in which anybody could confirm run out, and wait until the ledger has seen it."""
        self._clock.advance(START + (self._numbers[1] + AFTER) * DAY + 60)
        until = time.monotonic() + _END
        while self._published.facts()[1].get("waiting", 0) and time.monotonic() < until:
            await asyncio.sleep(0.1)
        await asyncio.sleep(2 * self._settings.interval)

    def _stop(self) -> None:
        if self._drive is not None:
            self._drive.stopping = True

    def _arrived(self, recipient: str, page: str, token: str) -> None:
        if self._drive is not None:
            self._drive.arrived(recipient, page, token)

    def _bounced(self, recipient: str) -> None:
        if self._drive is not None:
            self._drive.bounced(recipient)

    def conclude(self) -> Outcome:
        """Balance the books."""
        signatures, days, seed = self._numbers
        count, funnel = self._published.facts()
        durations = self._drive.durations if self._drive is not None else {}
        return conclude(
            self._diary, funnel, count, recount(self._settings.path),
            mode="http", seed=seed, signatures=signatures, days=days, seconds=self._seconds,
            finished=self._finished, overdue=self._finished,
            latencies={name: found.milliseconds() for name, found in durations.items() if found.count},
            statuses=dict(self._drive.statuses) if self._drive is not None else {},
        )  # fmt: skip

"""A million as fast as the machine can, for the benchmark: no days, no slips, everybody signs and confirms.

`million_http` is the whole way: form, letter over SMTP, press of its button by HTTP, log, count. `million_journal`
signs by HTTP and takes letter and confirmation as given: the mill's process writes them itself (`given.py`).
Both give the seconds from the first form to the count that has everybody, and check the books.
"""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random

import msgspec
import uvloop

from undersigned.assemble.clock import SimulatedClock
from undersigned.assemble.places import Places
from undersigned.assemble.serve import end_with_parent
from undersigned.assemble.simulate.client import Pool
from undersigned.assemble.simulate.curve import Curve
from undersigned.assemble.simulate.folder import NOWHERE, START, make
from undersigned.assemble.simulate.http import CONNECTIONS, Run
from undersigned.assemble.simulate.latency import Durations
from undersigned.assemble.simulate.outcome import recount
from undersigned.assemble.simulate.people import Sketcher
from undersigned.assemble.simulate.plan import Deed, Person
from undersigned.assemble.simulate.requests import SIGNED, Requests
from undersigned.assemble.simulate.site import Published, free_port, opened
from undersigned.assemble.simulate.world import read_world
from undersigned.settings import Settings

__all__ = ["Figures", "flat", "million_http", "million_journal"]

STEP = 0.001  # simulated seconds between two people
STILL = 120.0  # seconds without any progress after which a measure gives up
_CONFIRM = (Deed(STEP / 2, "confirm"),)


class Figures(msgspec.Struct, frozen=True):
    """What one run measured. `seconds` is from the first form to the published count with everybody in it."""

    name: str
    signatures: int
    seconds: float
    per_second: float
    signing_seconds: float  # until the last form was acknowledged
    milliseconds: dict[str, dict[str, float]]  # sign, confirm, letter -> p50, p90, p99, p999
    books: bool
    wrong: dict[str, int]  # answers other than those that had to come


def flat(signatures: int, confirm: bool = True) -> Iterator[Person]:
    """Give people who sign one after the other and, as soon as their letter is there, confirm."""
    world, chance = read_world(), Random("undersigned/flat/1")
    sketch = Sketcher(world, chance)
    weights = Curve(world.places, START, 1).weights(12)
    for number in range(signatures):
        place = sketch.place(weights)
        language = sketch.language(place)
        email, _ = sketch.address(number, "counted", False)
        yield Person(
            number, START + number * STEP, place.code, language, sketch.name(place, language), email, "", "", False, "",
            False, "counted", _CONFIRM if confirm else (),
        )  # fmt: skip


def million_http(signatures: int = 1_000_000, workers: int = 2, folder: Path | None = None) -> Figures:
    """Sign, write to, confirm by HTTP, log and count so many.

    Raises:
        Refused: the installation does not open.
    """
    with _place(folder) as place:
        settings = _settings(place, workers)
        clock = SimulatedClock(Places(place).clock, START)
        run = Run(settings, clock, signatures, 1, 0, flat(signatures))
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(run.go(lambda forms, now: None))
        outcome = run.conclude()
    return Figures(
        name="million-http",
        signatures=outcome.sent.acknowledged,
        seconds=outcome.seconds,
        per_second=outcome.per_second,
        signing_seconds=round(run.signed_after, 1),
        milliseconds={name: dict(found) for name, found in outcome.latencies.items()},
        books=outcome.balances and outcome.finished and outcome.standing == signatures,
        wrong=dict(outcome.statuses),
    )


def million_journal(signatures: int = 1_000_000, workers: int = 2, folder: Path | None = None) -> Figures:
    """Sign so many by HTTP, sequence, log and count them; letters and confirmations are taken as given.

    Raises:
        Refused: the installation does not open.
    """
    with _place(folder) as place:
        settings = _settings(place, workers)
        SimulatedClock(Places(place).clock, START).close()
        words = [[sys.executable, "-m", "undersigned.assemble.simulate.given", settings.dir],
                 [sys.executable, "-m", "undersigned", "door", "--dir", settings.dir]]  # fmt: skip
        with (Places(place).run / "serve.log").open("wb") as log:
            processes = [
                subprocess.Popen(one, stdout=log, stderr=log, start_new_session=True, preexec_fn=end_with_parent)
                for one in words
            ]
        try:
            signing = _Signing(settings, signatures, processes[1])
            with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
                runner.run(signing.go())
        finally:
            for process in reversed(processes):
                process.terminate()
                process.wait(60)
        return signing.figures(place)


class _Signing:
    """Signs as fast as the door answers, then waits until everybody is counted."""

    def __init__(self, settings: Settings, signatures: int, door: subprocess.Popen[bytes]) -> None:
        self._settings = settings
        self._signatures = signatures
        self._door = door
        self._people = flat(signatures, confirm=False)
        self._published = Published(settings)
        self._durations = Durations()
        self._wrong: dict[str, int] = {}
        self._answers = 0
        self._requests: Requests
        self._pool: Pool

    async def go(self) -> None:
        card = opened(self._settings, self._door)
        self._requests = Requests(f"127.0.0.1:{self._settings.port}", card)
        self._pool = Pool(self._settings.port, CONNECTIONS, self._more)
        began = time.monotonic()
        await self._pool.open()
        await self._until(lambda: self._answers)
        self.signing_seconds = time.monotonic() - began
        await self._until(lambda: self._published.counted()[1])
        self.seconds = time.monotonic() - began
        self._pool.close()

    async def _until(self, reached: Callable[[], int]) -> None:
        """Wait for everybody, as long as there is any progress."""
        seen, since = -1, time.monotonic()
        while (number := reached()) < self._signatures:
            if number != seen:
                seen, since = number, time.monotonic()
            elif time.monotonic() - since > STILL:
                return
            await asyncio.sleep(0.1)

    def _more(self) -> None:
        while self._pool.free and (person := next(self._people, None)) is not None:
            self._pool.send(self._requests.sign(person, person.email), self._done)

    def _done(self, status: int, seconds: float) -> None:
        self._answers += 1
        self._durations.add(seconds)
        if status != SIGNED:
            what = f"sign {status or 'unanswered'}"
            self._wrong[what] = self._wrong.get(what, 0) + 1

    def figures(self, place: Path) -> Figures:
        kept, standing = self._published.counted()
        report = recount(place)
        acknowledged = self._answers - sum(self._wrong.values())
        return Figures(
            name="million-journal",
            signatures=acknowledged,
            seconds=round(self.seconds, 1),
            per_second=round(acknowledged / self.seconds, 1),
            signing_seconds=round(self.signing_seconds, 1),
            milliseconds={"sign": self._durations.milliseconds()},
            books=kept == standing == report.standing == acknowledged == self._signatures and report.holds,
            wrong=self._wrong,
        )


@contextmanager
def _place(folder: Path | None) -> Iterator[Path]:
    if folder is not None:
        yield folder
        return
    with tempfile.TemporaryDirectory() as spare:
        yield Path(spare) / "million"


def _settings(place: Path, workers: int) -> Settings:
    return make(
        place, 1, free_port(), None, workers=workers, mail=NOWHERE, simulated_clock=True
    )  # fmt: skip

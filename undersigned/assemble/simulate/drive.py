"""Drives a running installation through a plan: forms, letters, presses, all by HTTP, as fast as it can.

Simulated time is moved forward to whatever comes next. It waits in two places, so that the machine's own delays
can never make anything late in simulated time: never more than some hours ahead of the oldest form whose
letter has not come yet, and at every midnight until all of the day is counted. One event loop.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter, OrderedDict, deque
from collections.abc import Callable, Iterator

from undersigned.assemble.clock import SimulatedClock
from undersigned.assemble.simulate.agenda import Agenda
from undersigned.assemble.simulate.client import Pool
from undersigned.assemble.simulate.diary import Diary, is_twin
from undersigned.assemble.simulate.latency import Durations
from undersigned.assemble.simulate.people import number_of
from undersigned.assemble.simulate.plan import Act, Person
from undersigned.assemble.simulate.requests import MUST, SIGNED, SLIPPED, Requests

__all__ = ["Drive", "Stuck"]

DAY = 86_400
AHEAD = 8 * 3600.0  # simulated seconds that time may run ahead of the oldest letter still to come
LETTERS = 20_000  # letters still to come, above which nobody signs
LOOK = 0.02  # seconds between two looks at what time allows now
AGAIN = 1.0  # seconds after which a request that was put off is sent again
STILL = 120.0  # seconds in which nothing happens at all, after which the installation is given up
_LATER = (429, 503)


class Stuck(Exception):
    """The installation does nothing any more; the message says what was waited for."""


class _Signer:
    """Somebody who has signed: the links they hold, and what they would do if the letter were there."""

    __slots__ = ("parked", "pressed", "signed", "tokens", "twin")

    def __init__(self, twin: bool) -> None:
        self.pressed = 0  # the midnight after the press that counts, once it is acknowledged
        self.twin = twin  # a second letter will come
        self.signed = time.perf_counter()
        self.tokens: list[str] = []
        self.parked: list[tuple[Act, Person]] = []


class Drive:
    """One run through a plan. `counted` says how many forms and how many standing the installation has published."""

    def __init__(
        self,
        plan: Iterator[Person],
        diary: Diary,
        clock: SimulatedClock,
        requests: Requests,
        counted: Callable[[], tuple[int, int]],
    ) -> None:
        """Take the plan, where its answers are written down, the clock it moves, and what it asks with."""
        self.diary = diary
        self.durations = {name: Durations() for name in ("sign", "confirm", "letter")}
        self.statuses: Counter[str] = Counter()  # answers other than those that had to come
        self.stopping = False
        self.signed_at = 0.0  # time.monotonic when a form was last acknowledged
        self._agenda: Agenda[_Signer] = Agenda(plan)
        self._clock = clock
        self._requests = requests
        self._counted = counted
        self._waiting: dict[int, _Signer] = {}  # by number: whose letter is still to come
        self._unlettered: OrderedDict[int, float] = OrderedDict()  # simulated time of the form; ~number: a second
        self._ready: deque[Callable[[], None]] = deque()
        self._midnight = (int(clock()) // DAY + 1) * DAY
        self._moved = time.monotonic()
        self._put_off = 0  # requests that are to be sent once more, in a moment
        self._pool: Pool

    def prepare(self, pool: Pool) -> None:
        """Take the connections, whose `idle` is `pump`, before they are opened."""
        self._pool = pool

    async def run(self, progress: Callable[[int, float], None]) -> None:
        """Do everything that the plan holds, and return when all of it is counted.

        Raises:
            Stuck: nothing happens any more.
        """
        pool = self._pool
        while not self._done():
            self.pump()
            progress(self.diary.sent.acknowledged, self._clock())
            pool.give_up_late()
            if self._day_is_over():
                await self._until_counted()
                self._clock.advance(self._midnight)
                self._midnight += DAY
            elif time.monotonic() - self._moved > STILL:
                raise Stuck(f"{len(self._unlettered)} letters, {pool.in_flight} answers did not come in {STILL:.0f} s")
            else:
                await asyncio.sleep(LOOK)
        await self._until_counted()
        progress(self.diary.sent.acknowledged, self._clock())

    def _done(self) -> bool:
        if self._ready or self._put_off or self._pool.in_flight:
            return False
        return self.stopping or (self._agenda.next_at() is None and not self._unlettered)

    def _day_is_over(self) -> bool:
        at = self._agenda.next_at()
        idle = not (self._ready or self._put_off or self._unlettered or self._pool.in_flight)
        return idle and not self.stopping and at is not None and at >= self._midnight

    async def _until_counted(self) -> None:
        """Wait until the published count has everything that was acknowledged."""
        sent, since = self.diary.sent, time.monotonic()
        while True:
            forms, standing = self._counted()
            if forms >= sent.acknowledged and (standing == sent.standing or sent.unanswered):
                return
            if time.monotonic() - since > STILL:
                return  # the books will tell
            await asyncio.sleep(LOOK)

    def pump(self) -> None:
        """Send whatever is due and finds a free connection."""
        while self._pool.free and (self._ready or not self.stopping):
            if self._ready:
                self._ready.popleft()()
            elif not self._next():
                return

    def _next(self) -> bool:
        """Do the next thing of the agenda; False where it has to wait."""
        at = self._agenda.next_at()
        if at is None or at >= self._midnight or at > self._limit():
            return False
        now = self._clock.advance(at)
        if len(self._unlettered) < LETTERS and (person := self._agenda.signer(now)) is not None:
            self._begin(person)
            return True
        task = self._agenda.task(now)
        if task is None:
            return False
        _, act, person, signer = task
        if self._too_soon(act, person, signer):
            self._agenda.put(self._midnight + 1.0, act, person, signer)
        elif act == "again":
            self._sign(person, person.again, signer)
        else:
            self._with_link(act, person, signer)
        return True

    def _too_soon(self, act: Act, person: Person, signer: _Signer) -> bool:
        """Tell whether a deed leans on a press that may not be taken in yet.

        Hours of simulated time are milliseconds here, and two doors have two journals, which the mill reads one
        after the other. At the next midnight everything before is counted.
        """
        leans = act in ("withdraw", "erase") or (
            act == "again" and not signer.twin and self._clock() - person.at > DAY - AHEAD
        )
        return leans and signer.pressed in (0, self._midnight)

    def _limit(self) -> float:
        """Give how far time may go: some hours beyond the oldest form whose letter is still to come."""
        return next(iter(self._unlettered.values())) + AHEAD if self._unlettered else float("inf")

    # Signing

    def _begin(self, person: Person) -> None:
        if person.slip:
            self._ask(self._requests.slip(person), lambda status, _: self._slipped(person, status))
        else:
            self._sign(person, person.email, None)

    def _slipped(self, person: Person, status: int) -> None:
        if status:
            self.diary.slip(refused=status == SLIPPED)
        else:
            self.diary.sent.unanswered += 1
        self._ready.append(lambda: self._sign(person, person.email, None))

    def _sign(self, person: Person, email: str, before: _Signer | None) -> None:
        """Send a form. The letter can come before the answer does, so the signer is known from now on."""
        signer = before or _Signer(is_twin(person))
        now = self._clock()
        if before is None:
            self._waiting[person.id] = signer
        if before is None or signer.twin:
            self._unlettered[person.id] = now
        elif now - person.at > DAY + AHEAD:
            self._unlettered[~person.id] = now  # a second letter, which says "already"

        def done(status: int, seconds: float) -> None:
            if status == SIGNED:
                self.durations["sign"].add(seconds)
                self.signed_at = time.monotonic()
                self.diary.form(now, person, again=before is not None)
                if before is None:
                    self._agenda.follow(person, signer)
                return
            self._forget(person.id)
            self._otherwise("sign", status)

        self._ask(self._requests.sign(person, email), done)

    def _forget(self, number: int) -> None:
        self._waiting.pop(number, None)
        self._unlettered.pop(number, None)
        self._unlettered.pop(~number, None)

    # Letters

    def arrived(self, recipient: str, page: str, token: str) -> None:
        """Take a letter in: the first one sets free what waited for it."""
        self._moved = time.monotonic()
        number = number_of(recipient)
        signer = self._waiting.get(number) if number is not None else None
        if signer is None or number is None or page != "k":
            self.diary.letter(first=False)
            if number is not None:
                self._unlettered.pop(~number, None)
            return
        signer.tokens.append(token)
        self.diary.letter(first=len(signer.tokens) == 1)
        self._unlettered.pop(number, None)
        if len(signer.tokens) == 1:
            self.durations["letter"].add(time.perf_counter() - signer.signed)
        parked, signer.parked = signer.parked, []
        for act, person in parked:
            self._ready.append(self._later(act, person, signer))
        if not signer.twin or len(signer.tokens) == 2:
            del self._waiting[number]
        self.pump()

    def bounced(self, recipient: str) -> None:
        """Take note of a letter that found no mailbox."""
        self._moved = time.monotonic()
        self.diary.bounce()
        number = number_of(recipient)
        if number is not None:
            self._forget(number)

    # What is done with a link

    def _later(self, act: Act, person: Person, signer: _Signer) -> Callable[[], None]:
        return lambda: self._with_link(act, person, signer)

    def _with_link(self, act: Act, person: Person, signer: _Signer) -> None:
        place = 1 if act == "confirm-again" else 0
        if len(signer.tokens) <= place:
            signer.parked.append((act, person))
            return
        now = self._clock()

        def done(status: int, seconds: float) -> None:
            if status != MUST[act]:
                self._otherwise(act, status)
                return
            if act == "confirm":
                signer.pressed = signer.pressed or self._midnight
                self.durations["confirm"].add(seconds)
            self.diary.deed(now, act, person)

        self._ask(self._requests.deed(act, person, signer.tokens[place]), done, act == "scan-head")

    # Asking

    def _ask(self, request: bytes, done: Callable[[int, float], None], head: bool = False) -> None:
        """Send a request; where it is put off, send it again a moment later."""

        def answered(status: int, seconds: float) -> None:
            self._moved = time.monotonic()
            if status not in _LATER:
                done(status, seconds)
                return
            self.diary.sent.again += 1
            self._put_off += 1
            asyncio.get_running_loop().call_later(AGAIN, self._once_more, request, done, head)

        if self._pool.free:
            self._pool.send(request, answered, head)
        else:
            self._ready.append(lambda: self._ask(request, done, head))

    def _once_more(self, request: bytes, done: Callable[[int, float], None], head: bool) -> None:
        self._put_off -= 1
        self._ready.append(lambda: self._ask(request, done, head))

    def _otherwise(self, what: str, status: int) -> None:
        """Take note of an answer that had not to come, or of none."""
        self.statuses[f"{what} {status or 'unanswered'}"] += 1
        if status:
            self.diary.sent.wrong += 1
        else:
            self.diary.sent.unanswered += 1

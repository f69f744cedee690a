"""The post: takes letters from the outbox, oldest first, and hands them over.

Addresses stand in the clear only in the letters that are on their way: a parcel is written when the
transport has a place for it. What became of letters goes to the post's own journal, as many in one segment
as were settled meanwhile, from which the sequencer learns it; the outbox itself is never written. The stage
looks at no clock: `step` is given the time and says when to call it again.

A process that dies repeats at most the letters that were handed over and do not stand in the journal yet:
those whose message is out and unanswered (one a connection), those that the transport gives at once, and those
that `Answers` has not made durable yet (`answers.LOOSE`).
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping

import msgspec

from undersigned.core import delay
from undersigned.core.delay import LetterDelay
from undersigned.core.events import LetterFailed, LetterSent
from undersigned.stages.mail.needs import (
    Answers,
    CardShelf,
    Due,
    MailKeys,
    Outbox,
    Parcel,
    Settled,
    Transport,
    Verdict,
)  # fmt: skip
from undersigned.stages.mail.queue import Queue, Try
from undersigned.stages.mail.write import House, Writer
from undersigned.vault.dkim import Signer

__all__ = ["House", "Post", "Round"]

PAUSES = (60, 300, 900, 1800, 3600)  # seconds before a letter is tried again; the last one stays
OUTAGES = (5, 15, 60, 300)  # seconds before anything is tried again where the way itself is shut
DOUBT = 900  # seconds at least before a letter that may have arrived is repeated
AGES = 50_000  # letters at most whose ages are remembered for the public figure
LOOSE = 50  # verdicts at most on letters that were never handed over and wait to be written down


class Round(msgspec.Struct, frozen=True):
    """What one step did. `codes` counts every code met; `next` is when to call again (seconds since 1970).

    `next` equals the time given where there is more to do at once, and is None where nothing waits but
    what the outbox may bring.
    """

    sent: int
    failed: int
    again: int
    codes: Mapping[str, int]
    next: int | None


class _Step:
    """What one step has done so far."""

    def __init__(self, now: int, limit: int, go_on: Callable[[], bool]) -> None:
        self.now = now
        self.limit = limit
        self.go_on = go_on
        self.begun = 0
        self.sent = 0
        self.unmade: list[tuple[int, Verdict]] = []  # verdicts on letters that were never handed over
        self.outcomes: Counter[str] = Counter()
        self.codes: Counter[str] = Counter()

    def count(self, verdict: Verdict) -> None:
        self.outcomes[verdict.outcome] += 1
        self.codes[verdict.code] += bool(verdict.code)

    def round(self, after: int | None) -> Round:
        count = self.outcomes
        return Round(self.sent, count["failed"], count["again"], dict(+self.codes), after)


def _always() -> bool:
    return True


class Post:
    """The post of one installation; there is only one."""

    def __init__(
        self,
        outbox: Outbox,
        answers: Answers,
        keys: MailKeys,
        cards: CardShelf,
        transport: Transport,
        house: House,
        signer: Signer | None = None,
    ) -> None:
        """Take the stores, who signs letters (DKIM), and learn from the journal what was sent before.

        Raises:
            Broken: the journal cannot be read.
        """
        self._answers = answers
        self._transport = transport
        self._sender = house.sender
        self._writer = Writer(keys, cards, house, signer)
        self._queue = Queue(outbox, answers.settled())
        self._on_the_way: dict[int, tuple[Due, Try]] = {}
        self._shut_until = 0
        self._outages = 0
        self._ages: deque[tuple[int, int]] = deque(maxlen=AGES)  # when handed over, and how old

    def step(self, now: int, limit: int = 200, go_on: Callable[[], bool] = _always) -> Round:
        """Handle up to `limit` letters; `now` is in seconds since 1970. Begins no letter once `go_on` says no.

        Raises:
            Broken: the journal failed. Nothing more may be sent by this process.
        """
        step = _Step(now, limit, go_on)
        self._queue.begin()
        self._on_the_way.clear()
        for settled in self._transport.hand_over(self._sender, self._parcels(step)):
            self._settle(step, [*step.unmade, *settled])
        self._settle(step, step.unmade)
        self._answers.wait()
        return step.round(self._next(now, step.begun >= limit or not go_on()))

    def delay(self, now: int) -> LetterDelay:
        """Give how long letters took lately; `now` is in seconds since 1970."""
        while self._ages and self._ages[0][0] <= now - delay.WINDOW:
            self._ages.popleft()
        oldest, untried = (None if at is None else max(0, now - at) for at in self._queue.oldest())
        return delay.of((age for _, age in self._ages), oldest, now, untried)

    def _parcels(self, step: _Step) -> Iterator[Parcel]:
        """Write one letter after the other, each when the transport asks for it."""
        while step.begun < step.limit and step.now >= self._shut_until and step.go_on():
            turn = self._queue.next(step.now)
            if turn is None:
                return
            step.begun += 1
            due, _ = self._on_the_way[turn[0].id] = turn
            made = self._writer.write(due, step.now)
            if isinstance(made, Parcel):
                yield made
            else:
                step.unmade.append((due.id, made))
                if made.everyone or len(step.unmade) >= LOOSE:
                    self._settle(step, step.unmade)

    def _settle(self, step: _Step, settled: Settled) -> None:
        """Write down what became of letters."""
        events: list[LetterSent | LetterFailed] = []
        sent = step.sent
        for number, found in settled:
            due, trial = self._on_the_way.pop(number)
            again = found.doubtful and trial.doubtful
            verdict = Verdict("failed", "unanswered") if again else found
            if verdict.outcome == "sent":
                step.sent += 1
                events.append(LetterSent(due.record, step.now))
                if due.at:
                    self._ages.append((step.now, max(0, step.now - due.at)))
                continue
            step.count(verdict)
            if verdict.outcome == "failed":
                events.append(LetterFailed(due.record, verdict.code, step.now))
            else:
                self._put_off(trial, verdict, step.now)
        step.unmade.clear()
        if step.sent > sent and step.now >= self._shut_until:
            self._outages = 0
        if events:
            self._answers.append(events)

    def _put_off(self, trial: Try, verdict: Verdict, now: int) -> None:
        """Try this letter again later, and where the way itself is shut, all the others too."""
        if verdict.everyone and now >= self._shut_until:
            self._shut_until = now + OUTAGES[min(self._outages, len(OUTAGES) - 1)]
            self._outages += 1
        if verdict.everyone and trial.attempts == 0:
            when = self._shut_until
        else:
            # A letter that shuts the way twice goes behind the others, so that it cannot hold them up.
            when = max(now, self._shut_until) + _pause(trial.attempts, verdict.doubtful)
        doubtful = trial.doubtful or verdict.doubtful
        self._queue.put_off(Try(when, trial.id, trial.attempts + 1, doubtful, trial.at))

    def _next(self, now: int, full: bool) -> int | None:
        if now < self._shut_until:
            return self._shut_until
        return now if full else self._queue.soonest


def _pause(attempts: int, doubtful: bool) -> int:
    pause = PAUSES[min(attempts, len(PAUSES) - 1)]
    return max(pause, DOUBT) if doubtful else pause

"""The post: takes one letter after the other from the outbox and hands it over.

At most one person's address is in the clear at a time, and only inside `_send`. What became of a letter
goes to the post's own journal, from which the sequencer learns it; the outbox itself is never written.
The stage neither sleeps nor looks at a clock: `step` is given the time and says when to call it again.
"""

from __future__ import annotations

import heapq
import re
from collections import Counter, deque
from collections.abc import Mapping

import msgspec

from undersigned.core.campaign import Card
from undersigned.core.events import LetterFailed, LetterSent
from undersigned.core.person import Address
from undersigned.pages.letters import letter
from undersigned.stages.mail.compose import Unfit, compose
from undersigned.stages.mail.needs import Answers, CardShelf, Due, MailKeys, Outbox, Transport, Verdict
from undersigned.vault.secret_files import Unusable
from undersigned.vault.unseal import Unreadable, open_letter

__all__ = ["House", "Post", "Round"]

HOURS = 72  # the mail key of hour H is gone, and the link confirms nothing, from hour H + 72 on
PAUSES = (60, 300, 900, 1800, 3600)  # seconds before a letter is tried again; the last one stays
OUTAGES = (5, 15, 60, 300)  # seconds before anything is tried again where the way itself is shut
DOUBT = 900  # seconds at least before a letter that may have arrived is repeated
BATCH = 20  # letters looked up at once; few, so that what is withdrawn meanwhile is not sent

_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")


class House(msgspec.Struct, frozen=True):
    """What of the settings goes into letters. Links come from here and never from a request."""

    url: str
    sender: str
    neutral: bool  # the subject does not name the petition


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


class _Try(msgspec.Struct, frozen=True, order=True):
    """A letter that waits for another try. No address, and not even the sealed one."""

    when: int
    id: int
    attempts: int = 0
    doubtful: bool = False  # it may have arrived already


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
    ) -> None:
        """Take the stores, and learn from the journal what was sent before.

        Raises:
            Broken: the journal cannot be read.
        """
        self._outbox = outbox
        self._answers = answers
        self._keys = keys
        self._cards = cards
        self._transport = transport
        self._house = house
        self._settled = answers.settled()
        self._after = 0  # every id up to here was looked at
        self._fresh: deque[Due] = deque()
        self._later: list[_Try] = []
        self._shut_until = 0
        self._outages = 0

    def step(self, now: int, limit: int = 200) -> Round:
        """Handle up to `limit` letters; `now` is in seconds since 1970.

        Raises:
            Broken: the journal failed. Nothing more may be sent by this process.
        """
        outcomes: Counter[str] = Counter()
        codes: Counter[str] = Counter()
        self._fresh.clear()
        while outcomes.total() < limit and now >= self._shut_until:
            turn = self._turn(now)
            if turn is None:
                break
            verdict = self._handle(*turn, now)
            outcomes[verdict.outcome] += 1
            codes[verdict.code] += bool(verdict.code)
        after = self._next(now, outcomes.total() >= limit)
        return Round(outcomes["sent"], outcomes["failed"], outcomes["again"], dict(+codes), after)

    def _turn(self, now: int) -> tuple[Due, _Try] | None:
        """Give the next letter; those that wait for another try go first."""
        while self._later and self._later[0].when <= now:
            trial = heapq.heappop(self._later)
            # Read anew: what was withdrawn while it waited is no longer due.
            found = self._outbox.due(trial.id - 1, 1)
            if found and found[0].id == trial.id:
                return found[0], trial
        while True:
            if not self._fresh:
                self._fresh.extend(self._outbox.due(self._after, BATCH))
            if not self._fresh:
                return None
            due = self._fresh.popleft()
            self._after = due.id
            if due.record not in self._settled:
                return due, _Try(now, due.id)

    def _handle(self, due: Due, trial: _Try, now: int) -> Verdict:
        """Send one letter and write down what became of it."""
        verdict = self._send(due, now)
        if verdict.doubtful and trial.doubtful:
            verdict = Verdict("failed", "unanswered")
        if verdict.outcome == "sent":
            self._outages = 0
            self._answers.append([LetterSent(due.record, now)])
        elif verdict.outcome == "failed":
            self._answers.append([LetterFailed(due.record, verdict.code, now)])
        else:
            self._put_off(trial, verdict, now)
        return verdict

    def _put_off(self, trial: _Try, verdict: Verdict, now: int) -> None:
        """Try this letter again later, and where the way itself is shut, all the others too."""
        if verdict.everyone:
            self._shut_until = now + OUTAGES[min(self._outages, len(OUTAGES) - 1)]
            self._outages += 1
        if verdict.everyone and trial.attempts == 0:
            when = self._shut_until
        else:
            # A letter that shuts the way twice goes behind the others, so that it cannot hold them up.
            when = max(now, self._shut_until) + _pause(trial.attempts, verdict.doubtful)
        doubtful = trial.doubtful or verdict.doubtful
        heapq.heappush(self._later, _Try(when, trial.id, trial.attempts + 1, doubtful))

    def _send(self, due: Due, now: int) -> Verdict:
        """Open, write and hand over one letter. Here alone stands an address in the clear."""
        if now >= (due.hour + HOURS) * 3600:
            return Verdict("failed", "too-late")
        key = self._key(due.hour)
        card = self._cards.get(due.campaign)
        if key is None or card is None:
            # Not gone for good: the key's life is not over. A disk may be missing, or a card not out yet.
            return Verdict("again", "no-key" if key is None else "no-card")
        try:
            address = msgspec.json.decode(open_letter(key, due.record, due.sealed), type=Address)
            recipient, message = self._write(due, card, address, now)
        except Unfit as error:
            return _unfit(error.code)
        except (Unreadable, msgspec.DecodeError):
            return Verdict("failed", "unreadable")
        except Exception:
            # Its words could hold the address, and one letter must not stop the others.
            return Verdict("again", "not-made")
        return self._transport.send(self._house.sender, recipient, message)

    def _key(self, hour: int) -> bytes | None:
        try:
            return self._keys.key(hour)
        except Unusable:
            return None

    def _write(self, due: Due, card: Card, address: Address, now: int) -> tuple[str, bytes]:
        if not _TOKEN.fullmatch(address.token):
            raise Unfit("link-malformed")
        url = self._house.url.rstrip("/")
        page = "k" if due.kind == "confirm" else "r"
        link = f"{url}/{page}/{address.token}"
        words = letter(due.kind, card, due.language, link, self._house.neutral)
        ready = compose(words, due.language, self._house.sender, address.email, due.record, now)
        return ready.recipient, ready.message

    def _next(self, now: int, full: bool) -> int | None:
        if now < self._shut_until:
            return self._shut_until
        if full:
            return now
        return self._later[0].when if self._later else None


def _pause(attempts: int, doubtful: bool) -> int:
    pause = PAUSES[min(attempts, len(PAUSES) - 1)]
    return max(pause, DOUBT) if doubtful else pause


def _unfit(code: str) -> Verdict:
    """Sort what cannot be a letter: the signer must not lose theirs over a setting or a text of ours."""
    if code == "sender-malformed":
        return Verdict("again", code, everyone=True)
    return Verdict("again" if code == "letter-malformed" else "failed", code)

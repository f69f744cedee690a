"""Letters to the press: written whole by the desk, handed over here, each at most once.

A letter is marked before it is handed over, and what became of it is written down behind that. One that is found marked
at a start may have arrived and is not sent again by itself: its state is then `unknown`, and a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Literal, Protocol, TypeAlias

import msgspec

from undersigned.pages.letters import Letter
from undersigned.stages.mail.compose import Unfit, compose
from undersigned.stages.mail.needs import Parcel, Transport, Verdict
from undersigned.vault.dkim import Signer

__all__ = ["PressLetter", "PressOutbox", "PressPost", "State"]

State: TypeAlias = Literal["sent", "failed", "unknown"]
PAUSES = (60, 300, 900, 3600)  # seconds before a letter is tried again; the last one stays
PATIENCE = 3 * 86_400  # seconds after which a letter that found no way is given up


class PressLetter(msgspec.Struct, frozen=True):
    """One letter, whole. `name` is random: 32 hexadecimal digits."""

    name: str
    to: str
    language: str
    subject: str
    body: str
    at: int  # when the desk wrote it, in seconds since 1970


class PressOutbox(Protocol):
    """Where the desk leaves letters, and learns what became of them."""

    def waiting(self) -> Sequence[PressLetter]:
        """Give the letters that wait, in order of their time."""
        ...

    def begun(self) -> Sequence[str]:
        """Give the names of letters that were begun, and of which nothing else is known."""
        ...

    def begin(self, name: str) -> None:
        """Note, durably, that a letter may be handed over from now on."""
        ...

    def again(self, name: str) -> None:
        """Let a letter that was begun wait again; it was not handed over."""
        ...

    def settle(self, name: str, state: State, code: str, at: int) -> None:
        """Write down what became of a letter, and destroy it."""
        ...


class PressPost:
    """Hands over what the desk has written. One at a time for an outbox."""

    def __init__(self, outbox: PressOutbox, transport: Transport, sender: str, signer: Signer | None = None) -> None:
        """Take the outbox, the way letters leave, whose address they bear, and who signs them (DKIM)."""
        self._outbox = outbox
        self._transport = transport
        self._sender = sender
        self._signer = signer
        self._trials: dict[str, tuple[int, int]] = {}  # name -> attempts, and when the next may be
        self._started = False

    def step(self, now: int) -> int:
        """Hand over what waits and is due; `now` in seconds since 1970. Give how many letters were sent."""
        if not self._started:
            for name in self._outbox.begun():
                self._outbox.settle(name, "unknown", "interrupted", now)
            self._started = True
        due = [one for one in self._outbox.waiting() if self._trials.get(one.name, (0, 0))[1] <= now]
        names: dict[int, PressLetter] = {}
        sent = 0
        for settled in self._transport.hand_over(self._sender, self._parcels(due, names, now)):
            for number, verdict in settled:
                sent += verdict.outcome == "sent"
                self._settle(names.pop(number), verdict, now)
        return sent

    def _parcels(self, due: Sequence[PressLetter], names: dict[int, PressLetter], now: int) -> Iterator[Parcel]:
        for number, one in enumerate(due):
            try:
                letter = Letter(one.subject, one.body, "ltr")
                ready = compose(letter, one.language, self._sender, one.to, bytes.fromhex(one.name), now)
            except Unfit as error:
                self._outbox.settle(one.name, "failed", error.code, now)
                continue
            message = ready.message if self._signer is None else self._signer.signed(ready.message, now)
            self._outbox.begin(one.name)
            names[number] = one
            yield Parcel(number, ready.recipient, message)

    def _settle(self, letter: PressLetter, verdict: Verdict, now: int) -> None:
        if verdict.outcome == "sent":
            self._outbox.settle(letter.name, "sent", "", now)
        elif verdict.doubtful:
            self._outbox.settle(letter.name, "unknown", verdict.code or "unanswered", now)
        elif verdict.outcome == "failed" or now >= letter.at + PATIENCE:
            self._outbox.settle(letter.name, "failed", verdict.code, now)
        else:
            attempts = self._trials.get(letter.name, (0, 0))[0]
            self._trials[letter.name] = attempts + 1, now + PAUSES[min(attempts, len(PAUSES) - 1)]
            self._outbox.again(letter.name)
            return
        self._trials.pop(letter.name, None)

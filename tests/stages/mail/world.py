"""The post's world for its tests: a real outbox of sealed addresses, real keys, a real journal."""

from __future__ import annotations

import os
import time
from bisect import bisect_right
from collections.abc import Callable, Sequence
from hashlib import sha256
from pathlib import Path
from typing import Literal

import msgspec

from undersigned.core.campaign import Card
from undersigned.core.events import LetterFailed, LetterSent, decode
from undersigned.core.person import Address
from undersigned.core.reading import read
from undersigned.engines.files.campaign_folder import sources
from undersigned.engines.memory.transport import MemoryTransport
from undersigned.journal.frames import unpack
from undersigned.stages.mail.answers import JournalAnswers
from undersigned.stages.mail.needs import Due, Transport
from undersigned.stages.mail.run import House, Post
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.seal import seal_letter

__all__ = ["LANGUAGES", "NOW", "Shelf", "World", "example_card", "record", "token"]

NOW = 1_795_500_000  # 2026-11-24
URL = "https://petitions.example"
SENDER = "petitions@petitions.example"
LANGUAGES = ("en", "fr", "es", "ar", "he", "ru", "zh", "sw", "hi")
_RECIPIENT = b"age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p\n"


def example_card() -> Card:
    """Give the card of the reference example."""
    folder = Path(__file__).parents[3] / "undersigned" / "examples" / "ceasefire"
    files = sources(folder)
    card = read(files.campaign, files.texts, _RECIPIENT, None, files.pictures)
    assert isinstance(card, Card)
    return card


def record(number: int) -> bytes:
    """Give the name of the number-th record."""
    return sha256(b"record %d" % number).digest()[:16]


def token(number: int) -> str:
    """Give 43 characters that look like the token of a letter."""
    return (sha256(b"token %d" % number).hexdigest() * 2)[:43]


class ListJournal:
    """A journal in a list, read and written; `refuse` makes it fail, and `slow` takes so many seconds a segment."""

    def __init__(self) -> None:
        self.segments: list[bytes] = []
        self.refuse: Exception | None = None
        self.slow = 0.0

    def append(self, segment: bytes) -> int:
        if self.refuse:
            raise self.refuse
        time.sleep(self.slow)
        self.segments.append(segment)
        return len(self.segments)

    def drop(self, upto: int) -> None:
        raise NotImplementedError

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        chosen = self.segments[after : after + limit]
        return list(enumerate(chosen, start=after + 1))

    def dropped(self) -> int:
        return 0

    def close(self) -> None:
        pass


class Shelf:
    """Cards by name."""

    def __init__(self, cards: Sequence[Card]) -> None:
        self.cards = {card.campaign: card for card in cards}

    def get(self, campaign: str) -> Card | None:
        return self.cards.get(campaign)


class Outbox:
    """An outbox in a list. What is withdrawn is taken out, as the ledger does."""

    def __init__(self) -> None:
        self.rows: list[Due] = []
        self.reads = 0

    def due(self, after: int, limit: int) -> Sequence[Due]:
        self.reads += 1
        start = bisect_right(self.rows, after, key=lambda row: row.id)
        return self.rows[start : start + limit]

    def withdraw(self, number: int) -> None:
        """Take the letter of that number out, if it still stands there."""
        self.rows = [row for row in self.rows if row.id != number]


class World:
    """Everything a post needs; `post()` starts one, again and again, on the same stores."""

    def __init__(self, folder: Path, now: int = NOW) -> None:
        self.now = now
        self.keys = MailKeys(folder / "mail", lambda: self.now)
        self.outbox = Outbox()
        self.journal = ListJournal()
        self.shelf = Shelf([example_card()])
        self.transport: Transport = MemoryTransport()
        self.neutral = False

    def write(
        self,
        number: int,
        email: str,
        language: str = "en",
        kind: Literal["confirm", "already"] = "confirm",
        link: str = "",
    ) -> Due:
        """Put the letter of the number-th record into the outbox."""
        hour, key = self.keys.current()
        address = msgspec.json.encode(Address(email, link or token(number)))
        sealed = seal_letter(key, record(number), address, os.urandom)
        due = Due(number, record(number), "ceasefire", language, kind, hour, sealed)
        self.outbox.rows.append(due)
        return due

    def post(self) -> Post:
        """Start a post, as a fresh process would."""
        answers = JournalAnswers(self.journal, self.journal)
        house = House(URL, SENDER, self.neutral)
        return Post(self.outbox, answers, self.keys, self.shelf, self.transport, house)

    def events(self) -> list[LetterSent | LetterFailed]:
        """Give what stands in the journal."""
        found = [decode(data) for segment in self.journal.segments for data in unpack(segment)]
        return [event for event in found if isinstance(event, (LetterSent, LetterFailed))]

    def sent(self) -> list[bytes]:
        return [event.letter for event in self.events() if isinstance(event, LetterSent)]

    def failed(self) -> dict[bytes, str]:
        return {event.letter: event.code for event in self.events() if isinstance(event, LetterFailed)}

    def run(self, post: Post, until: int, every: Callable[[], None] = lambda: None) -> None:
        """Call the post as its process does, until nothing is left or the time is reached."""
        while True:
            every()
            after = post.step(self.now).next
            if after is None or after > until:
                return
            self.now = max(after, self.now)

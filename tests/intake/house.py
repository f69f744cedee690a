"""A whole house around the door in one process: real seal, tags and log; journal and ledger in memory; a clock."""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import msgspec

from tests.core.campaign_files import card as made_card
from undersigned.assemble.cards import genesis
from undersigned.core.campaign import Card
from undersigned.core.countries import COUNTRIES
from undersigned.core.delay import LetterDelay
from undersigned.core.events import Epoch, Event, Signed, TextReleased, encode
from undersigned.core.person import Address, Person
from undersigned.engines.files.folder import PublicFolder
from undersigned.engines.files.high_water import FileHighWater
from undersigned.engines.files.published import PublishedFiles
from undersigned.engines.files.tiles import FileTiles
from undersigned.engines.memory.journal import MemoryJournal, MemoryJournalReader
from undersigned.engines.memory.ledger import MemoryLedger
from undersigned.intake.form import Registrar
from undersigned.intake.guard.limits import Limiter
from undersigned.intake.handle import handle
from undersigned.intake.request import Answer, Request
from undersigned.intake.world import World, hosts_of
from undersigned.journal.frames import pack
from undersigned.pages.views import Site
from undersigned.stages.publish.run import Publisher
from undersigned.stages.sequencer import run as sequencer
from undersigned.stages.tally.run import Tally
from undersigned.stages.tlog import run as tlog
from undersigned.vault.keys import make_campaign_key
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.notes import LogKeys, verify
from undersigned.vault.token import Tokens
from undersigned.vault.unseal import identity, open_epoch, open_letter, open_record

__all__ = ["FORM", "HOST", "JSON", "House", "raw_texts"]

HOST = "petitions.example.org"
URL = f"https://{HOST}"
FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
KEY = make_campaign_key()


class Cards:
    """Cards in a dictionary."""

    def __init__(self, *cards: Card) -> None:
        self.cards = {card.campaign: card for card in cards}

    def get(self, campaign: str) -> Card | None:
        return self.cards.get(campaign)

    def all(self) -> Sequence[Card]:
        return list(self.cards.values())


class Health:
    """A door in good health, until it is told otherwise."""

    is_closed = False
    words = ""

    def closed(self) -> bool:
        return self.is_closed

    def trouble(self) -> str:
        return self.words


def raw_texts(card: Card) -> tuple[tuple[str, bytes], ...]:
    import base64

    return tuple(sorted((name, base64.urlsafe_b64decode(text.hash + "=")) for name, text in card.texts.items()))


class House:
    """A campaign called `well`, open since an hour, with a journal, a ledger, a log and published files."""

    def __init__(self, folder: Path, **changes: Any) -> None:
        self.folder = folder
        self.card = msgspec.structs.replace(made_card(), recipients=(KEY.recipient,), **changes)
        self.now = self.card.opens + 3600
        self.cards = Cards(self.card)
        self.journal = MemoryJournal()
        self.ledger = MemoryLedger()
        self.health = Health()
        self.mail_keys = MailKeys(folder / "mail-keys", lambda: self.now)
        self.pepper: Any = lambda _campaign: b"p" * 32
        self.world = self._world()
        self.events: list[Event] = []
        self._reader = MemoryJournalReader(self.journal)
        self.letters: LetterDelay | None = None  # what the posts say
        self._mill()

    def _world(self, **changes: Any) -> World:
        tokens = Tokens(b"t" * 32)
        parts: dict[str, Any] = {
            "site": Site(url=URL),
            "cards": self.cards,
            "published": PublishedFiles(self.folder / "public"),
            "statuses": self.ledger,
            "tokens": tokens,
            "registrar": Registrar(tokens, self.mail_keys, lambda campaign: self.pepper(campaign), os.urandom),
            "health": self.health,
            "limits": Limiter(60, 300, os.urandom),
            "guesses": Limiter(30, 30, os.urandom),
            "courtesy": Limiter(600, 10, os.urandom),
            "hosts": hosts_of(URL, 8000, demo=False),
        }
        return World(**{**parts, **changes})

    def rebuild(self, **changes: Any) -> None:
        """Put other parts into the world."""
        self.world = self._world(**changes)

    # Requests.

    def ask(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """Send one request; what it says goes into the journal."""
        events, answer = handle(self.request(method, path, body, **headers), self.world, self.now)
        if events:
            self.events += events
            self.journal.append(pack([encode(event) for event in events]))
            self.world.recent.note(events, self.now)
        return answer

    def request(self, method: str, path: str, body: bytes = b"", **headers: str) -> Request:
        """Give a request as the server would; `_` in a header's name stands for `-`."""
        path, _, query = path.partition("?")
        peer = headers.pop("peer", "192.0.2.1")
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        length = {"content-length": str(len(body))} if method == "POST" else {}
        return Request(method, path, {"host": HOST, **length, **named}, peer, body, query)

    def get(self, path: str, **headers: str) -> Answer:
        return self.ask("GET", path, b"", **{"accept": "text/html", **headers})

    def fields(self, **changes: str) -> dict[str, str]:
        """Give a form that can be taken, with changes."""
        form = {
            "name": "Amal Haddad",
            "email": "amal@example.org",
            "country": "LB",
            "consent": "yes",
            "text": self.card.texts["en"].hash,
        }
        return {**form, **changes}

    def post(self, path: str, fields: Mapping[str, str], **headers: str) -> Answer:
        return self.ask("POST", path, urlencode(fields).encode(), **{"content_type": FORM, **headers})

    def sign(self, language: str = "en", **changes: str) -> Answer:
        return self.post(f"/c/well/{language}/sign", self.fields(**changes))

    def sign_json(self, **changes: Any) -> Answer:
        fields: dict[str, Any] = {**self.fields(), **changes}
        return self.ask("POST", "/c/well/en/sign", msgspec.json.encode(fields), content_type=JSON)

    def press(self, path: str, **fields: str) -> Answer:
        """Press a button of a letter's page."""
        return self.post(path, fields) if fields else self.ask("POST", path)

    # What only the holders of the keys can see.

    def signed(self) -> list[Signed]:
        return [event for event in self.events if isinstance(event, Signed)]

    def person(self, event: Signed) -> Person:
        """Open a sealed record with the campaign key."""
        files = [one.file for one in self.events if isinstance(one, Epoch) and one.epoch == event.epoch]
        key = open_epoch(files[0], [identity(KEY.secret)])
        return msgspec.json.decode(open_record(key, event.record, event.slot, event.sealed), type=Person)

    def letter(self, event: Signed) -> Address:
        """Open what the letter needs, as the post would."""
        key = self.mail_keys.key(event.hour)
        assert key is not None
        return msgspec.json.decode(open_letter(key, event.record, event.letter), type=Address)

    def token(self, number: int = -1) -> str:
        """Give the token of a letter, the newest by default."""
        return self.letter(self.signed()[number]).token

    # The mill.

    def _mill(self) -> None:
        public = self.folder / "public"
        self.notes = LogKeys(self.folder / "secrets", HOST)
        self.notes.make("well", empty=True)
        self.tiles = FileTiles(public / "log")
        self.publisher = Publisher(
            PublicFolder(public), self.cards, self.ledger, self.world.site, (), lambda _now: self.letters
        )
        origin = HOST
        released = TextReleased("well", raw_texts(self.card), genesis(self.card, origin, ()), self.card.opens)
        self.journal.append(pack([encode(released)]))
        self.turn()

    def sequence(self) -> None:
        """Let the ledger read the journal, and nothing else."""
        while sequencer.step(self.ledger, {"door-1": self._reader}, 100):
            pass

    def staff(self, *events: Event) -> None:
        """Let staff decide something, and the mill take it in."""
        self.journal.append(pack([encode(event) for event in events]))
        self.turn()

    def turn(self) -> None:
        """Let the mill do everything once: ledger, log, count, pages."""
        self.sequence()
        tlog.step(
            self.ledger, self.tiles, self.notes, FileHighWater(self.folder / "high"), tlog.Circle((), verify),
            "well", 10, self.now, HOST, regions={code: one.region for code, one in COUNTRIES.items()},
        )  # fmt: skip
        Tally(self.ledger).step("well", self.card.milestones)
        self.publisher.step(self.now)

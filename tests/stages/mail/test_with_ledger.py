"""The post beside a real ledger: what the sequencer queues is sent, and what it learns is not sent again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import msgspec
import pytest

from tests.stages.mail.world import NOW, SENDER, URL, Shelf, example_card, record, token
from undersigned.core.events import Epoch, Event, Signed, Withdrawn, encode
from undersigned.core.person import Address
from undersigned.engines.memory.transport import MemoryTransport
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.engines.sqlite.ledger import SqliteLedger, SqliteLedgerReader
from undersigned.journal.frames import pack
from undersigned.stages.mail.answers import JournalAnswers
from undersigned.stages.mail.needs import Verdict
from undersigned.stages.mail.run import House, Post
from undersigned.stages.sequencer.run import step
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.seal import seal_letter

EPOCH = bytes(16)


class Site:
    """One data folder with a door's journal, the post's journal and the ledger between them."""

    def __init__(self, folder: Path) -> None:
        self.door, self.own = SqliteJournal(folder / "door-1.db"), SqliteJournal(folder / "post.db")
        self.readers = {name: SqliteJournalReader(folder / f"{name}.db") for name in ("door-1", "post")}
        self.ledger = SqliteLedger(folder / "ledger.db", folder / "slots.db")
        self.outbox = SqliteLedgerReader(folder / "ledger.db")
        self.keys = MailKeys(folder / "mail", lambda: NOW)
        self.transport = MemoryTransport()

    def happen(self, *events: Event) -> None:
        self.door.append(pack([encode(event) for event in events]))
        self.mill()

    def mill(self) -> None:
        while step(self.ledger, self.readers, 100):
            pass

    def signed(self, number: int, who: str, at: int = NOW) -> Signed:
        """Give the event of a form. `who` is the address and, for the tag, the person."""
        hour, key = self.keys.current()
        address = msgspec.json.encode(Address(f"{who}@mail.example", token(number)))
        letter = seal_letter(key, record(number), address, os.urandom)
        text = example_card().texts["en"].hash.encode()[:32]
        return Signed(
            "ceasefire", record(number), at, sha256(who.encode()).digest()[:16], self.lookup(number),
            sha256(b"leaf %d" % number).digest(), "KE", "sw", text, "1", False, EPOCH, b"sealed", letter,
            hour, "", bytes(48),
        )  # fmt: skip

    def lookup(self, number: int) -> bytes:
        return sha256(b"lookup %d" % number).digest()[:16]

    def post(self) -> Post:
        answers = JournalAnswers(self.own, self.readers["post"])
        house = House(URL, SENDER, False)
        return Post(self.outbox, answers, self.keys, Shelf([example_card()]), self.transport, house)

    def recipients(self) -> list[str]:
        return [one.recipient.split("@")[0] for one in self.transport.taken]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    found = Site(tmp_path)
    found.happen(Epoch("ceasefire", EPOCH, b"age file", NOW))
    yield found
    for reader in found.readers.values():
        reader.close()
    for store in (found.outbox, found.ledger, found.own, found.door):
        store.close()


def test_a_form_becomes_a_letter_and_the_letter_leaves_the_outbox(site: Site) -> None:
    site.happen(site.signed(1, "amal"), site.signed(2, "ben"))
    post = site.post()
    assert post.step(NOW).sent == 2
    assert site.recipients() == ["amal", "ben"]
    site.mill()
    assert site.outbox.due(0, 10) == []
    site.happen(site.signed(3, "chidi"))
    assert post.step(NOW).sent == 1


def test_the_same_address_again_on_the_same_day_gets_no_second_letter(site: Site) -> None:
    post = site.post()
    for number in range(1, 30):
        site.happen(site.signed(number, "amal", NOW + number))
        post.step(NOW + number)
    assert site.recipients() == ["amal"]


def test_a_post_started_again_before_the_ledger_has_learnt_sends_nothing_twice(site: Site) -> None:
    site.happen(site.signed(1, "amal"), site.signed(2, "ben"))
    site.post().step(NOW)
    assert len(site.outbox.due(0, 10)) == 2
    site.post().step(NOW)
    site.mill()
    site.own.drop(site.readers["post"].read(0, 10)[-1][0])
    site.post().step(NOW)
    assert site.recipients() == ["amal", "ben"]


def test_who_withdraws_before_the_letter_goes_gets_none(site: Site) -> None:
    site.transport = MemoryTransport(lambda n, who: Verdict("again", "deferred") if n == 0 else Verdict("sent"))
    site.happen(site.signed(1, "dana"))
    post = site.post()
    post.step(NOW)
    site.happen(Withdrawn(site.lookup(1), NOW + 1))
    post.step(NOW + 3600)
    assert site.recipients() == []


def test_what_is_refused_for_good_is_counted_as_bounced(site: Site) -> None:
    site.transport = MemoryTransport(lambda n, who: Verdict("failed", "address-refused"))
    site.happen(site.signed(1, "amal"))
    site.post().step(NOW)
    site.mill()
    assert site.outbox.due(0, 10) == []
    assert site.ledger.funnel("ceasefire")["bounced"] == 1


def test_the_post_says_how_long_letters_took_and_how_long_the_oldest_waits(site: Site) -> None:
    site.transport = MemoryTransport(lambda n, who: Verdict("again", "deferred") if n == 0 else Verdict("sent"))
    site.happen(site.signed(1, "amal", NOW - 100), site.signed(2, "ben", NOW - 25))
    post = site.post()
    post.step(NOW)
    said = post.delay(NOW)
    assert (said.share(0.5), said.share(1), said.oldest) == (30, 30, 120)
    assert said.untried is None, "both were tried"
    assert post.delay(NOW + 700).share(0.5) is None

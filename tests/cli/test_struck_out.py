"""Whoever holds the key writes to those who were struck out: once, in their language, with the way to appeal."""

from __future__ import annotations

import email
import json
import os
import re
import stat
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import msgspec
import pytest
from click.testing import CliRunner, Result

from tests.made import name, released, signed
from tests.pages import sample
from undersigned.assemble import stores
from undersigned.assemble.places import Places
from undersigned.cli.open import open_
from undersigned.core import campaign, written
from undersigned.core.events import Appealed, Confirmed, Event, Reinstated, Signed, StruckOut, encode
from undersigned.core.note import ED25519, format_vkey
from undersigned.core.person import Person
from undersigned.journal.frames import pack
from undersigned.pages.states import REASONS
from undersigned.pages.words import words
from undersigned.settings import read
from undersigned.stages.sequencer.run import step
from undersigned.vault.keys import key_file, make_campaign_key
from undersigned.vault.notes import public_key, sign_note
from undersigned.vault.seal import Sealer
from undersigned.vault.secret_files import write_secret
from undersigned.vault.token import Tokens, lookup

KEY = make_campaign_key()
NOW = 1_800_000_000
SEED = b"s" * 32
TOKEN_KEY = b"t" * 32
PEOPLE = {"amal": "ar", "ben": "fr", "chidi": "zh", "dana": "en", "eve": "ru"}


class House:
    """The data folder of a petition with five confirmed signatures; its sequencer is called by hand."""

    def __init__(self, work: Path) -> None:
        self.work = work
        self.settings = read(work / "data")
        places = Places(self.settings.path)
        places.make()
        card = sample.card()
        self.campaign = card.campaign
        note = sign_note(SEED, f"host/log/{card.campaign}", campaign.encode(card).decode() + "\n")
        (places.cards / f"{card.campaign}.card").write_bytes(note)
        (places.logs / card.campaign).mkdir()
        vkey = format_vkey(f"host/log/{card.campaign}", ED25519, public_key(SEED))
        (places.logs / card.campaign / "vkey").write_text(vkey + "\n")
        write_secret(places.token_key, TOKEN_KEY)
        (work / "campaign.key").write_text(key_file(KEY, NOW))
        self.sealer = Sealer([KEY.recipient], card.campaign, os.urandom, NOW)
        self.journal = stores.journal(self.settings, "door-1")
        self.ledger = stores.ledger(self.settings)
        self.reader = stores.journal_reader(self.settings, "door-1")
        self.take(msgspec.structs.replace(released(), campaign=card.campaign))
        self.people = {who: self._sign(who, language) for who, language in PEOPLE.items()}

    def take(self, *events: Event) -> None:
        """Let the journal have events, and the ledger follow."""
        self.journal.append(pack([encode(event) for event in events]))
        step(self.ledger, {"door-1": self.reader}, 10)

    def _sign(self, who: str, language: str) -> Signed:
        secret = name(f"secret/{who}")
        address = f"{who}@example.org"
        person = Person(
            campaign=self.campaign, name=f"{who} the signer", email=address, canonical=address, country="KE",
            comment="", language=language, text="A" * 43, consent="1", updates=False, day="2027-01-15", channel="e",
            signed=NOW, secret=urlsafe_b64encode(secret).decode().rstrip("="),
        )  # fmt: skip
        sealed = self.sealer.seal(msgspec.json.encode(person), NOW)
        facts: dict[str, Any] = {
            "record": sealed.record,
            "sealed": sealed.sealed,
            "slot": sealed.slot,
            "epoch": sealed.epoch,
        }
        event = signed(who, at=NOW, campaign=self.campaign, language=language, lookup=lookup(secret), **facts)
        self.take(*([sealed.new_epoch] if sealed.new_epoch else []), event, Confirmed(event.lookup, NOW + 60))
        return event

    def strike(self, *people: str, code: str = "fraud") -> None:
        """Strike these out."""
        self.take(*(StruckOut(self.people[who].record, code, NOW + 100) for who in people))

    def letters(self) -> dict[str, EmailMessage]:
        """Give the letters that lie there by whom they are to."""
        found = {}
        for file in (self.work / "letters" / self.campaign).glob("*.eml"):
            message = email.message_from_bytes(file.read_bytes(), policy=policy.SMTP)
            assert isinstance(message, EmailMessage)
            found[str(message["To"]).partition("@")[0]] = message
        return found

    def run(self, *more: str, expect: int = 0) -> Result:
        """Call the command."""
        key = str(self.work / "campaign.key")
        given = ["--dir", str(self.settings.path), "--key", key, "--struck-out", str(self.work / "letters"), *more]
        done = CliRunner().invoke(open_, given)
        assert done.exit_code == expect, done.output
        assert "Traceback" not in done.output
        assert not [who for who in PEOPLE if f"{who}@" in done.output or f"{who} the" in done.output]
        return done

    def report(self) -> dict[str, int]:
        """Call the command, and give its numbers."""
        found = json.loads(self.run("--json").stdout)
        return {key: found[key] for key in ("written", "before", "appealed", "dropped") if found[key]}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    made = House(tmp_path)
    yield made
    made.ledger.close()
    made.journal.close()


def test_each_gets_one_letter_in_their_own_language_with_the_reason_and_a_link_that_opens_their_page(
    house: House,
) -> None:
    house.strike("amal", "ben", "chidi")
    assert house.report() == {"written": 3}
    found = house.letters()
    assert sorted(found) == ["amal", "ben", "chidi"]
    for who, title in (("amal", "شُطب توقيعك"), ("ben", "Votre signature a été radiée"), ("chidi", "您的签名已被剔除")):
        letter = found[who]
        assert title in str(letter["Subject"])
        assert letter["Content-Language"] == PEOPLE[who]
        assert letter["From"] == house.settings.sender
        (link,) = re.findall(r"https?://\S+/r/(\S+)", letter.get_content())
        token = Tokens(TOKEN_KEY).read(link)
        assert lookup(token.secret) == house.people[who].lookup
        assert who not in letter.get_content(), "a name is not needed"
        reason = words(PEOPLE[who]).gettext(REASONS["fraud"])
        assert "".join(reason.split()) in "".join(letter.get_content().replace("\u200f", "").split())
    assert not house.letters()["ben"].is_multipart(), "plain text: nothing that is loaded from anywhere"


def test_nobody_is_written_to_twice_and_letters_and_list_are_for_their_owner_only(house: House) -> None:
    house.strike("amal")
    house.run()
    folder = house.work / "letters" / house.campaign
    (file,) = folder.glob("*.eml")
    assert (stat.S_IMODE(file.stat().st_mode), stat.S_IMODE(folder.stat().st_mode)) == (0o600, 0o700)
    file.unlink()  # sent
    house.strike("ben")
    assert house.report() == {"written": 1, "before": 1}
    assert sorted(house.letters()) == ["ben"]
    text = (folder / written.FILE).read_text()
    assert written.read(text) == (house.campaign, {house.people[who].record: "fraud" for who in ("amal", "ben")})
    assert "@" not in text


def test_whoever_is_reinstated_leaves_the_list_and_is_written_to_if_struck_out_again(house: House) -> None:
    house.strike("amal", "ben")
    house.run()
    house.take(Reinstated(house.people["amal"].record, NOW + 200))
    assert house.report() == {"before": 1, "dropped": 1}
    assert sorted(house.letters()) == ["ben"], "a letter that was not sent yet goes"
    house.strike("amal", code="court")
    assert house.report() == {"written": 1, "before": 1}
    house.take(Reinstated(house.people["ben"].record, NOW + 300))
    house.strike("ben", code="court")
    assert house.report() == {"written": 1, "before": 1}, "another reason is another letter"


def test_whoever_has_appealed_knows_and_gets_no_letter(house: House) -> None:
    house.strike("dana", "eve")
    house.take(Appealed(house.people["dana"].lookup, NOW + 200))
    assert house.report() == {"written": 1, "appealed": 1}
    assert sorted(house.letters()) == ["eve"]
    assert house.report() == {"before": 2}


def test_only_those_records_are_opened(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    from undersigned.stages.deliver.open import Opening

    opened: list[bytes] = []
    real = Opening._person

    def seen(self: Opening, row: object) -> object:
        opened.append(row[0])  # type: ignore[index]
        return real(self, row)  # type: ignore[arg-type]

    monkeypatch.setattr(Opening, "_person", seen)
    house.strike("amal")
    house.run()
    house.strike("ben")
    house.run()
    house.run()
    assert opened == [house.people[who].record for who in ("amal", "ben")]


def test_a_copy_without_the_key_of_links_leads_to_the_page_that_sends_one(house: House) -> None:
    Places(house.settings.path).token_key.unlink()
    house.strike("ben")
    house.run()
    assert f"/c/{house.campaign}/fr/link\n" in house.letters()["ben"].get_content().replace("\r\n", "\n")


def test_a_record_that_stays_closed_is_counted_and_tried_again(house: House) -> None:
    house.strike("amal")
    right = (house.work / "campaign.key").read_text()
    (house.work / "campaign.key").write_text(key_file(make_campaign_key(), NOW))
    assert "1 other key" in house.run(expect=1).stdout
    (house.work / "campaign.key").write_text(right)
    assert house.report() == {"written": 1}


def test_what_is_wrong_is_said_in_words(house: House) -> None:
    house.strike("amal")
    for more in (["--out", "x"], ["--state", "struck"], ["--format", "csv"], ["--with-withdrawn"]):
        assert "Leave out the options" in house.run(*more, expect=2).stderr
    folder = house.work / "letters" / house.campaign
    folder.mkdir(parents=True)
    (folder / written.FILE).write_text("nothing of ours\n")
    assert "is damaged" in house.run(expect=1).stderr
    (folder / written.FILE).write_text(written.write("other", {}))
    assert "belongs to the campaign other" in house.run(expect=1).stderr
    (folder / written.FILE).unlink()
    next(Places(house.settings.path).cards.glob("*.card")).unlink()
    assert "Copy cards/ and public/log/ as well" in house.run(expect=1).stderr
    assert house.letters() == {}


@pytest.mark.parametrize(
    "text", ["", "x", "# undersigned struck-out/1 river\nzz fraud\n", "\ufeff# undersigned struck-out/2 river\n"]
)
def test_what_is_no_list_is_refused(text: str) -> None:
    with pytest.raises(written.NoList):
        written.read(text)


def test_a_list_is_read_as_it_was_written() -> None:
    reasons = {name("a"): "fraud", name("b"): "court"}
    assert written.read("\ufeff" + written.write("river", reasons).replace("\n", "\r\n")) == ("river", reasons)

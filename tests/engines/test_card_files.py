"""Cards at the door: signed by the campaign's key or not believed, fresh within a second, the last good one kept."""

from __future__ import annotations

import logging
from pathlib import Path

import msgspec
import pytest

from tests.core.campaign_files import card as made_card
from undersigned.core import campaign
from undersigned.core.campaign import Card
from undersigned.core.note import ED25519, Malformed, format_vkey, open_note, parse_vkey
from undersigned.engines.files.cards import CardFiles
from undersigned.vault.notes import public_key, sign_note, verify

SEED = b"s" * 32
CARD = made_card()


class Shelf:
    """A folder of cards, its reader, and a clock."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.now = 100.0
        self.keys = {"well": SEED}
        self.cards = CardFiles(folder, self._opened, lambda: self.now)

    def _opened(self, name: str, note: bytes) -> str:
        key = format_vkey(f"host/log/{name}", ED25519, public_key(self.keys[name]))
        return open_note(note, [parse_vkey(key)], verify).text

    def write(self, card: Card, seed: bytes = SEED, name: str = "") -> None:
        text = campaign.encode(card).decode() + "\n"
        note = sign_note(seed, f"host/log/{name or card.campaign}", text)
        self.put(name or card.campaign, note)

    def put(self, name: str, data: bytes) -> None:
        draft = self.folder / ".draft"
        draft.write_bytes(data)
        draft.rename(self.folder / f"{name}.card")

    def get(self, name: str = "well") -> Card | None:
        self.now += 1.0
        return self.cards.get(name)


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path)


def test_a_signed_card_is_read_and_a_new_one_seen_by_the_next_request(shelf: Shelf) -> None:
    shelf.write(CARD)
    assert shelf.get() == CARD
    paused = msgspec.structs.replace(CARD, paused=True)
    shelf.write(paused)
    assert shelf.cards.get("well") == paused


def test_a_card_written_over_in_place_is_seen_within_a_second(shelf: Shelf) -> None:
    shelf.write(CARD)
    assert shelf.get() == CARD
    paused = msgspec.structs.replace(CARD, paused=True)
    text = campaign.encode(paused).decode() + "\n"
    (shelf.folder / "well.card").write_bytes(sign_note(SEED, "host/log/well", text))
    assert shelf.cards.get("well") == CARD  # the folder itself has not changed
    assert shelf.get() == paused


def test_within_its_fresh_seconds_a_card_is_given_without_asking_the_disk_and_anew_after_them(shelf: Shelf) -> None:
    shelf.cards = CardFiles(shelf.folder, shelf._opened, lambda: shelf.now, fresh_seconds=0.01)
    shelf.write(CARD)
    assert shelf.cards.get("well") == CARD
    paused = msgspec.structs.replace(CARD, paused=True)
    shelf.write(paused)
    shelf.now += 0.009
    assert shelf.cards.get("well") == CARD
    shelf.now += 0.002
    assert shelf.cards.get("well") == paused


def test_a_card_that_stays_is_the_same_object(shelf: Shelf) -> None:
    shelf.write(CARD)
    assert shelf.get() is shelf.get()


def test_a_card_signed_by_another_key_is_refused_and_the_old_one_stays(
    shelf: Shelf, caplog: pytest.LogCaptureFixture
) -> None:
    shelf.write(CARD)
    assert shelf.get() == CARD
    shelf.write(msgspec.structs.replace(CARD, recipients=("age1attacker",)), seed=b"e" * 32)
    assert shelf.get() == CARD
    assert shelf.get() == CARD
    assert caplog.messages == ["the card of well was refused: Forged"]


def test_every_single_changed_byte_is_refused(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.CRITICAL)
    shelf.write(CARD)
    good = (shelf.folder / "well.card").read_bytes()
    for at in range(0, len(good), 23):
        shelf.put("well", good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
        found = CardFiles(shelf.folder, shelf._opened, lambda: 0.0).get("well")
        assert found is None or found == CARD


@pytest.mark.parametrize("data", [b"", b"{}", b"\xff" * 100, b"text\n\nno signature\n"])
def test_what_is_no_note_is_refused(shelf: Shelf, data: bytes) -> None:
    shelf.put("well", data)
    assert shelf.get() is None
    assert shelf.cards.all() == ()


def test_a_signed_note_that_is_no_card_is_refused(shelf: Shelf) -> None:
    shelf.put("well", sign_note(SEED, "host/log/well", '{"campaign":"well"}\n'))
    assert shelf.get() is None


def test_a_card_of_another_campaign_under_this_name_is_refused(shelf: Shelf) -> None:
    shelf.write(msgspec.structs.replace(CARD, campaign="bridge"), name="well")
    assert shelf.get() is None


def test_a_card_whose_key_comes_later_is_read_then(shelf: Shelf, caplog: pytest.LogCaptureFixture) -> None:
    seed = shelf.keys.pop("well")
    shelf.write(CARD)
    assert shelf.get() is None
    shelf.keys["well"] = seed
    assert shelf.get() == CARD
    assert caplog.messages == []


def test_a_card_that_is_taken_away_is_gone(shelf: Shelf) -> None:
    shelf.write(CARD)
    assert shelf.get() == CARD
    (shelf.folder / "well.card").unlink()
    assert shelf.get() is None


def test_the_newest_opening_comes_first(shelf: Shelf) -> None:
    shelf.keys |= {"old": SEED, "young": SEED}
    for name, opens in (("old", 10), ("young", 30), ("well", 20)):
        shelf.write(msgspec.structs.replace(CARD, campaign=name, opens=opens))
    shelf.now += 1
    assert [card.campaign for card in shelf.cards.all()] == ["young", "well", "old"]


def test_malformed_keys_are_no_reason_to_fall(shelf: Shelf) -> None:
    def broken(_name: str, _note: bytes) -> str:
        raise Malformed("no key")

    shelf.write(CARD)
    assert CardFiles(shelf.folder, broken, lambda: 0.0).all() == ()

"""The post: every signer gets one letter, soon, and nobody gets a second one for nothing."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Literal

import msgspec
import pytest

from tests.stages.mail.world import LANGUAGES, NOW, URL, World, record, token
from undersigned.core.events import LetterFailed, LetterSent
from undersigned.engines.memory.transport import Handed, MemoryTransport
from undersigned.journal.frames import unpack
from undersigned.journal.needs import Broken
from undersigned.stages.mail.answers import LOOSE
from undersigned.stages.mail.needs import Verdict

HOUR = 3600
SENT = Verdict("sent")
LATER = Verdict("again", "deferred")
SHUT = Verdict("again", "unreachable", everyone=True)
MAYBE = Verdict("again", "dropped", doubtful=True)


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def transport(world: World) -> MemoryTransport:
    assert isinstance(world.transport, MemoryTransport)
    return world.transport


def links(handed: Handed) -> list[str]:
    return re.findall(r"https?://\S+", handed.parsed().get_content())


# --- the letter itself -------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["confirm", "already"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_in_each_language_holds_one_link_and_nothing_else_to_press(
    world: World, language: str, kind: Literal["confirm", "already"]
) -> None:
    """ "It was not me" is a button of the page that the link leads to."""
    world.write(1, "amal@mail.example", language, kind)
    world.post().step(world.now)
    handed = transport(world).taken[0]
    assert links(handed) == [f"{URL}/{'k' if kind == 'confirm' else 'r'}/{token(1)}"]
    assert handed.parsed()["Content-Language"] == language
    title = world.shelf.cards["ceasefire"].texts[language].title
    assert "".join(title.split()) in "".join(handed.parsed().get_content().split())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_letter_reads_well_as_plain_text(world: World, language: str) -> None:
    world.write(1, "amal@mail.example", language)
    world.post().step(world.now)
    body = transport(world).taken[0].parsed().get_content()
    lines = body.splitlines()
    assert all(len(line) <= 76 or "://" in line for line in lines)
    assert all(line == line.rstrip() for line in lines)
    assert all(line.strip() == line for line in lines if "://" in line), "a link stands on a line of its own"
    assert "<" not in body
    assert "{" not in body
    assert "%(" not in body


def test_a_neutral_letter_does_not_name_the_petition(world: World) -> None:
    world.neutral = True
    title = world.shelf.cards["ceasefire"].texts["en"].title
    world.write(1, "dana@mail.example")
    world.post().step(world.now)
    assert title not in transport(world).taken[0].parsed()["Subject"]


def test_an_unknown_language_gets_the_first_of_the_campaign(world: World) -> None:
    world.write(1, "amal@mail.example", "xx")
    assert world.post().step(world.now).sent == 1


# --- one letter each ---------------------------------------------------------------------------------------


def test_every_letter_goes_once_in_the_order_of_the_outbox(world: World) -> None:
    for number in range(1, 60):
        world.write(number, f"n{number}@mail.example")
    done = world.post().step(world.now)
    assert (done.sent, done.failed, done.again, done.next) == (59, 0, 0, None)
    assert [one.recipient for one in transport(world).taken] == [f"n{n}@mail.example" for n in range(1, 60)]
    assert world.sent() == [record(number) for number in range(1, 60)]


def test_a_second_look_at_the_outbox_sends_nothing_again(world: World) -> None:
    world.write(1, "amal@mail.example")
    post = world.post()
    post.step(world.now)
    assert post.step(world.now).sent == 0
    world.write(2, "ben@mail.example")
    assert post.step(world.now).sent == 1


def test_a_restart_sends_nothing_again(world: World) -> None:
    world.write(1, "amal@mail.example")
    world.write(2, "eve@evil")
    world.post().step(world.now)
    world.write(3, "ben@mail.example")
    assert world.post().step(world.now).sent == 1
    assert [one.recipient for one in transport(world).taken] == ["amal@mail.example", "ben@mail.example"]


def test_a_crash_between_handing_over_and_writing_down_repeats_as_many_letters_as_may_be_loose(world: World) -> None:
    for number in range(1, 301):
        world.write(number, f"n{number}@mail.example")
    post = world.post()
    world.journal.refuse = Broken("disk")
    with pytest.raises(Broken):
        post.step(world.now)
    world.journal.refuse = None
    while world.post().step(world.now).sent:
        pass
    got = Counter(one.recipient for one in transport(world).taken)
    assert set(got) == {f"n{n}@mail.example" for n in range(1, 301)}
    again = [one for one, times in got.items() if times == 2]
    assert 1 <= len(again) <= LOOSE + 1
    assert set(got.values()) == {1, 2}
    same = {one.parsed()["Message-ID"] for one in transport(world).taken if one.recipient == again[0]}
    assert len(same) == 1


def test_a_step_ends_when_everything_is_written_down(world: World) -> None:
    world.journal.slow = 0.02
    for number in range(1, 120):
        world.write(number, f"n{number}@mail.example")
    world.post().step(world.now)
    assert sum(len(unpack(segment)) for segment in world.journal.segments) == 119


def test_a_limit_ends_a_step_and_asks_for_another_at_once(world: World) -> None:
    for number in range(1, 8):
        world.write(number, f"n{number}@mail.example")
    post = world.post()
    assert post.step(world.now, limit=5).next == world.now
    assert post.step(world.now, limit=5).sent == 2


# --- trying again ------------------------------------------------------------------------------------------


def test_a_letter_put_off_is_tried_with_growing_pauses_and_holds_nobody_up(world: World) -> None:
    world.transport = MemoryTransport(lambda n, who: LATER if who.startswith("slow") else SENT)
    world.write(1, "slow@mail.example")
    world.write(2, "ben@mail.example")
    post = world.post()
    done = post.step(world.now)
    assert (done.sent, done.again, dict(done.codes)) == (1, 1, {"deferred": 1})
    waits = []
    for _ in range(7):
        after = post.step(world.now).next
        assert after is not None
        waits.append(after - world.now)
        world.now = after
        post.step(world.now)
    assert waits == [60, 300, 900, 1800, 3600, 3600, 3600]


def test_a_letter_put_off_arrives_once_the_server_takes_it(world: World) -> None:
    world.transport = MemoryTransport(lambda n, who: LATER if n < 4 else SENT)
    world.write(1, "amal@mail.example")
    world.run(world.post(), NOW + 72 * HOUR)
    assert len(transport(world).taken) == 1
    assert world.sent() == [record(1)]


def test_while_the_way_is_shut_nothing_is_tried_and_afterwards_everything_goes(world: World) -> None:
    shut = True
    world.transport = MemoryTransport(lambda n, who: SHUT if shut else SENT)
    for number in range(1, 40):
        world.write(number, f"n{number}@mail.example")
    post = world.post()
    first = post.step(world.now)
    assert (first.again, first.next) == (1, world.now + 5)
    assert post.step(world.now + 4).again == 0
    world.run(post, NOW + 2 * HOUR)
    assert len(transport(world).attempts) < 40
    shut = False
    world.run(post, world.now + 2 * HOUR)
    got = Counter(one.recipient for one in transport(world).taken)
    assert got == {f"n{n}@mail.example": 1 for n in range(1, 40)}


def test_one_letter_that_shuts_the_way_every_time_does_not_hold_up_the_others(world: World) -> None:
    world.transport = MemoryTransport(lambda n, who: SHUT if who.startswith("poison") else SENT)
    world.write(1, "poison@mail.example")
    for number in range(2, 10):
        world.write(number, f"n{number}@mail.example")
    world.run(world.post(), NOW + HOUR)
    assert len(transport(world).taken) == 8


def test_a_letter_that_may_have_arrived_is_repeated_once_and_no_more(world: World) -> None:
    world.transport = MemoryTransport(lambda n, who: MAYBE)
    world.write(1, "amal@mail.example")
    world.run(world.post(), NOW + 72 * HOUR)
    assert len(transport(world).taken) == 2
    assert world.failed() == {record(1): "unanswered"}
    assert world.now >= NOW + 900


def test_what_was_withdrawn_while_it_waited_is_not_sent(world: World) -> None:
    world.transport = MemoryTransport(lambda n, who: LATER if n == 0 else SENT)
    world.write(1, "dana@mail.example")
    post = world.post()
    post.step(world.now)
    world.outbox.rows.clear()
    world.run(post, NOW + 72 * HOUR)
    assert transport(world).taken == []
    assert world.events() == []


# --- what fails for good -----------------------------------------------------------------------------------


def test_a_refused_address_is_written_down_with_our_code(world: World) -> None:
    world.transport = MemoryTransport(lambda n, who: Verdict("failed", "address-refused"))
    world.write(1, "amal@mail.example")
    world.post().step(world.now)
    assert world.events() == [LetterFailed(record(1), "address-refused", world.now)]


@pytest.mark.parametrize("email", ["a@b.example\r\nBcc: eve@evil.example", "a@b.example, eve@evil.example", "x"])
def test_an_address_that_is_none_is_never_handed_over(world: World, email: str) -> None:
    world.write(1, email)
    world.write(2, "ben@mail.example")
    world.post().step(world.now)
    assert world.failed() == {record(1): "address-malformed"}
    assert [one.recipient for one in transport(world).attempts] == ["ben@mail.example"]


def test_a_link_is_never_made_of_something_else_than_a_token(world: World) -> None:
    world.write(1, "amal@mail.example", link="@evil.example/" + "x" * 29)
    world.post().step(world.now)
    assert world.failed() == {record(1): "link-malformed"}


def test_a_wrong_sender_or_title_of_ours_costs_nobody_their_letter(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in (1, 2):
        world.write(number, f"n{number}@mail.example")
    monkeypatch.setattr("tests.stages.mail.world.SENDER", "nobody")
    assert dict(world.post().step(world.now).codes) == {"sender-malformed": 1}
    monkeypatch.undo()
    card = world.shelf.cards["ceasefire"]
    texts = {"en": msgspec.structs.replace(card.texts["en"], title="a\x07b")}
    world.shelf.cards["ceasefire"] = msgspec.structs.replace(card, texts=texts, languages=("en",))
    assert dict(world.post().step(world.now).codes) == {"letter-malformed": 2}
    world.shelf.cards["ceasefire"] = card
    assert world.post().step(world.now).sent == 2


def test_after_72_hours_a_letter_is_too_late_and_its_key_is_not_asked_for(world: World) -> None:
    world.transport = MemoryTransport(lambda n, who: LATER)
    world.write(1, "amal@mail.example")
    world.run(world.post(), NOW + 80 * HOUR)
    assert world.failed() == {record(1): "too-late"}
    assert world.now <= (NOW // HOUR + 73) * HOUR
    assert all(not isinstance(event, LetterSent) for event in world.events())


def test_a_key_that_is_away_for_a_while_loses_no_letter(world: World, tmp_path: Path) -> None:
    world.write(1, "amal@mail.example")
    folder, away = tmp_path / "mail", tmp_path / "away"
    folder.rename(away)
    world.keys._held.clear()
    post = world.post()
    assert dict(post.step(world.now).codes) == {"no-key": 1}
    away.rename(folder)
    world.run(post, NOW + HOUR)
    assert world.sent() == [record(1)]


def test_a_card_that_is_away_for_a_while_loses_no_letter(world: World) -> None:
    world.write(1, "amal@mail.example")
    cards, world.shelf.cards = world.shelf.cards, {}
    post = world.post()
    assert dict(post.step(world.now).codes) == {"no-card": 1}
    world.shelf.cards = cards
    world.run(post, NOW + HOUR)
    assert world.sent() == [record(1)]


def test_a_damaged_letter_is_written_down_and_the_next_goes(world: World) -> None:
    due = world.write(1, "amal@mail.example")
    broken = due.sealed[:-1] + bytes([due.sealed[-1] ^ 1])
    world.outbox.rows[0] = msgspec.structs.replace(due, sealed=broken)
    world.write(2, "ben@mail.example")
    swapped = world.write(3, "chidi@mail.example")
    world.outbox.rows[2] = msgspec.structs.replace(swapped, sealed=due.sealed)
    world.post().step(world.now)
    assert world.failed() == {record(1): "unreadable", record(3): "unreadable"}
    assert world.sent() == [record(2)]


def test_a_letter_that_cannot_be_made_says_nothing_and_stops_nobody(
    world: World, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def fail(*given: object) -> None:
        raise RuntimeError(f"cannot do {given}")

    monkeypatch.setattr("undersigned.stages.mail.write.letter", fail)
    world.write(1, "amal@mail.example")
    done = world.post().step(world.now)
    assert dict(done.codes) == {"not-made": 1}
    assert capfd.readouterr() == ("", "")


def test_a_journal_that_fails_stops_the_post(world: World) -> None:
    world.write(1, "amal@mail.example")
    post = world.post()
    world.journal.refuse = Broken("disk")
    with pytest.raises(Broken) as failure:
        post.step(world.now)
    assert str(failure.value) == "disk"
    assert failure.value.__context__ is None


def test_the_journal_holds_no_address_and_no_token(world: World) -> None:
    world.write(1, "amal@mail.example")
    world.write(2, "amal@mail.example, eve@evil.example")
    world.post().step(world.now)
    data = b"".join(world.journal.segments)
    assert b"amal" not in data
    assert token(1).encode() not in data

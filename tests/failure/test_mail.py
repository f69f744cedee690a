"""Scoreboard S17, mail truth: against a real server that fails in every way, each signer gets one letter.

Rarely two, where the server took the letter and did not say so; never none while there is time; never one
after a refusal that is final.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from tests.mailserver import Faults, Relay, free_port
from tests.stages.mail.world import LANGUAGES, World, record
from undersigned.engines.smtp.transport import SmtpTransport

HOUR = 3600
MANY = 60


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def through(relay: Relay, world: World) -> SmtpTransport:
    world.transport = SmtpTransport(relay.url, timeout=2, patience=0.3)
    return world.transport


def fill(world: World, many: int = MANY) -> list[str]:
    people = [f"n{number}@mail.example" for number in range(1, many + 1)]
    for number, email in enumerate(people, start=1):
        world.write(number, email, LANGUAGES[number % len(LANGUAGES)])
    return people


def got(relay: Relay) -> Counter[str]:
    return Counter(who for mail in relay.taken for who in mail.recipients)


@pytest.mark.parametrize("stage", ["mail", "rcpt", "data"])
@pytest.mark.parametrize("line", ["421 closing", "450 greylisted", "451 local error", "452 full"])
def test_a_failure_that_passes_costs_nobody_their_letter(world: World, stage: str, line: str) -> None:
    chance = random.Random(f"{stage} {line}")
    with Relay(Faults(**{stage: lambda who: line if chance.random() < 0.2 else ""})) as relay:
        transport = through(relay, world)
        people = fill(world)
        world.run(world.post(), world.now + 71 * HOUR)
        transport.close()
    assert got(relay) == Counter(people)
    assert sorted(world.sent()) == sorted(record(number) for number in range(1, MANY + 1))


@pytest.mark.parametrize("line", ["drop", "silence"])
def test_a_letter_lost_on_the_way_is_sent_again(world: World, line: str) -> None:
    seen: set[str] = set()

    def fault(who: str) -> str:
        first = who not in seen
        seen.add(who)
        return line if first and who.startswith("n1") else ""

    with Relay(Faults(data=fault)) as relay:
        transport = through(relay, world)
        people = fill(world, 12)
        world.run(world.post(), world.now + 71 * HOUR)
        transport.close()
    assert got(relay) == Counter(people)


def test_a_letter_taken_without_a_word_is_repeated_once_at_most(world: World) -> None:
    chance = random.Random(17)
    with Relay(Faults(data=lambda who: "take, drop" if chance.random() < 0.3 else "")) as relay:
        transport = through(relay, world)
        people = fill(world)
        world.run(world.post(), world.now + 71 * HOUR)
        transport.close()
    assert set(got(relay)) == set(people)
    assert max(got(relay).values()) <= 2
    for mail in relay.taken:
        assert b"Message-ID" in mail.data


@pytest.mark.parametrize("stage", ["rcpt", "data"])
@pytest.mark.parametrize("line", ["550 nobody here", "552 too big", "554 no"])
def test_a_final_refusal_is_written_down_and_not_tried_again(world: World, stage: str, line: str) -> None:
    asked: Counter[str] = Counter()

    def fault(who: str) -> str:
        asked[who] += 1
        return line if int(who[1:].split("@")[0]) % 5 == 0 else ""

    with Relay(Faults(**{stage: fault})) as relay:
        transport = through(relay, world)
        fill(world, 25)
        world.run(world.post(), world.now + 71 * HOUR)
        transport.close()
    code = "address-refused" if stage == "rcpt" else "message-refused"
    assert world.failed() == {record(number): code for number in range(5, 26, 5)}
    assert len(got(relay)) == 20
    assert set(asked.values()) == {1}


def test_an_hour_without_a_server_costs_time_only(world: World) -> None:
    people = fill(world)
    world.transport = SmtpTransport(f"smtp://127.0.0.1:{free_port()}", timeout=1)
    start = world.now
    post = world.post()
    world.run(post, start + HOUR)
    assert world.events() == []
    with Relay() as relay:
        world.transport = SmtpTransport(relay.url)
        world.run(world.post(), start + 71 * HOUR)
        world.transport.close()
    assert got(relay) == Counter(people)


def test_a_server_away_for_three_days_ends_in_a_failure_that_is_said(world: World) -> None:
    fill(world, 3)
    world.transport = SmtpTransport(f"smtp://127.0.0.1:{free_port()}", timeout=1)
    world.run(world.post(), world.now + 80 * HOUR)
    assert world.failed() == {record(number): "too-late" for number in (1, 2, 3)}


def test_a_post_that_is_killed_again_and_again_repeats_at_each_death_what_was_on_the_way(world: World) -> None:
    """The process dies between the server's 250 and the journal, the worst moment, four times.

    A step of three letters repeats three at most: those answered for the same segment, and the one on the way.
    """
    with Relay() as relay:
        transport = through(relay, world)
        people = fill(world, 20)
        deaths = 0
        while deaths < 4:
            post = world.post()
            post.step(world.now, limit=3)
            world.journal.refuse = SystemExit("killed")  # type: ignore[assignment]
            with pytest.raises(SystemExit):
                post.step(world.now, limit=3)
            world.journal.refuse = None
            deaths += 1
        world.run(world.post(), world.now + HOUR)
        transport.close()
    assert set(got(relay)) == set(people)
    assert len(people) + deaths <= got(relay).total() <= len(people) + 3 * deaths
    assert max(got(relay).values()) == 2


def test_a_server_without_smtputf8_loses_only_those_it_cannot_write_to(world: World) -> None:
    with Relay(utf8=False) as relay:
        transport = through(relay, world)
        world.write(1, "用户@例子.公司")
        world.write(2, "user@例子.公司")
        world.write(3, "amal@mail.example")
        world.run(world.post(), world.now + HOUR)
        transport.close()
    assert world.failed() == {record(1): "address-not-supported"}
    assert got(relay) == Counter(["user@xn--fsqu00a.xn--55qx5d", "amal@mail.example"])


def test_nothing_of_the_server_or_the_person_is_said(
    world: World, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    with Relay(Faults(rcpt=lambda who: f"550 {who} is unknown here")) as relay:
        transport = through(relay, world)
        world.write(1, "dana@mail.example")
        done = world.post().step(world.now)
        transport.close()
    said = repr(done) + repr(world.events()) + "".join(capfd.readouterr())
    said += "".join(line.getMessage() for line in caplog.records if not line.name.startswith("mail."))
    assert "dana" not in said
    assert "unknown here" not in said

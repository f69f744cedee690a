"""Commands in groups, several connections, and back-pressure: fast, and still one verdict a letter."""

from __future__ import annotations

import os
import shutil
import smtplib
import socket
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.conftest import absent
from tests.mailserver import Faults, Mute, Relay, Scripted, free_port
from undersigned.engines.smtp import verdicts
from undersigned.engines.smtp.conversation import Conversation, Left, Nonsense
from undersigned.engines.smtp.opening import Opening
from undersigned.engines.smtp.pace import CATCH_UP, GROWTH, LONGEST, WINDOW, Pace
from undersigned.engines.smtp.transport import SmtpTransport
from undersigned.stages.mail.needs import Parcel, Verdict

SENDER = "petitions@undersigned.example"
LETTER = b"From: petitions@undersigned.example\r\n\r\nHello\r\n.dot\r\n"


def parcel(number: int) -> Parcel:
    return Parcel(number, f"n{number}@mail.example", LETTER)


def said(talk: Conversation) -> bytes:
    words = bytes(talk.out)
    talk.sent(len(words))
    return words


def hungry(talk: Conversation) -> bool:
    return talk.hungry


def settled(talk: Conversation, data: bytes) -> list[tuple[int, Verdict | None]]:
    return [(left.parcel.number, left.verdict) for left in talk.hear(data)]


def carried(transport: SmtpTransport, parcels: Iterator[Parcel]) -> dict[int, Verdict]:
    found = [one for some in transport.hand_over(SENDER, parcels) for one in some]
    assert len(dict(found)) == len(found), "a letter got two verdicts"
    return dict(found)


# --- the words ---------------------------------------------------------------------------------------------


def test_with_pipelining_a_letter_and_the_next_envelope_are_one_group() -> None:
    talk = Conversation(pipelining=True, utf8=False)
    talk.begin(SENDER, parcel(1))
    assert said(talk).count(b"\r\n") == 3
    assert not hungry(talk)
    assert settled(talk, b"250 a\r\n250 b\r\n354 go\r\n") == []
    assert hungry(talk)
    talk.begin(SENDER, parcel(2))
    group = said(talk)
    assert group.index(b"\r\n.\r\n") < group.index(b"MAIL FROM") < group.index(b"DATA")
    assert b"\r\n..dot\r\n" in group
    assert settled(talk, b"250 taken\r\n250 a\r\n250 b\r\n354 go\r\n") == [(1, verdicts.SENT)]


def test_without_pipelining_each_command_waits_for_its_answer() -> None:
    talk = Conversation(pipelining=False, utf8=False)
    talk.begin(SENDER, parcel(1))
    for command, answer in ((b"MAIL", b"250 a\r\n"), (b"RCPT", b"250-b\r\n250 c\r\n"), (b"DATA", b"354 go\r\n")):
        words = said(talk)
        assert words.startswith(command)
        assert words.count(b"\r\n") == 1
        assert settled(talk, answer) == []
    assert said(talk).endswith(b"\r\n.\r\n")
    assert not hungry(talk)
    assert settled(talk, b"250 taken\r\n") == [(1, verdicts.SENT)]
    assert hungry(talk)


def test_a_server_that_asks_for_a_message_to_nobody_gets_an_empty_one() -> None:
    """RFC 2920 3.1: nobody was accepted, but DATA was."""
    talk = Conversation(pipelining=True, utf8=False)
    talk.begin(SENDER, parcel(1))
    said(talk)
    assert settled(talk, b"250 a\r\n550 nobody\r\n354 go\r\n") == []
    assert said(talk) == b".\r\n"
    assert settled(talk, b"554 no recipients\r\n") == [(1, Verdict("failed", "address-refused"))]


def test_after_a_refusal_the_next_letter_begins_anew() -> None:
    talk = Conversation(pipelining=True, utf8=False)
    talk.begin(SENDER, parcel(1))
    said(talk)
    assert settled(talk, b"250 a\r\n450 later\r\n503 nobody\r\n") == [(1, verdicts.DEFERRED)]
    talk.begin(SENDER, parcel(2))
    assert said(talk).startswith(b"RSET\r\nMAIL")


@pytest.mark.parametrize(
    "heard", [b"hello\r\n", b"25\r\n", b"2x0 a\r\n", b"\r\n", b"250 answer to nothing\r\n", b"\xff\r\n"]
)
def test_what_is_no_smtp_ends_the_conversation(heard: bytes) -> None:
    with pytest.raises(Nonsense):
        list(Conversation(pipelining=True, utf8=False).hear(heard))


@given(st.lists(st.integers(1, 60), min_size=1, max_size=30))
def test_replies_may_come_in_any_pieces(cuts: list[int]) -> None:
    talk, replies, found = (
        Conversation(pipelining=True, utf8=False),
        b"250-x\r\n250 a\r\n250 b\r\n354 go\r\n250 ok\r\n",
        [],
    )
    talk.begin(SENDER, parcel(1))
    for cut in [*cuts, len(replies)]:
        found += settled(talk, replies[:cut])
        replies = replies[cut:]
    assert found == [(1, verdicts.SENT)]


@given(st.integers(0, len(LETTER) + 20))
def test_a_letter_is_doubtful_only_where_its_end_had_left(gone: int) -> None:
    talk = Conversation(pipelining=True, utf8=False)
    talk.begin(SENDER, parcel(1))
    said(talk)
    settled(talk, b"250 a\r\n250 b\r\n354 go\r\n")
    whole = len(talk.out)
    talk.sent(min(gone, whole))
    lefts: list[Left] = talk.abandon()
    assert [left.out for left in lefts] == [gone >= whole]


# --- the pace ----------------------------------------------------------------------------------------------


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@given(st.integers(1, 500), st.lists(st.floats(0, 0.5), min_size=1, max_size=60))
def test_no_more_letters_leave_than_the_limit_allows(rate: int, stalls: list[float]) -> None:
    clock, sent = Clock(), 0
    pace = Pace(8, rate, clock)
    for stall in stalls:
        clock.now += stall
        while not pace.wait() and sent < 20_000:
            pace.begun()
            sent += 1
    assert sent <= rate * (clock.now + CATCH_UP) + 2


def test_connections_grow_by_ones_and_shrink_by_halves() -> None:
    pace = Pace(8, 0, Clock())
    assert pace.connections == 1
    for _ in range(GROWTH * 9):
        pace.taken()
    assert pace.connections == 8
    pace.pushed_back()
    assert pace.connections == 4


def test_a_few_letters_put_off_change_nothing_and_half_of_them_do() -> None:
    pace = Pace(8, 0, Clock())
    for number in range(GROWTH * 20):
        pace.deferred() if number % 5 == 0 else pace.taken()
    assert pace.connections == 8
    for _ in range(WINDOW):
        pace.deferred()
    assert pace.connections < 8


def test_the_last_connection_slows_down_and_recovers() -> None:
    clock = Clock()
    pace = Pace(1, 0, clock)
    for _ in range(30):
        pace.pushed_back()
    assert pace.pause == LONGEST
    for _ in range(100):
        pace.taken()
    assert pace.pause == 0


# --- over real connections ----------------------------------------------------------------------------------


def until(over: Callable[[], bool], more: int = 50) -> Iterator[Parcel]:
    """Give letters until something has happened, and so many after it."""
    for number in range(100_000):
        more -= over()
        if more < 0:
            return
        yield parcel(number)


def test_several_connections_carry_every_letter_once() -> None:
    with Relay() as relay:
        transport = SmtpTransport(relay.url, connections=4)
        found = carried(transport, until(lambda: len(relay.handler.sessions) == 4))
        transport.close()
    assert set(found.values()) == {Verdict("sent")}
    assert Counter(mail.recipients[0] for mail in relay.taken) == Counter(f"n{n}@mail.example" for n in found)
    assert len(relay.handler.sessions) == 4


def test_a_connection_that_is_never_greeted_holds_up_no_letter() -> None:
    with Relay() as relay, Mute(relay.port) as mute:
        transport = SmtpTransport(mute.url, timeout=60, connections=4)
        began = time.monotonic()
        found = carried(transport, until(lambda: bool(mute.held)))
        transport.close()
        assert time.monotonic() - began < 50, "nobody waited for the greeting"
    assert len(mute.held) == 1, "one is opened at a time"
    assert set(found.values()) == {Verdict("sent")}


def test_a_connection_that_was_never_greeted_is_not_asked_for_again_at_once() -> None:
    with Relay() as relay, Mute(relay.port) as mute:
        transport = SmtpTransport(mute.url, timeout=0.3, connections=4)
        found = carried(transport, until(lambda: bool(mute.held) and transport._opening is None))
        transport.close()
        assert transport._pace.connections == 1
    assert len(mute.held) == 1
    assert set(found.values()) == {Verdict("sent")}


def test_where_the_open_connection_ends_the_one_being_opened_takes_over() -> None:
    with Relay() as relay, Mute(relay.port) as mute:
        transport = SmtpTransport(mute.url, timeout=60, connections=2)
        carried(transport, until(lambda: bool(mute.held)))
        transport._links[0].socket.shutdown(2)
        mute.speak()
        assert carried(transport, map(parcel, range(1000, 1010))) == dict.fromkeys(range(1000, 1010), Verdict("sent"))
        transport.close()


def test_a_connection_that_comes_when_nobody_wants_it_any_more_is_closed() -> None:
    go, closed = threading.Event(), threading.Event()

    class Late(smtplib.SMTP):
        def close(self) -> None:
            super().close()
            closed.set()

    def connect() -> smtplib.SMTP:
        go.wait(30)
        return Late()

    opening = Opening(connect)
    opening.give_up()
    go.set()
    assert closed.wait(30)


def test_one_connection_that_is_told_to_go_costs_no_letter() -> None:
    told: list[str] = []

    def once(who: str) -> str:
        if len(told) < 1 and who == "n100@mail.example":
            told.append(who)
            return "421 4.7.0 too many connections"
        return ""

    with Relay(Faults(rcpt=once)) as relay:
        transport = SmtpTransport(relay.url, connections=4)
        found = carried(transport, map(parcel, range(200)))
        transport.close()
    assert told
    assert set(found.values()) == {Verdict("sent")}


def test_a_letter_is_asked_for_only_when_there_is_a_place_for_it() -> None:
    asked: list[int] = []

    def source() -> Iterator[Parcel]:
        for number in range(50):
            asked.append(number)
            yield parcel(number)

    transport = SmtpTransport(f"smtp://127.0.0.1:{free_port()}", connections=4)
    found = carried(transport, source())
    assert asked == [0]
    assert found == {0: Verdict("again", "unreachable", everyone=True)}


def test_whoever_stops_listening_leaves_no_letter_behind_for_the_next() -> None:
    with Relay() as relay:
        transport = SmtpTransport(relay.url, connections=2)
        listening = transport.hand_over(SENDER, map(parcel, range(100)))
        next(listening)
        listening.close()  # type: ignore[attr-defined]
        assert set(carried(transport, map(parcel, range(1000, 1010)))) == set(range(1000, 1010))
        transport.close()


def test_nonsense_after_the_message_leaves_that_letter_in_doubt() -> None:
    lines = [b"220 x\r\n", b"250-x\r\n250 PIPELINING\r\n", b"250 a\r\n", b"250 b\r\n", b"354 go\r\n", b"what?\r\n"]
    with Scripted(lines) as server:
        transport = SmtpTransport(f"smtp://127.0.0.1:{server.port}", timeout=2, patience=2)
        assert carried(transport, iter([parcel(1)])) == {1: verdicts.DROPPED}


@pytest.mark.services
def test_postfixs_sink_takes_every_letter(tmp_path: Path) -> None:
    program = shutil.which("smtp-sink") or shutil.which("smtp-sink", path="/usr/sbin")
    if program is None:
        absent("smtp-sink")
    port, user = free_port(), ["-u", "nobody"] if os.geteuid() == 0 else []
    with (tmp_path / "log").open("wb") as log:
        sink = subprocess.Popen([str(program), "-c", *user, f"127.0.0.1:{port}", "64"], stdout=log, stderr=log, cwd="/")
    try:
        _until_open(port)
        transport = SmtpTransport(f"smtp://127.0.0.1:{port}", connections=4)
        found = carried(transport, map(parcel, range(2000)))
        transport.close()
    finally:
        sink.terminate()
        sink.wait(10)
    assert Counter(found.values()) == {Verdict("sent"): 2000}
    assert b"mesg=2000" in (tmp_path / "log").read_bytes()


def _until_open(port: int) -> None:
    end = time.monotonic() + 10
    while time.monotonic() < end:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise TimeoutError("smtp-sink does not listen")

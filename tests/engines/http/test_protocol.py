"""The HTTP front without a socket: any split, any mutation, a clock that is passed in, and clients that go away."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.core.problems import Problem
from undersigned.engines.http.connection import Connection
from undersigned.engines.http.front import Front
from undersigned.engines.http.limits import Limits
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route

ROUTE = Route("/sign", "sign", ("POST",))
POST = b"POST /sign HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhello"
GET = b"GET /a?b HTTP/1.1\r\nHost: a\r\nAccept: */*\r\n\r\n"


class Echo:
    """`App` that answers with what it understood; what is posted waits in `later` where that is a list."""

    def __init__(self) -> None:
        self.later: list[Callable[[], None]] | None = None
        self.refused: list[str] = []
        self.counted = 0

    def again(self, request: Request, answer: Answer, began: float) -> None:
        self.counted += 1

    def begin(self, request: Request, began: float) -> Answer | Route:
        if "transfer-encoding" in request.headers:
            return Answer(400, (("connection", "close"),), closes=True)
        if request.method == "POST" and request.path == "/sign":
            return ROUTE
        return Answer(200, (("x-path", request.path if request.path.isascii() else "?"),), b"got")

    def finish(self, request: Request, route: Route, began: float, tell: Callable[[Answer], None]) -> Answer | None:
        answer = Answer(201, (), request.body)
        if self.later is None:
            return answer
        self.later.append(lambda: tell(answer))
        return None

    def refuse(self, what: Problem, request: Request | None, route: Route | None, began: float) -> Answer:
        self.refused.append(what.code)
        return Answer(what.status, (("connection", "close"),), closes=True)


class Wire:
    """An `asyncio.Transport` that remembers; strict as uvloop's: it raises when written to after it was closed."""

    def __init__(self) -> None:
        self.sent = b""
        self.closed = self.aborted = self.ended = self.paused = False

    def get_extra_info(self, name: str) -> object:
        return ("192.0.2.1", 4711)

    def write(self, data: bytes) -> None:
        if self.closed or self.ended:
            raise RuntimeError("the transport is closed")
        self.sent += data

    def write_eof(self) -> None:
        self.ended = True

    def close(self) -> None:
        self.closed = True

    def abort(self) -> None:
        self.closed = self.aborted = True

    def is_closing(self) -> bool:
        return self.closed

    def pause_reading(self) -> None:
        self.paused = True

    def resume_reading(self) -> None:
        self.paused = False


class Line:
    """One connection to a front with a clock of its own."""

    def __init__(self, **limits: int) -> None:
        self.now = 100.0
        self.app = Echo()
        self.front = Front(self.app, Limits(**limits), clock=lambda: self.now, today=lambda: 0.0)
        self.wire, self.connection = self.connect()

    def connect(self) -> tuple[Wire, Connection]:
        wire, connection = Wire(), self.front.connection()
        connection.connection_made(wire)  # type: ignore[arg-type]
        return wire, connection

    def send(self, *pieces: bytes) -> None:
        for piece in pieces:
            if piece and not self.wire.closed:
                self.connection.data_received(piece)

    def passes(self, seconds: float) -> None:
        self.now += seconds
        self.front.sweep()

    def statuses(self) -> list[int]:
        return [int(found) for found in re.findall(rb"HTTP/1\.1 (\d{3}) ", self.wire.sent)]


def said(pieces: list[bytes]) -> tuple[bytes, bool]:
    line = Line()
    line.send(*pieces)
    return line.wire.sent, line.wire.closed or line.wire.ended


def split(data: bytes, cuts: list[int]) -> list[bytes]:
    at = [0, *sorted({cut % (len(data) + 1) for cut in cuts}), len(data)]
    return [data[a:b] for a, b in pairwise(at)]


PARTS = st.sampled_from(
    [
        POST, GET, GET.replace(b"GET", b"HEAD"), POST.replace(b": 5", b": 0"), b"\r\n", b"\n", b"\r", b"\0", b" ", b":",
        b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/2.0\r\n\r\n", b"GET /\r\n\r\n", b"Connection: close\r\n", b"\xff",
        b"POST /sign HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", b"Content-Length: 5\r\n",
        b"GET / HTTP/1.1\r\nConnection: upgrade\r\nUpgrade: h2c\r\n\r\n", b"CONNECT a:1 HTTP/1.1\r\n\r\n",
        b"POST /sign HTTP/1.1\r\nContent-Length: 3\r\nContent-Length: 3\r\n\r\nabc",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"POST /sign HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 1\r\n\r\nx",
        b"GET http://a/b HTTP/1.1\r\n\r\n",
    ]
)  # fmt: skip
CUTS = st.lists(st.integers(0, 2000), max_size=12)
CHANGES = st.lists(st.tuples(st.integers(0, 2000), st.binary(max_size=2)), max_size=3)


def mutated(data: bytes, changes: list[tuple[int, bytes]]) -> bytes:
    for at, new in changes:
        place = at % (len(data) + 1)
        data = data[:place] + new + data[place + (at % 3) :]
    return data


@settings(max_examples=400, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=6), CHANGES, CUTS)
def test_whatever_is_sent_is_answered_or_closed_and_the_same_whatever_the_split(
    parts: list[bytes], changes: list[tuple[int, bytes]], cuts: list[int]
) -> None:
    data = mutated(b"".join(parts), changes)
    whole = said([data])
    assert said(split(data, cuts)) == whole
    assert said([bytes([one]) for one in data]) == whole
    assert b" 500 " not in whole[0]


def test_requests_sent_ahead_are_answered_in_their_order() -> None:
    line = Line()
    line.app.later = []
    line.send(POST + GET + POST.replace(b"hello", b"again") + GET)
    assert line.statuses() == []
    assert line.wire.paused  # nothing more is read meanwhile
    line.app.later.pop(0)()
    assert line.statuses() == [201, 200]
    line.app.later.pop(0)()
    assert line.statuses() == [201, 200, 201, 200]
    assert line.wire.sent.index(b"hello") < line.wire.sent.index(b"got") < line.wire.sent.index(b"again")
    assert not line.wire.paused


def test_too_many_requests_sent_ahead_end_the_connection_after_those_that_were_taken() -> None:
    line = Line(pipelined=3)
    line.app.later = []
    line.send(POST + GET * 10)
    line.app.later.pop()()
    assert line.statuses() == [201, 200, 200, 200]
    assert line.wire.closed


def test_a_head_that_does_not_end_is_closed_in_time() -> None:
    line = Line()
    line.send(b"GET / HT")
    line.passes(4.9)
    line.send(b"TP/1.1\r\nHo")
    assert not line.wire.closed
    line.passes(0.2)
    assert line.wire.closed


def test_a_body_that_does_not_come_is_refused_in_time() -> None:
    line = Line()
    line.send(POST[:-1])
    line.passes(4.9)
    assert line.statuses() == []
    line.passes(0.2)
    assert (line.statuses(), line.app.refused) == ([408], ["too-slow"])
    assert line.wire.ended  # the answer can be read before the connection goes
    line.passes(2.1)
    assert line.wire.aborted


def test_an_idle_connection_is_kept_for_a_minute() -> None:
    line = Line()
    line.send(GET)
    line.passes(59)
    line.send(GET)
    line.passes(59)
    assert not line.wire.closed
    line.passes(2)
    assert line.wire.closed


def test_idle_connections_are_closed_sooner_where_they_grow_scarce() -> None:
    line = Line(connections=4)
    others = [line.connect() for _ in range(3)]
    line.send(GET)
    line.passes(6)
    assert line.wire.closed
    assert all(wire.closed for wire, _ in others)


def test_more_connections_than_there_is_room_for_are_cut_off() -> None:
    line = Line(connections=1)
    assert line.connect()[0].aborted
    line.send(GET)
    assert line.statuses() == [200]


def test_waiting_for_the_disk_is_no_fault_of_the_client() -> None:
    line = Line()
    line.app.later = []
    line.send(POST)
    for _ in range(100):
        line.passes(1.5)
    assert not line.wire.closed
    line.app.later.pop()()
    assert line.statuses() == [201]


@pytest.mark.parametrize("how", ["lost", "closing"])
def test_an_answer_finds_nobody_and_nothing_is_raised(how: str) -> None:
    line = Line()
    line.app.later = []
    line.send(POST)
    if how == "lost":
        line.connection.connection_lost(None)
    else:
        line.wire.closed = True
    line.app.later.pop()()
    assert line.wire.sent == b""


def test_a_client_that_stops_reading_is_not_served_more_and_cut_off_in_time() -> None:
    line = Line()
    line.send(GET)
    line.connection.pause_writing()
    line.send(GET)
    assert line.statuses() == [200]
    line.connection.resume_writing()
    assert line.statuses() == [200, 200]
    line.connection.pause_writing()
    line.passes(20.1)
    assert line.wire.aborted


def test_a_client_that_has_said_everything_still_gets_its_answer() -> None:
    line = Line()
    line.app.later = []
    line.send(POST)
    assert line.connection.eof_received()
    line.app.later.pop()()
    assert line.statuses() == [201]
    assert line.wire.closed


@pytest.mark.parametrize("pieces", [1, 50])
def test_a_head_that_is_too_large_is_refused(pieces: int) -> None:
    line = Line()
    data = b"GET / HTTP/1.1\r\n" + b"X-A: " + b"a" * 40_000
    line.send(*split(data, [at * len(data) // pieces for at in range(pieces)]))
    assert line.statuses() == [431]
    many = Line()
    many.send(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 10_000 + b"\r\n")
    assert many.statuses() == [431]


def test_whoever_goes_on_sending_after_a_refusal_is_cut_off() -> None:
    line = Line()
    line.send(b"nonsense\r\n\r\n")
    assert line.statuses() == [400]
    line.send(*[b"a" * 65536] * 5)
    assert line.wire.aborted
    assert line.statuses() == [400]


def test_a_head_request_has_no_body_and_the_length_of_one() -> None:
    line = Line()
    line.send(GET.replace(b"GET", b"HEAD"))
    assert line.wire.sent.endswith(b"content-length: 3\r\n\r\n")


def test_a_header_that_would_break_its_line_is_never_sent() -> None:
    line = Line()
    line.send(b"GET /a%0d%0aSet-Cookie:x HTTP/1.1\r\nHost: a\r\n\r\n")
    assert line.wire.aborted
    assert line.wire.sent == b""

"""A crowd that asks for the same page is given the same answer, and nobody is given another's."""

from __future__ import annotations

import asyncio
from typing import cast

from hypothesis import given
from hypothesis import strategies as st

from tests.engines.http.test_protocol import Echo, Wire
from undersigned.engines.http.connection import Connection
from undersigned.engines.http.limits import Limits
from undersigned.engines.http.shared import MOST_SERVED, SERVED_SECONDS, Served, Shared
from undersigned.engines.http.wire import Wire as Bytes
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route


class Library(Echo):
    """`App` whose answers tell everything that an answer may rest on, each made once."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = 0
        self._made: dict[str, Answer] = {}

    def begin(self, request: Request, began: float) -> Answer | Route:
        self.asked += 1
        rests = ("host", "accept-encoding", "accept-language", "if-none-match", "range", "content-length")
        words = repr((request.path, request.query, [request.headers.get(name) for name in rests]))
        return self._made.setdefault(words, Answer(200, (), words.encode(), kept=True))


def _sent(app: Library, shared: Shared, data: bytes) -> bytes:
    wire, connection = Wire(), Connection(shared)
    connection.connection_made(cast(asyncio.Transport, wire))
    connection.data_received(data)
    return wire.sent


def _shared(app: Library) -> Shared:
    wire = Bytes()
    wire.at(0)
    return Shared(app, Limits(), wire, lambda: 0.0)


def _get(path: str, headers: dict[str, str]) -> bytes:
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {path} HTTP/1.1\r\n{lines}\r\n".encode()


_headers = st.dictionaries(
    st.sampled_from(
        ["Host", "Accept-Encoding", "accept-language", "If-None-Match", "Range", "Cookie", "Accept", "X-Real-IP"]
    ),
    st.sampled_from(["a", "b", "gzip", '"x"']),
)


@given(st.lists(st.tuples(st.sampled_from(["/", "/a", "/a?q", "/%61"]), _headers), min_size=2, max_size=12))
def test_every_answer_is_the_one_that_the_application_gives(asked: list[tuple[str, dict[str, str]]]) -> None:
    app, alone = Library(), Library()
    shared = _shared(app)
    for path, headers in asked:
        data = _get(path, headers)
        assert _sent(app, shared, data) == _sent(alone, _shared(alone), data)


def test_the_second_reader_of_a_page_costs_no_question_and_is_counted() -> None:
    app = Library()
    shared = _shared(app)
    data = _get("/page", {"Host": "a", "User-Agent": "x"})
    assert _sent(app, shared, data) == _sent(app, shared, data)
    assert (app.asked, app.counted) == (1, 1)


def test_a_checkpoint_is_asked_for_every_time() -> None:
    app = Library()
    shared = _shared(app)
    for _ in range(2):
        _sent(app, shared, _get("/log/well/checkpoint", {"Host": "a"}))
    assert (app.asked, app.counted) == (2, 0)


def test_who_sends_a_body_or_a_condition_is_asked_for() -> None:
    app = Library()
    shared = _shared(app)
    for more in ({"Content-Length": "0"}, {"If-None-Match": '"x"'}, {"Range": "bytes=0-1"}):
        for _ in range(2):
            _sent(app, shared, _get("/page", {"Host": "a", **more}))
    assert (app.asked, app.counted) == (6, 0)


def test_an_answer_is_given_again_for_a_moment_only_and_not_too_many_are_kept() -> None:
    served, answer, request = Served(), Answer(200, ()), Request("GET", "/", {})
    served.keep((b"/", None, None, None), request, answer, 5.0)
    assert served.find((b"/", None, None, None), 5.0 + SERVED_SECONDS / 2) == (request, answer)
    assert served.find((b"/", None, None, None), 5.0 + SERVED_SECONDS) is None
    for number in range(3 * MOST_SERVED):
        served.keep((b"/%d" % number, None, None, None), request, answer, 6.0)
    assert (
        sum(served.find((b"/%d" % n, None, None, None), 6.0) is not None for n in range(3 * MOST_SERVED)) <= MOST_SERVED
    )

"""The application around the function: durable before answered, limits of time and size, and quiet logs."""

from __future__ import annotations

import asyncio
import json
import logging
import socket
from collections.abc import Awaitable, Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import pytest

from tests.intake.house import FORM, HOST, House
from undersigned.core.events import Event, encode
from undersigned.engines.postgres.ledger_reader import PostgresStatuses
from undersigned.intake.app import AT_ONCE, Door
from undersigned.intake.metrics import Counters, serve_metrics
from undersigned.intake.needs import Closed
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route
from undersigned.intake.rsgi import Rsgi, read_head
from undersigned.journal.commit import Committer
from undersigned.journal.needs import Broken

BODY_SECONDS = 0.2  # a body that has come is read at once


class Headers(list[tuple[str, str]]):
    """Headers as RSGI gives them."""

    def items(self) -> list[tuple[str, str]]:
        return list(self)


class Scope:
    """A request as RSGI gives it."""

    proto = "http"

    def __init__(self, method: str, target: str, headers: Sequence[tuple[str, str]], client: str) -> None:
        self.method = method
        self.path, _, self.query_string = target.partition("?")
        self.headers = Headers(headers)
        self.client = client
        self.authority: str | None = None


class Http:
    """The other half of RSGI: gives the body, takes one answer."""

    def __init__(self, body: Callable[[], Awaitable[bytes]]) -> None:
        self._body = body
        self.read = 0
        self.answers: list[tuple[int, dict[str, str], bytes]] = []

    async def __call__(self) -> bytes:
        self.read += 1
        return await self._body()

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.answers.append((status, dict(headers), b""))

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.answers.append((status, dict(headers), body))


class Desk:
    """A door with a real committer over the house's journal."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.counters = Counters()
        self.committer = Committer(house.journal)

    def keep(self, events: Sequence[Event], done: Callable[[Exception | None], None]) -> None:
        self.house.events += events
        try:
            self.committer.submit([encode(event) for event in events], done)
        except Broken:
            raise Closed("broken") from None

    async def ask(
        self,
        method: str,
        target: str,
        body: bytes | Callable[[], Awaitable[bytes]] = b"",
        length: int | None = None,
        client: str = "192.0.2.1:4711",
        **headers: str,
    ) -> tuple[tuple[int, dict[str, str], bytes], Http]:
        sent = [("host", HOST)] + [(name.replace("_", "-"), value) for name, value in headers.items()]
        if method == "POST":
            size = length if length is not None else len(body) if isinstance(body, bytes) else 0
            sent += [("content-length", str(size)), ("content-type", FORM)]

        async def whole() -> bytes:
            return body if isinstance(body, bytes) else await body()

        http = Http(whole)
        door = Door(self.house.world, self.keep, self.counters, lambda: self.house.now)
        await Rsgi(door, self.house.world.secure, BODY_SECONDS)(Scope(method, target, sent, client), http)
        assert len(http.answers) == 1
        return http.answers[0], http

    def form(self, **changes: str) -> bytes:
        return urlencode(self.house.fields(**changes)).encode()


def run(house: House, steps: Callable[[Desk], Awaitable[Any]]) -> Any:
    """Run steps on a loop, with the committer closed at the end."""

    async def whole() -> Any:
        desk = Desk(house)
        try:
            return await steps(desk)
        finally:
            await desk.committer.close()

    return asyncio.run(whole())


def test_what_is_durable_is_answered_even_where_nothing_can_be_noted_of_it(
    house: House, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("amal@example.org")

    monkeypatch.setattr(house.world.recent, "note", fail)

    async def steps(desk: Desk) -> None:
        (status, _, _), _http = await asyncio.wait_for(desk.ask("POST", "/c/well/en/sign", desk.form()), 10)
        assert status == 303

    run(house, steps)
    assert "was not noted: KeyError" in caplog.text
    assert "amal" not in caplog.text


class Crowd:
    """A door whose line goes on when the test says so; it notes who was answered, and what was kept until then."""

    def __init__(self, house: House) -> None:
        self.house = house
        self.kept: list[tuple[Sequence[Event], Callable[[Exception | None], None]]] = []
        self.calls: list[Callable[[], None]] = []
        self.told: list[tuple[int, int]] = []
        self.door = Door(house.world, self.keep, Counters(), lambda: house.now, self.calls.append)

    def keep(self, events: Sequence[Event], done: Callable[[Exception | None], None]) -> None:
        self.kept.append((events, done))

    def sign(self, number: int, tell: Callable[[Answer], None] | None = None, **changes: str) -> None:
        body = urlencode(self.house.fields(email=f"s{number}@example.org") | changes).encode()
        headers = {"host": HOST, "content-type": FORM, "content-length": str(len(body))}
        request = Request("POST", "/c/well/en/sign", headers, "192.0.2.1", body)
        route = self.door.begin(request, 0.0)
        assert isinstance(route, Route)
        told = tell or (lambda answer: self.told.append((number, answer.status)))
        assert self.door.finish(request, route, 0.0, told) is None

    def go_on(self) -> None:
        self.calls.pop(0)()


def test_a_crowd_is_answered_in_its_order_and_the_first_are_kept_before_the_last_are_looked_at(house: House) -> None:
    crowd = Crowd(house)
    for number in range(AT_ONCE + 5):
        crowd.sign(number)
    assert (len(crowd.calls), crowd.kept) == (1, [])
    crowd.go_on()
    assert (len(crowd.calls), len(crowd.kept)) == (1, AT_ONCE)
    for _, done in crowd.kept:
        done(None)
    assert crowd.told == [(number, 303) for number in range(AT_ONCE)]
    crowd.go_on()
    assert (crowd.calls, len(crowd.kept)) == ([], AT_ONCE + 5)
    crowd.sign(99)
    assert len(crowd.calls) == 1  # a line that had come to its end goes on


def test_whoever_hung_up_while_the_line_waited_keeps_nobody_else_waiting(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    def gone(_: Answer) -> None:
        raise RuntimeError("amal@example.org")

    crowd = Crowd(house)
    crowd.sign(1, gone, name="")
    crowd.sign(2, name="")
    crowd.sign(3)
    crowd.go_on()
    assert crowd.told == [(2, 422)]
    assert len(crowd.kept) == 1
    assert "failed: RuntimeError" in caplog.text
    assert "amal" not in caplog.text


def test_nothing_is_answered_before_it_is_durable(house: House) -> None:
    seen: list[int] = []
    append = house.journal.append

    def slow(segment: bytes) -> int:
        position = append(segment)
        seen.append(position)
        return position

    house.journal.append = slow  # type: ignore[method-assign]

    async def steps(desk: Desk) -> None:
        (status, headers, _), _http = await desk.ask("POST", "/c/well/en/sign", desk.form())
        assert (status, headers["location"]) == (303, "/c/well/en/check-mail")
        assert len(seen) == 1

    run(house, steps)


def test_a_hundred_at_once_share_segments_and_are_all_kept(house: House) -> None:
    async def steps(desk: Desk) -> None:
        asked = [desk.ask("POST", "/c/well/en/sign", desk.form(email=f"s{n}@example.org")) for n in range(100)]
        answers = {answer[0] for answer, _ in await asyncio.gather(*asked)}
        assert answers == {303}

    run(house, steps)
    house.journal = house.journal.reopen()
    from undersigned.engines.memory.journal import MemoryJournalReader

    house._reader = MemoryJournalReader(house.journal)
    house.sequence()
    assert len(house.ledger.due(0, 1000)) == 100


def test_a_journal_that_breaks_closes_the_signing_and_keeps_the_form(house: House) -> None:
    def broken(segment: bytes) -> int:
        raise Broken("disk")

    house.journal.append = broken  # type: ignore[method-assign]

    async def steps(desk: Desk) -> None:
        (status, headers, body), _ = await desk.ask("POST", "/c/well/en/sign", desk.form(name="Ben Keeper"))
        assert (status, headers["retry-after"]) == (503, "120")
        assert b'value="Ben Keeper"' in body
        token = house.token()
        (status, _, _), _ = await desk.ask("POST", f"/k/{token}")
        assert status == 503
        assert house.world.recent.deeds(house.signed()[0].lookup) == []
        (status, _, _), _ = await desk.ask("GET", "/c/well/en/")
        assert status == 200

    run(house, steps)


def test_while_the_ledger_is_away_only_the_pages_of_signers_say_so(house: House) -> None:
    house.sign()
    token = house.token()
    with socket.socket() as taken:  # bound, and nobody listens
        taken.bind(("127.0.0.1", 0))
        away = PostgresStatuses(f"postgresql://postgres@127.0.0.1:{taken.getsockname()[1]}/test")
        house.rebuild(statuses=away)

        async def steps(desk: Desk) -> None:
            (status, headers, _), _ = await desk.ask("GET", f"/k/{token}")
            assert (status, headers["retry-after"]) == (503, "120")
            (status, _, _), _ = await desk.ask("GET", "/c/well/en/")
            assert status == 200
            (status, _, _), _ = await desk.ask("POST", "/c/well/en/sign", desk.form())
            assert status == 303

        run(house, steps)


def test_a_closed_journal_is_seen_before_anything_is_sealed(house: House) -> None:
    house.health.is_closed = True

    async def steps(desk: Desk) -> None:
        (status, _, _), _ = await desk.ask("POST", "/c/well/en/sign", desk.form())
        assert status == 503

    run(house, steps)
    assert house.events == []


def test_a_body_that_does_not_come_is_not_waited_for(house: House) -> None:
    async def never() -> bytes:
        return await asyncio.Future()

    async def steps(desk: Desk) -> None:
        (status, headers, _), _ = await desk.ask("POST", "/c/well/en/sign", never, length=100)
        assert (status, headers["connection"]) == (408, "close")

    run(house, steps)


def test_a_cut_body_is_never_acted_on(house: House) -> None:
    async def steps(desk: Desk) -> None:
        whole = desk.form()
        (status, _, _), _ = await desk.ask("POST", "/c/well/en/sign", whole[:-1], length=len(whole))
        assert status == 400

    run(house, steps)
    assert house.events == []


def test_a_body_that_is_too_large_is_not_read(house: House) -> None:
    async def steps(desk: Desk) -> None:
        (status, headers, _), http = await desk.ask("POST", "/c/well/en/sign", b"x", length=32 * 1024 + 1)
        assert (status, headers["connection"], http.read) == (413, "close", 0)

    run(house, steps)


def test_what_goes_wrong_inside_is_told_without_its_words(house: House, caplog: pytest.LogCaptureFixture) -> None:
    def explode(*_: object) -> None:
        raise RuntimeError("amal@example.org")

    house.pepper = explode

    async def steps(desk: Desk) -> None:
        (status, _, body), _ = await desk.ask("POST", "/c/well/en/sign", desk.form())
        assert status == 500
        assert b"amal" not in body

    with caplog.at_level(logging.DEBUG):
        run(house, steps)
    assert "RuntimeError" in caplog.text
    assert "amal" not in caplog.text
    assert "192.0.2" not in caplog.text


def test_logs_hold_templates_statuses_and_durations_only(house: House, caplog: pytest.LogCaptureFixture) -> None:
    house.health.is_closed = True
    token = house.world.tokens.make(b"s" * 16, "well", house.now, "en")

    async def steps(desk: Desk) -> str:
        await desk.ask("POST", "/c/well/en/sign", desk.form())
        await desk.ask("POST", f"/k/{token}")
        await desk.ask("GET", "/nowhere?x=zqxwvut")
        await desk.ask("GET", "/c/well/en/")
        return desk.counters.text()

    with caplog.at_level(logging.DEBUG):
        text = run(house, steps)
    for line in (*caplog.text.splitlines(), *text.splitlines()):
        for secret in (token, "zqxwvut", "nowhere", "amal", "192.0.2", "/c/well"):
            assert secret not in line
    assert "/c/<campaign>/<lang>/sign 503 within" in caplog.text
    assert 'undersigned_answers_total{route="/c/<campaign>/<lang>/",status="200"} 1' in text
    assert 'undersigned_answers_total{route="other",status="404"} 1' in text


def test_repeated_headers_are_joined_and_named(house: House) -> None:
    scope = Scope("GET", "/?q=1", [("host", "a"), ("accept", "x"), ("accept", "y")], "[2001:db8::1]:443")
    request = read_head(scope)
    assert request.headers == {"host": "a", "accept": "x, y"}
    assert request.repeated == {"accept"}
    assert (request.peer, request.query) == ("2001:db8::1", "q=1")


def test_a_site_with_tls_asks_browsers_to_stay_with_it(house: House) -> None:
    async def steps(desk: Desk) -> None:
        (_, headers, _), _ = await desk.ask("GET", "/c/well/en/")
        assert headers["strict-transport-security"].startswith("max-age=")

    run(house, steps)


def test_metrics_have_a_listener_of_their_own() -> None:
    counters = Counters()
    counters.count("/livez", 200, 0.002)
    counters.count("/livez", 200, 99.0)

    async def ask(port: int, head: bytes) -> bytes:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        writer.write(head + b"\r\n\r\n")
        answer = await reader.read()
        writer.close()
        return answer

    async def whole() -> None:
        server = await serve_metrics(0, counters.text)
        port = server.sockets[0].getsockname()[1]
        answer = (await ask(port, b"GET /metrics HTTP/1.1\r\nHost: x")).decode()
        assert 'undersigned_answer_seconds_bucket{route="/livez",le="0.0025"} 1' in answer
        assert 'undersigned_answer_seconds_bucket{route="/livez",le="+Inf"} 2' in answer
        assert 'undersigned_answer_seconds_count{route="/livez"} 2' in answer
        assert (await ask(port, b"GET /secret HTTP/1.1")).startswith(b"HTTP/1.1 404")
        server.close()

    asyncio.run(whole())


def test_answers_for_programs_are_json(house: House) -> None:
    async def steps(desk: Desk) -> None:
        (_, headers, body), _ = await desk.ask("GET", "/nowhere")
        assert headers["content-type"] == "application/problem+json"
        assert json.loads(body)["code"] == "not-found"

    run(house, steps)

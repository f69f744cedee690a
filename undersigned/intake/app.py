"""The door's RSGI application: reads a request, calls the pure function, makes durable, answers.

RSGI 1.5: `scope` and `protocol` are the server's objects; no server is imported here. Log lines hold a
route's template, a status and the bucket of a duration, and the kind of an exception; never its words,
because they could hold what somebody sent.
"""

from __future__ import annotations

import asyncio
import logging
import time
from bisect import bisect_left
from collections.abc import Callable
from typing import Any, Protocol

from undersigned.core import problems
from undersigned.intake import handle, signing
from undersigned.intake.metrics import BUCKETS, Counters
from undersigned.intake.needs import Append, Closed
from undersigned.intake.refusals import refused
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import OTHER, Route
from undersigned.intake.world import World

__all__ = ["Door", "Http", "Scope"]

BODY_SECONDS = 5.0
_log = logging.getLogger("undersigned.door")


class Scope(Protocol):
    """What RSGI says of a request."""

    proto: str
    client: str
    method: str
    path: str
    query_string: str
    authority: str | None

    @property
    def headers(self) -> Any:
        """The headers: `items()` gives names in lower case with their values, repeated ones too."""
        ...


class Http(Protocol):
    """What RSGI gives to answer with."""

    async def __call__(self) -> bytes:
        """Give the whole body."""
        ...

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        """Answer without a body."""
        ...

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer with a body."""
        ...


class Door:
    """Carries requests through the pure function. One event loop."""

    def __init__(self, world: World, append: Append, counters: Counters, clock: Callable[[], float]) -> None:
        """Take the world, the journal, the counters, and the clock (seconds since 1970)."""
        self._world = world
        self._append = append
        self._counters = counters
        self._clock = clock

    async def __call__(self, scope: Scope, protocol: Http) -> None:
        """Answer one request."""
        began = time.perf_counter()
        request = read_head(scope)
        route = handle.route_of(request, self._world)
        template = route.template if route is not None else OTHER
        try:
            answer = await self._answer(request, route, protocol)
        except Exception as error:
            _log.error("%s failed: %s", template, type(error).__name__)
            answer = refused(request, self._world, problems.FAILED)
        _send(protocol, answer, self._world.secure)
        self._told(template, answer.status, time.perf_counter() - began)

    async def _answer(self, request: Request, route: Route | None, protocol: Http) -> Answer:
        refusal = handle.begin(request, route, self._world)
        if refusal is not None or route is None:
            return refusal or refused(request, self._world, problems.NOT_FOUND)
        now = int(self._clock())
        if request.method != "POST":
            return handle.finish(request, route, self._world, now)[1]
        try:
            async with asyncio.timeout(BODY_SECONDS):
                body = await protocol()
        except TimeoutError:
            return refused(request, self._world, problems.TOO_SLOW, route.language)
        if len(body) != int(request.header("content-length")):
            return refused(request, self._world, problems.BODY_MALFORMED, route.language)
        return await self._keep(_with_body(request, body), route)

    async def _keep(self, request: Request, route: Route) -> Answer:
        """Handle a POST and make what it says durable before it is answered."""
        now = int(self._clock())
        if self._world.health.closed():
            return signing.closed(request, route, self._world, now)
        # Nothing is awaited between making events and handing them over: a record may lean on the epoch
        # of the record before it.
        events, answer = handle.finish(request, route, self._world, now)
        if not events:
            return answer
        try:
            await self._append(events)
        except Closed:
            return signing.closed(request, route, self._world, now)
        self._world.recent.note(events, now)
        return answer

    def _told(self, template: str, status: int, seconds: float) -> None:
        self._counters.count(template, status, seconds)
        if status >= 500 and template != "/readyz":
            bucket = bisect_left(BUCKETS, seconds)
            within = f"within {BUCKETS[bucket]} s" if bucket < len(BUCKETS) else f"after {BUCKETS[-1]} s"
            _log.warning("%s %d %s", template, status, within)


def read_head(scope: Scope) -> Request:
    """Give the request without its body."""
    items = scope.headers.items()
    headers = dict(items)
    repeated: frozenset[str] = frozenset()
    if len(headers) != len(items):
        headers, repeated = _joined(items)
    return Request(
        method=scope.method,
        path=scope.path,
        headers=headers,
        peer=scope.client.rpartition(":")[0].strip("[]"),
        query=scope.query_string,
        authority=scope.authority or "",
        repeated=repeated,
    )


def _joined(items: list[tuple[str, str]]) -> tuple[dict[str, str], frozenset[str]]:
    headers: dict[str, str] = {}
    repeated = set()
    for name, value in items:
        if name in headers:
            repeated.add(name)
            headers[name] += f", {value}"
        else:
            headers[name] = value
    return headers, frozenset(repeated)


def _with_body(request: Request, body: bytes) -> Request:
    return Request(
        request.method, request.path, request.headers, request.peer, body, request.query, request.authority,
        request.repeated,
    )  # fmt: skip


_HSTS = ("strict-transport-security", "max-age=31536000")


def _send(protocol: Http, answer: Answer, secure: bool) -> None:
    headers = [*answer.headers, _HSTS] if secure else list(answer.headers)
    if answer.body:
        protocol.response_bytes(answer.status, headers, answer.body)
    else:
        protocol.response_empty(answer.status, headers)

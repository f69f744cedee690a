"""The door as an RSGI application, for Granian.

RSGI 1.5: `scope` and `protocol` are the server's objects; no server is imported here.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from typing import Any, Protocol

from undersigned.core import problems
from undersigned.intake.app import Door
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route

__all__ = ["Http", "Rsgi", "Scope", "read_head"]

BODY_SECONDS = 5.0
_HSTS = ("strict-transport-security", "max-age=31536000")


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


class Rsgi:
    """Carries RSGI requests to a door."""

    def __init__(self, door: Door, secure: bool, body_seconds: float = BODY_SECONDS) -> None:
        """Take the door; `secure` where the public address is https."""
        self._door = door
        self._secure = secure
        self._body_seconds = body_seconds

    async def __call__(self, scope: Scope, protocol: Http) -> None:
        """Answer one request."""
        began = time.perf_counter()
        request = read_head(scope)
        found = self._door.begin(request, began)
        answer = found if isinstance(found, Answer) else await self._with_body(request, found, began, protocol)
        headers = [*answer.headers, _HSTS] if self._secure else list(answer.headers)
        if answer.body:
            protocol.response_bytes(answer.status, headers, answer.body)
        else:
            protocol.response_empty(answer.status, headers)

    async def _with_body(self, request: Request, route: Route, began: float, protocol: Http) -> Answer:
        try:
            async with asyncio.timeout(self._body_seconds):
                body = await protocol()
        except TimeoutError:
            return self._door.refuse(problems.TOO_SLOW, request, route, began)
        told: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer = self._door.finish(request.with_body(body), route, began, _teller(told))
        return answer if answer is not None else await told


def _teller(told: asyncio.Future[Answer]) -> Callable[[Answer], None]:
    def tell(answer: Answer) -> None:
        if not told.done():  # cancelled: the client hung up
            told.set_result(answer)

    return tell


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

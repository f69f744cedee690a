"""A request as the door sees it, and the answer it gives. Values only; no server is known here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeAlias, final

from undersigned.core.events import Event

__all__ = ["Answer", "Request", "Said"]

_NONE: Final[frozenset[str]] = frozenset()


@final
class Request:
    """One request, its body read or not yet. A value: nothing changes it.

    `path` is decoded once and never again. `headers` has lower-case names; where a name stood twice its
    values are joined by ", ", and it stands in `repeated`. `peer` is the address that connected, without
    its port. `authority` is that of an absolute-form target; normally empty. Its representation shows nothing
    of what was sent.
    """

    __slots__ = ("authority", "body", "headers", "method", "path", "peer", "query", "repeated")

    def __init__(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        peer: str = "",
        body: bytes = b"",
        query: str = "",
        authority: str = "",
        repeated: frozenset[str] = _NONE,
    ) -> None:
        """Take what was read."""
        self.method = method
        self.path = path
        self.headers = headers
        self.peer = peer
        self.body = body
        self.query = query
        self.authority = authority
        self.repeated = repeated

    def __repr__(self) -> str:
        """Name the method only: a path can hold a token, a body a person."""
        return f"Request({self.method})"

    def header(self, name: str) -> str:
        """Give a header's value, or "" where it was not sent."""
        return self.headers.get(name, "")

    def with_body(self, body: bytes) -> Request:
        """Give the same request with its body."""
        return Request(self.method, self.path, self.headers, self.peer, body, self.query, self.authority, self.repeated)


@final
class Answer:
    """What is answered; a value. `headers` is complete but for the length and the date, which the server adds.

    `closes`: the connection is to be closed after it, as the headers say too. `kept`: the very same object is
    given again and again, so that a server may keep its bytes.
    """

    __slots__ = ("body", "closes", "headers", "kept", "status")

    def __init__(
        self,
        status: int,
        headers: Sequence[tuple[str, str]],
        body: bytes = b"",
        closes: bool = False,
        kept: bool = False,
    ) -> None:
        """Take what is to be sent."""
        self.status = status
        self.headers = headers
        self.body = body
        self.closes = closes
        self.kept = kept

    def header(self, name: str) -> str | None:
        """Give a header's value, or None."""
        return next((value for key, value in self.headers if key == name), None)


#: What handling a request gives: the events that must be durable before the answer may be sent.
Said: TypeAlias = tuple[tuple[Event, ...], Answer]

"""From the pieces that the parser gives to a request. Strict: the parser is llhttp without any leniency."""

from __future__ import annotations

from typing import Final, TypeAlias
from urllib.parse import unquote_to_bytes

from undersigned.intake.request import Request

__all__ = ["Head", "Key"]

#: (target, host, accept-encoding, accept-language)
Key: TypeAlias = tuple[bytes, str | None, str | None, str | None]

#: Names that browsers and programs send, in the letters they send them in.
_COMMON = (
    "Host", "Content-Type", "Content-Length", "Accept", "Accept-Encoding", "Accept-Language", "User-Agent", "Origin",
    "Referer", "Connection", "Cookie", "Cache-Control", "Upgrade-Insecure-Requests", "Sec-Fetch-Dest",
    "Sec-Fetch-Mode", "Sec-Fetch-Site", "Sec-Fetch-User", "If-None-Match", "If-Modified-Since", "X-Forwarded-For",
    "X-Forwarded-Proto", "X-Real-IP", "Via", "DNT", "Priority", "TE",
)  # fmt: skip
_NAMES: Final = {form.encode(): name.lower() for name in _COMMON for form in (name, name.lower())}
_NONE: Final[frozenset[str]] = frozenset()
_PERCENT: Final = ord("%")  # a number is looked for in bytes in a twentieth of the time
_ALWAYS_NEW = b"/checkpoint"  # what counts rest on is never older than they are
#: Headers by which the answer to a GET can become another one, or that have to be looked at.
_TELLING: Final = frozenset(
    [
        "content-length", "transfer-encoding", "upgrade", "expect", "if-none-match", "if-modified-since", "if-match",
        "if-unmodified-since", "if-range", "range", "te", "authorization",
    ]
)  # fmt: skip


class Head:
    """The head of one request while it is read."""

    __slots__ = ("headers", "plain", "repeated", "size", "target")

    def __init__(self) -> None:
        """Begin with nothing."""
        self.target = b""
        self.headers: dict[str, str] = {}
        self.repeated: frozenset[str] = _NONE
        self.plain = True  # no header but such as leave the answer to `key` what it is
        self.size = 0

    def key(self) -> Key | None:
        """Give what the answer to a GET rests on, or None where it rests on more than that."""
        if not self.plain or self.target.endswith(_ALWAYS_NEW):
            return None
        get = self.headers.get
        return self.target, get("host"), get("accept-encoding"), get("accept-language")

    def add(self, name: bytes, value: bytes) -> None:
        """Take one header; the values of a repeated one are joined."""
        self.size += len(name) + len(value) + 4
        key = _NAMES.get(name) or name.decode("ascii").lower()
        text = value.decode("latin-1").rstrip(" \t")
        if key in _TELLING:
            self.plain = False
        if key in self.headers:
            self.plain = False
            self.repeated |= {key}
            text = f"{self.headers[key]}, {text}"
        self.headers[key] = text

    def request(self, method: bytes, peer: str) -> Request:
        """Give the request without its body. The path is decoded once; what is no UTF-8 in it matches no route."""
        target, authority = self.target, ""
        if not target.startswith(b"/"):
            target, authority = _absolute(target)
        path, _, query = target.partition(b"?")
        decoded = unquote_to_bytes(path) if _PERCENT in path else path
        return Request(
            method.decode("ascii"), decoded.decode("utf-8", "replace"), self.headers, peer, b"",
            query.decode("latin-1"), authority, self.repeated,
        )  # fmt: skip


def _absolute(target: bytes) -> tuple[bytes, str]:
    """Split `http://host/path`; anything else (`*`, `host:port`) is a path that leads nowhere."""
    scheme, separator, rest = target.partition(b"://")
    if not separator or scheme.lower() not in (b"http", b"https"):
        return target, ""
    end = min((at for at in (rest.find(b"/"), rest.find(b"?"), rest.find(b"#")) if at >= 0), default=len(rest))
    path = rest[end:]
    return path if path.startswith(b"/") else b"/" + path, rest[:end].decode("latin-1")

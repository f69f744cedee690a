"""What is refused before a byte of the body is read."""

from __future__ import annotations

from functools import lru_cache
from typing import Final
from urllib.parse import unquote_plus

from undersigned.core import problems
from undersigned.core.problems import Problem
from undersigned.intake.request import Request
from undersigned.intake.routes import Route

__all__ = ["BODY_MOST", "FORM", "JSON", "content_type", "framing", "host", "kind_of_body", "query"]

BODY_MOST: Final = 32 * 1024  # bytes
QUERY_MOST = 1024
PATH_MOST = 512
FORM: Final = "application/x-www-form-urlencoded"
JSON: Final = "application/json"

#: Names under which programs are known to put people into addresses.
_PERSONAL = frozenset(
    {
        "address", "comment", "consent", "country", "e-mail", "email", "email_address", "first_name", "firstname",
        "full_name", "fullname", "last_name", "lastname", "mail", "name", "person", "phone", "postal_code", "postcode",
        "telephone", "updates", "zip", "zip_code",
    }
)  # fmt: skip
_ONCE: Final[tuple[str, ...]] = ("host", "content-length", "content-type")


def framing(request: Request) -> Problem | None:
    """Refuse what two servers in a row could read as two different requests (RFC 9112 6.1, 6.3).

    No chunked body is taken: forms have a length, and half of the known smuggling needs a chunk.
    """
    headers = request.headers
    if "transfer-encoding" in headers:  # the server hides a length that stands beside it, so no difference is made
        return _BAD
    if not request.repeated.isdisjoint(_ONCE):
        return _BAD
    if "upgrade" in headers and headers["upgrade"].strip().lower() == "websocket":
        return _BAD
    return _length(request)


def _length(request: Request) -> Problem | None:
    text = request.headers.get("content-length")
    if text is None:
        return problems.LENGTH_MISSING if request.method == "POST" else None
    if not (text.isascii() and text.isdecimal()) or len(text) > 12:
        return _BAD
    if int(text) > BODY_MOST:
        return problems.TOO_LARGE
    return _BAD if int(text) and request.method != "POST" else None


def host(request: Request, hosts: frozenset[str]) -> Problem | None:
    """Refuse names that are not ours, so that no page or cache can be made to speak of another host."""
    named = request.headers.get("host")
    if named is None:
        return _BAD
    if named.lower() not in hosts or (request.authority and request.authority.lower() not in hosts):
        return problems.HOST_UNKNOWN
    return None


def query(request: Request, route: Route | None) -> Problem | None:
    """Refuse people in addresses: they end in logs, histories and referrers. Nothing of it is read further."""
    asked = request.query
    if not asked:
        return None
    if len(asked) > QUERY_MOST:
        return problems.ADDRESS_TOO_LONG
    if route is not None and route.kind in ("sign", "sign-framed", "link", "confirm", "not-me", "withdraw", "appeal"):
        return problems.QUERY_PERSONAL
    names = {unquote_plus(pair.partition("=")[0]).strip().lower() for pair in asked.split("&")}
    return problems.QUERY_PERSONAL if not names.isdisjoint(_PERSONAL) or "@" in unquote_plus(asked) else None


def content_type(request: Request) -> str:
    """Give the media type of the body without its parameters, in lower case."""
    return _media(request.headers.get("content-type", ""))[0]


def kind_of_body(request: Request) -> Problem | None:
    """Refuse everything but forms and JSON in UTF-8."""
    kind, other_letters = _media(request.headers.get("content-type", ""))
    return problems.TYPE_UNSUPPORTED if kind not in (FORM, JSON) or other_letters else None


@lru_cache(maxsize=64)
def _media(text: str) -> tuple[str, bool]:
    """Give the media type, and whether its parameters say another character set than UTF-8."""
    kind, _, parameters = text.lower().partition(";")
    return kind.strip(), "charset" in parameters and "utf-8" not in parameters


_BAD: Final = problems.HEADER_MALFORMED

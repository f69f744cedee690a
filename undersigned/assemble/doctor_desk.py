"""Asks for the desk at the public address as a browser would: its first page, and then a form with nothing in it.

The form signs nobody in and changes nothing; sent once more, it is long, and meets the limit where a picture would.
"""

from __future__ import annotations

import http.client
from collections.abc import Iterator
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

from undersigned.assemble.doctor_machine import runs
from undersigned.assemble.finding import Check, Finding, grave
from undersigned.assemble.places import Places
from undersigned.settings import Settings

__all__ = ["CHECKS"]

_PAGE = "/desk/account/login/"
_COOKIE = "desk-form"  # the desk's cookie against forged requests, which it sets with every form
_LONG = 2 << 20  # bytes: above what proxies let through by themselves, below what the desk takes in fields
_PATIENCE = 20  # seconds: a desk that nobody has used for a while is started first
_COPY = "Copy `upstream desk` and `location /desk/` from docs/deploy/nginx.conf."


def _proxies(settings: Settings, places: Places) -> Iterator[Finding]:
    """We speak no TLS, so that an https address without a proxy is none."""
    if settings.url.startswith("https:") and not settings.proxies:
        yield grave(
            "proxies-none",
            "the public address is https, but no proxy is believed (proxies is 0): the desk refuses every form, "
            "and the door takes all signers for one",
            "Write proxies = 1 into undersigned.toml: how many proxies of yours are in front; docs/deploy.md "
            "(The desk) says what they have to tell.",
        )


def _desk(settings: Settings, places: Places) -> Iterator[Finding]:
    """What keeps the public address from answering at all is told of the door already (`address-unreachable`)."""
    parts = urlsplit(settings.url)
    if not settings.desk or settings.demo or settings.simulated or not parts.hostname:
        return
    if parts.scheme == "http" and not settings.proxies:
        return  # nobody puts it under the public host; it is used at its own port
    if not (runs(places, "door") or runs(places, "desk")):
        return
    try:
        status, token = _asked(settings, "GET", b"", "")
        if status != 200 or not token:
            yield _not_there(settings, status)
            return
        # The short one first: a refusal can come before a long one is sent, and a proxy then tells of a broken
        # connection instead of it.
        for padding in (0, _LONG):
            form = urlencode({"csrfmiddlewaretoken": token, "padding": "x" * padding}).encode()
            status, _ = _asked(settings, "POST", form, token)
            if status != 200:
                break
    except (OSError, http.client.HTTPException):
        return
    yield from _of_the_form(settings, status)


def _not_there(settings: Settings, status: int) -> Finding:
    if status in (502, 503, 504):
        return grave(
            "desk-away",
            f"the proxy at {settings.url} does not reach the desk (status {status})",
            "Start it (`serve` runs it; else the unit undersigned-desk), and let `upstream desk` name its machine and "
            "port.",
        )
    if status == 400:
        return grave(
            "desk-host",
            f"the desk is not asked by the name that stands in {settings.url}",
            f"Let the proxy pass the Host header as it came. {_COPY}",
        )
    return grave(
        "desk-elsewhere",
        f"what answers at {settings.url}/desk/ is not the desk (status {status}): no link of the desk leads anywhere",
        f"{_COPY} Where this machine has no desk, set desk = false.",
    )


def _of_the_form(settings: Settings, status: int) -> Iterator[Finding]:
    if status == 413:
        yield grave(
            "desk-body",
            f"the proxy at {settings.url} takes no picture for the desk: it refuses {_LONG >> 20} MB",
            f"A picture may have 25 MB: client_max_body_size 26m. {_COPY}",
        )
    elif status == 403:
        yield grave(
            "desk-proto",
            f"the desk refuses every form that comes by {settings.url}: it is not told that it came by TLS",
            f"Let the proxy send X-Forwarded-Proto, and set proxies. {_COPY}",
        )
    elif status != 200:
        yield grave(
            "desk-form",
            f"the desk did not answer a form at {settings.url} (status {status})",
            "Read the last words of the desk and of the proxy.",
        )


def _asked(settings: Settings, method: str, body: bytes, token: str) -> tuple[int, str]:
    """Give the status of the page of signing in, and the token that its form wants."""
    parts = urlsplit(settings.url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    link = kind(str(parts.hostname), parts.port, timeout=_PATIENCE)
    headers = {"Accept-Language": "en"}
    if token:
        headers |= {"Origin": settings.url.rstrip("/"), "Cookie": f"{_COOKIE}={token}"}
        headers["Content-Type"] = "application/x-www-form-urlencoded"
    try:
        link.request(method, _PAGE, body, headers)
        answer = link.getresponse()
        answer.read()
        cookies = SimpleCookie(", ".join(answer.headers.get_all("Set-Cookie") or []))
        return answer.status, cookies[_COOKIE].value if _COOKIE in cookies else ""
    finally:
        link.close()


CHECKS: tuple[Check, ...] = (_proxies, _desk)

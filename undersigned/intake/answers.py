"""Builds answers. Every one of them carries the security headers; none sets a cookie.

Pages load scripts, styles and pictures of this host only, are framed by nobody, and send no referrer.
Facts: `docs/routes.md`; RFC 9457 for problems; CSP Level 3.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from http import HTTPStatus
from typing import Any

import msgspec

from undersigned.core.problems import Problem
from undersigned.core.rules import Refusal
from undersigned.intake.request import Answer

__all__ = [
    "NO_STORE",
    "SECURITY",
    "accepted",
    "check_mail",
    "closing",
    "empty",
    "facts",
    "foreign",
    "framed",
    "page",
    "plain",
    "problem",
    "see_other",
]  # fmt: skip

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
_PERMISSIONS = ", ".join(
    f"{name}=()"
    for name in (
        "accelerometer", "browsing-topics", "camera", "display-capture", "geolocation", "gyroscope", "hid",
        "interest-cohort", "magnetometer", "microphone", "midi", "payment", "serial", "usb",
    )
)  # fmt: skip

#: Headers of every answer.
SECURITY: tuple[tuple[str, str], ...] = (
    ("content-security-policy", POLICY),
    ("referrer-policy", "no-referrer"),
    ("x-content-type-options", "nosniff"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", _PERMISSIONS),
)
SAME_ORIGIN = ("cross-origin-resource-policy", "same-origin")
NO_STORE = ("cache-control", "no-store")
_HTML = ("content-type", "text/html; charset=utf-8")
_TEXT = ("content-type", "text/plain; charset=utf-8")
_JSON = ("content-type", "application/json")
_PROBLEM = ("content-type", "application/problem+json")
_CLOSE = ("connection", "close")
_OURS = (*SECURITY, SAME_ORIGIN, NO_STORE)
_PRIVATE = (*_OURS, ("x-robots-tag", "noindex, nofollow"))

_ACCEPTED = Answer(202, (*_OURS, _JSON), b'{"state":"check-your-mail"}', kept=True)


def page(html: str, status: int = 200, extra: Sequence[tuple[str, str]] = ()) -> Answer:
    """Give a page made for this request; nothing may keep it."""
    return Answer(status, (*_PRIVATE, _HTML, *extra), html.encode())


def plain(text: str, status: int = 200) -> Answer:
    """Give a short text."""
    return Answer(status, (*_OURS, _TEXT), text.encode())


def facts(body: bytes, name: str) -> Answer:
    """Give a file made for this request, to be kept by its reader under that name."""
    return Answer(200, (*_PRIVATE, _TEXT, ("content-disposition", f'attachment; filename="{name}"')), body)


def empty(status: int = HTTPStatus.NO_CONTENT) -> Answer:
    """Give an answer without a body."""
    return Answer(status, _OURS)


@lru_cache(maxsize=1024)
def check_mail(campaign: str, language: str) -> Answer:
    """Send whoever has signed to the page that says so: the same bytes for everybody."""
    return Answer(303, (*_PRIVATE, ("location", f"/c/{campaign}/{language}/check-mail")), kept=True)


def see_other(path: str, vary: str = "") -> Answer:
    """Send the reader to another page of this host; `path` is relative to it."""
    return Answer(303, (*_PRIVATE, ("location", path), *((("vary", vary),) if vary else ())))


def framed(answer: Answer, origins: Sequence[str]) -> Answer:
    """Let the pages of these origins show the answer in a frame; everything else about it stays."""
    policy = POLICY.replace("frame-ancestors 'none'", f"frame-ancestors 'self' {' '.join(origins)}")
    changed = {
        "content-security-policy": policy,
        "cross-origin-resource-policy": "cross-origin",
        "cross-origin-opener-policy": "unsafe-none",
    }
    return _with(answer, changed)


def _with(answer: Answer, changed: Mapping[str, str]) -> Answer:
    """Give the answer with other values of some of its headers."""
    headers = tuple((name, changed.get(name, value)) for name, value in answer.headers)
    return Answer(answer.status, headers, answer.body, answer.closes)


def foreign(html: str, origin: str) -> Answer:
    """Give a page that stands for one of another site: it may load the petition's script and frame from that origin."""
    policy = (
        f"default-src 'none'; style-src 'self'; script-src {origin}; connect-src {origin}; frame-src {origin}; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
    )
    return _with(page(html), {"content-security-policy": policy})


def accepted() -> Answer:
    """Tell a program to look into its mail: the same bytes for everybody."""
    return _ACCEPTED


def problem(what: Problem, refusals: Sequence[Refusal] = (), extra: Sequence[tuple[str, str]] = ()) -> Answer:
    """Give a refusal for programs (RFC 9457). Nothing that was sent is repeated in it."""
    told: dict[str, Any] = {
        "type": f"urn:undersigned:problem:{what.code}",
        "title": what.title,
        "status": what.status,
        "detail": what.remedy,
        "code": what.code,
    }
    named = [refusal for refusal in refusals if refusal.field]
    if named:
        told["errors"] = [_error(refusal) for refusal in named]
    current = next((refusal.current for refusal in refusals if refusal.current), "")
    if current:
        told["text"] = current
    return Answer(what.status, (*_OURS, _PROBLEM, *extra), msgspec.json.encode(told))


def closing(answer: Answer) -> Answer:
    """Have the connection closed after the answer: what follows on it cannot be trusted or is not wanted."""
    return Answer(answer.status, (*answer.headers, _CLOSE), answer.body, closes=True)


def _error(refusal: Refusal) -> dict[str, str]:
    found = refusal.problem
    return {"field": refusal.field, "code": found.code, "title": found.title, "detail": found.remedy}

"""How a refusal is told: as a page to people, as problem+json to programs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil

from undersigned.core import sources
from undersigned.core.campaign import Card
from undersigned.core.problems import Problem
from undersigned.core.rules import Refusal, leading
from undersigned.intake import answers
from undersigned.intake.guard.head import FORM, content_type
from undersigned.intake.languages import best
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route
from undersigned.intake.world import World
from undersigned.pages import render
from undersigned.pages.views import Form

__all__ = ["form_again", "later", "refused", "wants_page"]

#: Answers of these fields stand in a refused form again; no other field that was sent does.
SHOWN = ("name", "email", "country", "consent", "updates", "comment")
_CLOSING = frozenset([400, 408, 411, 413, 431])


def wants_page(request: Request) -> bool:
    """Tell whether people look at the answer: they sent a form, or asked for HTML."""
    return content_type(request) == FORM or "text/html" in request.header("accept")


def refused(
    request: Request,
    world: World,
    what: Problem,
    language: str = "",
    card: Card | None = None,
    extra: Sequence[tuple[str, str]] = (),
) -> Answer:
    """Refuse a request."""
    if wants_page(request):
        said = language or best(request.header("accept-language"), render.LANGUAGES)
        answer = answers.page(render.refusal(what, said, world.site, card), what.status, extra)
    else:
        answer = answers.problem(what, extra=extra)
    return answers.closing(answer) if what.status in _CLOSING else answer


def form_again(
    request: Request,
    world: World,
    card: Card,
    route: Route,
    fields: Mapping[str, str],
    refusals: Sequence[Refusal],
    now: int,
    extra: Sequence[tuple[str, str]] = (),
) -> Answer:
    """Show the form again with what was typed and why it was not taken; programs get the same as data."""
    what = leading(refusals).problem
    if not wants_page(request):
        return answers.problem(what, refusals, extra)
    source = sources.known(fields.get("source", ""), card.sources)
    kept = Form({"source": source, **{name: fields.get(name, "") for name in SHOWN}}, tuple(refusals))
    counts = world.counts(card.campaign)
    if route.kind == "sign-framed":
        html = render.framed(card, route.language, counts, world.site, kept, now)
        return answers.framed(answers.page(html, what.status, extra), card.embed)
    return answers.page(render.petition(card, route.language, counts, world.site, kept, now), what.status, extra)


def later(seconds: float) -> tuple[tuple[str, str], ...]:
    """Give the header that says when to come back (RFC 9110 10.2.3)."""
    return (("retry-after", str(max(1, ceil(seconds)))),)

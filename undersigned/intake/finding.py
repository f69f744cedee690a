"""Finding one's signature again: whoever has lost the letter asks for another link to it.

No store is read. The same event is written, with the same work, and the same answer given, whether the address has
signed or not; only the mill knows, and only the mailbox learns.
"""

from __future__ import annotations

from collections.abc import Mapping

from undersigned.core import problems
from undersigned.core.campaign import Card
from undersigned.core.normal import Canonical, canonical
from undersigned.core.problems import Problem
from undersigned.core.rules import Refusal
from undersigned.intake import answers
from undersigned.intake.guard.head import JSON, content_type
from undersigned.intake.guard.limits import client
from undersigned.intake.needs import Closed
from undersigned.intake.parse import Unread, form_fields, json_fields
from undersigned.intake.refusals import later, refused, wants_page
from undersigned.intake.request import Answer, Request, Said
from undersigned.intake.routes import Route
from undersigned.intake.signing import CLOSED_FOR
from undersigned.intake.world import World
from undersigned.pages import render
from undersigned.pages.views import Form

__all__ = ["link", "link_sent"]


def link(request: Request, route: Route, world: World, now: int) -> Said:
    """GET: the page with one field. POST: the event of having asked, and the same answer for everybody."""
    card = world.cards.get(route.campaign)
    if card is None or route.language not in card.texts:
        return (), refused(request, world, problems.CAMPAIGN_UNKNOWN)
    if request.method == "POST":
        return _asked(request, route, world, card, now)
    return (), answers.page(render.ask_link(card, route.language, world.site))


def link_sent(request: Request, route: Route, world: World, now: int) -> Said:
    """The page after the question."""
    card = world.cards.get(route.campaign)
    if card is None or route.language not in card.texts:
        return (), refused(request, world, problems.CAMPAIGN_UNKNOWN)
    return (), answers.page(render.link_sent(card, route.language, world.site))


def _asked(request: Request, route: Route, world: World, card: Card, now: int) -> Said:
    wait = world.limits.take(client(request.peer, request.header("x-forwarded-for"), world.proxies), now)
    if wait:
        return (), refused(request, world, problems.TOO_MANY_REQUESTS, route.language, card, later(wait))
    try:
        fields = _fields(request)
    except Unread as error:
        return (), refused(request, world, error.problem, route.language, card)
    typed = fields.get("email", "").strip()
    found = canonical(typed) if typed else problems.EMAIL_MISSING
    if not isinstance(found, Canonical):
        return (), _again(request, route, world, card, typed, found)
    try:
        event = world.registrar.ask_link(card, found.typed, found.address, route.language, now)
    except Closed:
        extra = later(CLOSED_FOR)
        return (), refused(request, world, problems.JOURNAL_CLOSED, route.language, card, extra)
    if content_type(request) == JSON:
        return (event,), answers.accepted()
    return (event,), answers.see_other(f"/c/{card.campaign}/{route.language}/link-sent")


def _fields(request: Request) -> Mapping[str, str]:
    return json_fields(request.body) if content_type(request) == JSON else form_fields(request.body)


def _again(request: Request, route: Route, world: World, card: Card, typed: str, what: Problem) -> Answer:
    """Show the page again: what is no address is none whoever types it."""
    refusal = (Refusal("email", what),)
    if not wants_page(request):
        return answers.problem(what, refusal)
    html = render.ask_link(card, route.language, world.site, Form({"email": typed}, refusal))
    return answers.page(html, what.status)

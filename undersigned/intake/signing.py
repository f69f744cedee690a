"""Taking a signature. No database is read: whoever has signed before gets the very same answer."""

from __future__ import annotations

from collections.abc import Mapping

from undersigned.core import problems, rules
from undersigned.core.campaign import Card
from undersigned.core.rules import Checked, Refusal
from undersigned.intake import answers
from undersigned.intake.guard.head import JSON, content_type
from undersigned.intake.guard.limits import client
from undersigned.intake.needs import Closed
from undersigned.intake.parse import Unread, form_fields, json_fields
from undersigned.intake.refusals import form_again, later, refused
from undersigned.intake.request import Answer, Request, Said
from undersigned.intake.routes import Route
from undersigned.intake.world import World

__all__ = ["CLOSED_FOR", "closed", "sign"]

CLOSED_FOR = 120  # seconds after which to try again where the journal takes nothing


def sign(request: Request, route: Route, world: World, now: int) -> Said:
    """Give the events of one signature and the answer, which is sent once they are durable."""
    card = world.cards.get(route.campaign)
    if card is None or route.language not in card.texts or (route.kind == "sign-framed" and not card.embed):
        return (), refused(request, world, problems.CAMPAIGN_UNKNOWN)
    wait = world.limits.take(client(request.peer, request.headers.get("x-forwarded-for", ""), world.proxies), now)
    kind = content_type(request)
    try:
        fields = _fields(request, kind)
    except Unread as error:
        return (), refused(request, world, error.problem, route.language, card)
    if wait:
        return (), _too_many(request, route, world, card, fields, wait, now)
    checked = rules.check(fields, card, now)
    if not isinstance(checked, Checked):
        return (), form_again(request, world, card, route, fields, checked, now)
    try:
        events = world.registrar.sign(card, checked, route.language, now)
    except Closed:
        return (), closed(request, route, world, now)
    return events, _done(route, card, kind)


def _done(route: Route, card: Card, kind: str) -> Answer:
    if kind == JSON:
        return answers.accepted()
    if route.kind == "sign-framed":
        place = f"/c/{route.campaign}/{route.language}/embed/check-mail"
        return answers.framed(answers.see_other(place), card.embed)
    return answers.check_mail(route.campaign, route.language)


def _fields(request: Request, kind: str) -> dict[str, str]:
    return json_fields(request.body) if kind == JSON else form_fields(request.body)


def closed(request: Request, route: Route, world: World, now: int) -> Answer:
    """Refuse because nothing can be kept at the moment; the form stays filled in."""
    return _unlucky(request, route, world, problems.JOURNAL_CLOSED, CLOSED_FOR, now)


def _too_many(
    request: Request, route: Route, world: World, card: Card, fields: Mapping[str, str], wait: float, now: int
) -> Answer:
    """Say when to come back, with the form kept; a flood that makes even that too dear gets a short page."""
    what = problems.TOO_MANY_REQUESTS
    if world.courtesy.take("", now):
        return refused(request, world, what, route.language, card, later(wait))
    return form_again(request, world, card, route, fields, (Refusal("", what),), now, later(wait))


def _unlucky(request: Request, route: Route, world: World, what: problems.Problem, wait: float, now: int) -> Answer:
    card = world.cards.get(route.campaign)
    if card is None or route.kind not in ("sign", "sign-framed"):
        return refused(request, world, what, route.language, card, later(wait))
    try:
        fields = _fields(request, content_type(request))
    except Unread as error:
        return refused(request, world, error.problem, route.language, card)
    return form_again(request, world, card, route, fields, (Refusal("", what),), now, later(wait))

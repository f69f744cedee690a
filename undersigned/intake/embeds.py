"""For the pages of others: the form in a frame where the campaign allows it, and oEmbed. No cookie, nothing personal.

Sources: oEmbed 1.0 (oembed.com), sections 2.2 and 2.3; CSP Level 3, `frame-ancestors`.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qs

import msgspec

from undersigned.core import problems
from undersigned.core.campaign import Card
from undersigned.intake import answers, files
from undersigned.intake.languages import best
from undersigned.intake.refusals import refused
from undersigned.intake.request import Answer, Request, Said
from undersigned.intake.routes import Route
from undersigned.intake.world import World
from undersigned.pages import oembed as told
from undersigned.pages import render
from undersigned.pages.elsewhere import elsewhere as shown_elsewhere

__all__ = ["check_mail", "elsewhere", "oembed", "page"]

_PETITION = re.compile(r"/c/(?P<campaign>[a-z0-9-]{1,40})/(?:(?P<language>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)/?)?")


def page(request: Request, route: Route, world: World, _now: int) -> Said:
    """Give the form for a frame, to the pages of the origins that the card names and to no other."""
    card = _framed(route, world)
    if card is None:
        return (), refused(request, world, problems.NOT_FOUND)
    return (), answers.framed(files.serve(request, route, world), card.embed)


def check_mail(request: Request, route: Route, world: World, _now: int) -> Said:
    """Give what stands in the frame after the form."""
    card = _framed(route, world)
    if card is None:
        return (), refused(request, world, problems.NOT_FOUND)
    html = render.framed_check_mail(card, route.language, world.site)
    return (), answers.framed(answers.page(html), card.embed)


def _framed(route: Route, world: World) -> Card | None:
    card = world.cards.get(route.campaign)
    return card if card is not None and card.embed and route.language in card.texts else None


def oembed(request: Request, _route: Route, world: World, _now: int) -> Said:
    """Tell about the petition whose page stands in `url`: 404 where it is none of ours, 501 for another format."""
    asked = {name: values[0] for name, values in parse_qs(request.query, max_num_fields=10).items()}
    form = asked.get("format", "json")
    if form not in ("json", "xml"):
        return (), refused(request, world, problems.FORMAT_UNKNOWN)
    card, language = _petition(asked.get("url", ""), world)
    if card is None:
        return (), refused(request, world, problems.NOT_FOUND)
    most = (_limit(asked.get("maxwidth"), told.WIDTH), _limit(asked.get("maxheight"), told.HEIGHT))
    facts = told.described(card, language, world.site, most)
    if form == "xml":
        return (), _open(told.xml(facts), "text/xml; charset=utf-8")
    return (), _open(msgspec.json.encode(facts), "application/json")


def elsewhere(request: Request, _route: Route, world: World, _now: int) -> Said:
    """Give the demonstration's page of another site: the origin at which it was asked for."""
    cards = world.cards.all()
    if not cards:
        return (), refused(request, world, problems.NOT_FOUND)
    language = best(request.header("accept-language"), render.LANGUAGES)
    html = shown_elsewhere(cards, f"http://{request.header('host')}", world.site, language)
    return (), answers.foreign(html, world.site.url)


def _petition(url: str, world: World) -> tuple[Card | None, str]:
    ours = url.removeprefix(world.site.url)
    found = _PETITION.fullmatch(ours) if ours != url else None
    card = world.cards.get(found["campaign"]) if found else None
    if found is None or card is None or (found["language"] and found["language"] not in card.texts):
        return None, ""
    return card, found["language"] or card.languages[0]


def _limit(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdecimal() and len(text) <= 5 else default


def _open(body: bytes, kind: str) -> Answer:
    life = ("cache-control", "public, max-age=300")
    return Answer(200, (*answers.SECURITY, *files.OPEN, life, ("content-type", kind)), body)

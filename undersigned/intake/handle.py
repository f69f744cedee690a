"""The door as one pure function: (request, world, now) -> (events, answer).

What it gives is to be carried out in that order: the events are made durable in one segment, then the
answer is sent. `begin` is the part that needs no body, `finish` the part that has it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache

from undersigned.core import problems
from undersigned.core.problems import Problem
from undersigned.core.sources import asked
from undersigned.intake import answers, embeds, files, finding, links, signing
from undersigned.intake.guard import head
from undersigned.intake.guard.head import kind_of_body
from undersigned.intake.languages import best
from undersigned.intake.origin import with_source
from undersigned.intake.refusals import refused
from undersigned.intake.request import Answer, Request, Said
from undersigned.intake.routes import Kind, Route, match, sound
from undersigned.intake.world import World
from undersigned.pages import render

__all__ = ["begin", "finish", "handle", "route_of"]

_ROBOTS = "User-agent: *\nDisallow: /k/\nDisallow: /w/\nDisallow: /r/\nDisallow: /_mailbox\nDisallow: /_elsewhere\n"
_PUBLIC = ("/c/", "/log/")  # paths that are remembered; those with a token never are
_NO_BODY_KINDS = ("confirm", "not-me", "appeal")
_OPERATIONS = ("livez", "readyz")
_DEMONSTRATION = ("mailbox", "elsewhere")  # kinds that are nowhere else
_METHODS = frozenset(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "CONNECT"])


def handle(request: Request, world: World, now: int) -> Said:
    """Answer a request whose body has been read; `now` in seconds since 1970."""
    route = route_of(request, world)
    refusal = begin(request, route, world)
    if refusal is not None or route is None:
        return (), refusal or refused(request, world, problems.NOT_FOUND)
    return finish(request, route, world, now)


def route_of(request: Request, world: World) -> Route | None:
    """Give the route of a request, or None where its path is none."""
    route = _known(request.path) if request.path.startswith(_PUBLIC) else _found(request.path)
    return None if route is not None and route.kind in _DEMONSTRATION and world.mailbox is None else route


def _found(path: str) -> Route | None:
    return match(path) if sound(path) else None


_known = lru_cache(maxsize=1024)(_found)


def begin(request: Request, route: Route | None, world: World) -> Answer | None:
    """Refuse what need not be read further; None where the body may be read and `finish` called."""
    what = head.framing(request)
    if what is None and (route is None or route.kind not in _OPERATIONS):
        what = head.host(request, world.hosts)
    if what is None:
        what = _no_route(request) if route is None else _not_so(request, route)
    if what is None:
        return None
    language = route.language if route is not None else ""
    card = world.cards.get(route.campaign) if route is not None else None
    extra = (("allow", ", ".join(route.methods)),) if what is problems.METHOD_NOT_ALLOWED and route else ()
    return refused(request, world, what, language if card is not None else "", card, extra)


def _no_route(request: Request) -> Problem:
    if len(request.path) > head.PATH_MOST:
        return problems.ADDRESS_TOO_LONG
    if not request.path.isprintable():  # control characters, NUL among them
        return problems.HEADER_MALFORMED
    return head.query(request, None) or problems.NOT_FOUND


def _not_so(request: Request, route: Route) -> Problem | None:
    what = head.query(request, route)
    if what is not None:
        return what
    if request.method not in route.methods:
        return problems.METHOD_NOT_ALLOWED
    if request.method == "POST" and (route.kind not in _NO_BODY_KINDS or request.headers.get("content-length") != "0"):
        return kind_of_body(request)
    return None


def finish(request: Request, route: Route, world: World, now: int) -> Said:
    """Answer a request that `begin` has let through, its body read."""
    return _FINISH[route.kind](request, route, world, now)


_Finish = Callable[[Request, Route, World, int], Said]


def _list(request: Request, _route: Route, world: World, _now: int) -> Said:
    return (), files.in_best_language(request, world, "index")


def _verify(request: Request, _route: Route, world: World, _now: int) -> Said:
    return (), files.in_best_language(request, world, "verify/index")


def _published(request: Request, route: Route, world: World, _now: int) -> Said:
    return (), files.serve(request, route, world)


def _choose(request: Request, route: Route, world: World, _now: int) -> Said:
    card = world.cards.get(route.campaign)
    if card is None:
        return (), refused(request, world, problems.CAMPAIGN_UNKNOWN)
    language = best(request.header("accept-language"), card.languages)
    path = with_source(f"/c/{card.campaign}/{language}/", asked(request.query, card.sources))
    return (), answers.see_other(path, "accept-language")


def _choose_statement(request: Request, route: Route, world: World, _now: int) -> Said:
    card = world.cards.get(route.campaign)
    base = f"s/{route.campaign}/{route.slug}"
    wanted = dict.fromkeys((*(card.languages if card else ()), *render.LANGUAGES))
    offered = [language for language in wanted if world.published.get(f"{base}/{language}/index.html") is not None]
    if not offered:
        return (), refused(request, world, problems.NOT_FOUND, card=card)
    language = best(request.header("accept-language"), offered)
    return (), answers.see_other(f"/{base}/{language}/", "accept-language")


def _choose_press(request: Request, _route: Route, _world: World, _now: int) -> Said:
    language = best(request.header("accept-language"), render.LANGUAGES)
    return (), answers.see_other(f"/press/{language}/", "accept-language")


def _choose_organisation(request: Request, route: Route, world: World, _now: int) -> Said:
    base = f"o/{route.slug}"
    if world.published.get(f"{base}/{render.LANGUAGES[0]}/index.html") is None:
        return (), refused(request, world, problems.NOT_FOUND)
    language = best(request.header("accept-language"), render.LANGUAGES)
    return (), answers.see_other(f"/{base}/{language}/", "accept-language")


def _statement(request: Request, route: Route, world: World, _now: int) -> Said:
    return (), files.serve_statement(request, route, world)


def _slash(request: Request, _route: Route, world: World, _now: int) -> Said:
    card = world.cards.get(request.path.split("/")[2])
    source = asked(request.query, card.sources) if card is not None else ""
    return (), answers.see_other(with_source(f"{request.path}/", source))


def _page(request: Request, route: Route, world: World, _now: int) -> Said:
    card = world.cards.get(route.campaign)
    if card is None:
        return (), refused(request, world, problems.CAMPAIGN_UNKNOWN)
    if route.language not in card.texts:
        return (), refused(request, world, problems.NOT_FOUND, card=card)
    return (), files.serve(request, route, world, asked(request.query, card.sources))


def _share(request: Request, route: Route, world: World, _now: int) -> Said:
    """Give the published page; made anew where a known source code is asked for, which it then leads on with."""
    card = world.cards.get(route.campaign)
    if card is None or route.language not in card.texts:
        return (), refused(request, world, problems.NOT_FOUND, card=card)
    source = asked(request.query, card.sources)
    if not source:
        return (), files.serve(request, route, world)
    make = {"share": render.share, "poster": render.poster, "sheet": render.sheet}
    html = make[route.template.split("/")[-2]](card, route.language, world.site, source)
    return (), answers.page(html)


def _check_mail(request: Request, route: Route, world: World, now: int) -> Said:
    card = world.cards.get(route.campaign)
    if card is None or route.language not in card.texts:
        return (), refused(request, world, problems.CAMPAIGN_UNKNOWN)
    delay = world.delay(card.campaign, now)
    return (), answers.page(render.check_mail(card, route.language, world.site, delay))


def _livez(_request: Request, _route: Route, _world: World, _now: int) -> Said:
    return (), answers.plain("ok\n")


def _readyz(_request: Request, _route: Route, world: World, _now: int) -> Said:
    trouble = world.health.trouble()
    return (), answers.plain(f"{trouble}\n" if trouble else "ok\n", 503 if trouble else 200)


def _robots(_request: Request, _route: Route, world: World, _now: int) -> Said:
    return (), answers.plain(f"{_ROBOTS}\nSitemap: {world.site.url}/sitemap.xml\n")


def _favicon(_request: Request, _route: Route, _world: World, _now: int) -> Said:
    return (), answers.empty()


def _mailbox(request: Request, _route: Route, world: World, _now: int) -> Said:
    assert world.mailbox is not None
    language = best(request.header("accept-language"), render.LANGUAGES)
    return (), answers.page(render.mailbox(world.mailbox.letters(), world.site, language))


_FINISH: Mapping[Kind, _Finish] = {
    "sign": signing.sign,
    "page": _page,
    "published": _published,
    "check-mail": _check_mail,
    "link": finding.link,
    "link-sent": finding.link_sent,
    "choose": _choose,
    "statement": _statement,
    "choose-statement": _choose_statement,
    "choose-press": _choose_press,
    "choose-organisation": _choose_organisation,
    "slash": _slash,
    "confirm": links.confirm,
    "not-me": links.not_me,
    "appeal": links.appeal,
    "withdraw": links.withdraw,
    "state": links.state,
    "proof": links.receipt,
    "list": _list,
    "verify": _verify,
    "sign-framed": signing.sign,
    "framed": embeds.page,
    "check-mail-framed": embeds.check_mail,
    "share": _share,
    "oembed": embeds.oembed,
    "livez": _livez,
    "readyz": _readyz,
    "robots": _robots,
    "favicon": _favicon,
    "mailbox": _mailbox,
    "elsewhere": embeds.elsewhere,
}

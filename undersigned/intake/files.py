"""Published files: conditional, compressed where it helps, and data open to the pages of other sites."""

from __future__ import annotations

from undersigned.core import problems
from undersigned.intake.answers import SAME_ORIGIN, SECURITY
from undersigned.intake.languages import best
from undersigned.intake.needs import PublishedFile
from undersigned.intake.refusals import refused
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route
from undersigned.intake.world import World
from undersigned.pages import render

__all__ = ["in_best_language", "serve"]

_OPEN = (("access-control-allow-origin", "*"), ("cross-origin-resource-policy", "cross-origin"))


def serve(request: Request, route: Route, world: World) -> Answer:
    """Give the published file at the request's path."""
    path = request.path[1:]
    file = world.published.get(path + "index.html" if path.endswith("/") else path)
    if file is None:
        return refused(request, world, problems.NOT_FOUND, route.language, world.cards.get(route.campaign))
    return _answer(request, file, _is_data(path), "accept-encoding")


def in_best_language(request: Request, world: World, name: str) -> Answer:
    """Give `<name>.<language>.html` in the language that the reader likes best, English where it is missing."""
    language = best(request.header("accept-language"), render.LANGUAGES)
    file = world.published.get(f"{name}.{language}.html") or world.published.get(f"{name}.en.html")
    if file is None:
        return refused(request, world, problems.NOT_FOUND)
    return _answer(request, file, False, "accept-encoding, accept-language")


def _is_data(path: str) -> bool:
    """Tell whether other sites may read the file: data may be read, pages may not be built into others."""
    return path.startswith("log/") or path.endswith((".json", ".csv", ".md"))


def _answer(request: Request, file: PublishedFile, data: bool, vary: str) -> Answer:
    packed = file.gzip if file.gzip is not None and _takes_gzip(request) else None
    tag = file.etag if packed is None else f'{file.etag[:-1]}-g"'
    headers = [
        *SECURITY,
        *(_OPEN if data else (SAME_ORIGIN,)),
        ("cache-control", file.cache_control),
        ("etag", tag),
        ("vary", vary),
    ]
    if _known(request, file.etag):
        return Answer(304, headers)
    headers.append(("content-type", file.content_type))
    if packed is not None:
        headers.append(("content-encoding", "gzip"))
    return Answer(200, headers, file.body if packed is None else packed)


def _takes_gzip(request: Request) -> bool:
    accepted = request.header("accept-encoding").lower()
    if "gzip" not in accepted:
        return False
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        if name.strip() == "gzip":
            return weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000")
    return False


def _known(request: Request, etag: str) -> bool:
    """Compare weakly, both with the plain and the packed form of the file (RFC 9110 13.1.2)."""
    sent = request.header("if-none-match")
    if not sent:
        return False
    ours = (etag, f'{etag[:-1]}-g"', "*")
    return any(one.strip().removeprefix("W/") in ours for one in sent.split(","))

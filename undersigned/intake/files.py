"""Published files: conditional, compressed where it helps, and data open to the pages of other sites."""

from __future__ import annotations

import gzip
from functools import lru_cache

from undersigned.core import problems
from undersigned.intake.answers import SAME_ORIGIN, SECURITY
from undersigned.intake.languages import best
from undersigned.intake.needs import PublishedFile
from undersigned.intake.origin import page_with_source
from undersigned.intake.refusals import refused
from undersigned.intake.request import Answer, Request
from undersigned.intake.routes import Route
from undersigned.intake.world import World
from undersigned.pages import render

__all__ = ["OPEN", "in_best_language", "serve", "serve_statement"]

KEPT_BYTES = 256 * 1024  #: a larger answer is not kept as bytes beside its file
LONGEST = 512  # characters of Accept-Encoding that are looked at
_COMPONENT = "s/undersigned-petition.js"  # made for the pages of others
_DATA = (
    ".json",
    ".jsonld",
    ".csv",
    ".md",
    ".svg",
    ".atom",
    ".ics",
    ".xml",
    ".txt",
    ".bib",
    ".parquet",
    "/curve.png",
    "/countries.png",
)
#: Headers of what other sites may read.
OPEN = (("access-control-allow-origin", "*"), ("cross-origin-resource-policy", "cross-origin"))


def serve(request: Request, route: Route, world: World, source: str = "") -> Answer:
    """Give the published file at the request's path; with the code of a link or poster in it, where there is one."""
    path = request.path[1:]
    file = world.published.get(path + "index.html" if path.endswith("/") else path)
    if file is None:
        return refused(request, world, problems.NOT_FOUND, route.language, world.cards.get(route.campaign))
    return _answer(request, file, _is_data(path), "accept-encoding", source)


def serve_statement(request: Request, route: Route, world: World) -> Answer:
    """Give a file of a statement; where it was withdrawn, the reason instead, with 410, whatever was asked for."""
    base = f"s/{route.campaign}/{route.slug}/withdrawn"
    ending = _form(request.path)
    languages = (route.language, best(request.header("accept-language"), render.LANGUAGES), *render.LANGUAGES)
    found = (world.published.get(f"{base}.{language}.{ending}") for language in dict.fromkeys(languages) if language)
    gone = next((file for file in found if file is not None), None)
    if gone is None:
        return serve(request, route, world)
    coding, vary = _coding(request, gone), "accept-encoding, accept-language"
    return _make(gone, _body(gone, coding, ""), (("vary", vary),), 410, coding, False)


def _form(path: str) -> str:
    """Give the form in which a reason is told where that file was asked for."""
    if path.endswith((".json", ".jsonld")):
        return "json"
    return "txt" if path.endswith((".txt", ".bib")) else "html"


def in_best_language(request: Request, world: World, name: str) -> Answer:
    """Give `<name>.<language>.html` in the language that the reader likes best, English where it is missing."""
    language = best(request.header("accept-language"), render.LANGUAGES)
    file = world.published.get(f"{name}.{language}.html") or world.published.get(f"{name}.en.html")
    if file is None:
        return refused(request, world, problems.NOT_FOUND)
    return _answer(request, file, False, "accept-encoding, accept-language")


def _is_data(path: str) -> bool:
    """Tell whether other sites may read the file: data may be read, pages may not be built into others."""
    return path.startswith("log/") or path.endswith(_DATA) or path == _COMPONENT


def _answer(request: Request, file: PublishedFile, data: bool, vary: str, source: str = "") -> Answer:
    coding = _coding(request, file)
    if source and coding:
        coding = "gzip" if "gzip" in _codings(request.header("accept-encoding")[:LONGEST].lower()) else ""
    etag = f'{file.etag[:-1]}-s-{source}"' if source else file.etag
    status = 304 if _known(request, etag) else 200
    key = (status, coding, data, vary, source)
    answer = file.made.get(key)
    if answer is None:
        tags = (("etag", _tag(etag, coding)), ("vary", vary))
        answer = file.made[key] = _make(file, _body(file, coding, source), tags, status, coding, data)
    return answer


def _body(file: PublishedFile, coding: str, source: str) -> bytes:
    """Give the bytes to send; those with a source are made once while the file stays as it is."""
    if not source:
        return {"br": file.brotli, "gzip": file.gzip}.get(coding) or file.body
    body = page_with_source(file.body, source)
    return gzip.compress(body, mtime=0) if coding else body


def _make(
    file: PublishedFile, body: bytes, tags: tuple[tuple[str, str], ...], status: int, coding: str, data: bool
) -> Answer:
    headers = (
        *SECURITY,
        *(OPEN if data else (SAME_ORIGIN,)),
        ("cache-control", file.cache_control),
        *tags,
    )
    kept = len(body) <= KEPT_BYTES
    if status == 304:
        return Answer(304, headers, kept=True)
    said = (("content-encoding", coding),) if coding else ()
    return Answer(status, (*headers, ("content-type", file.content_type), *said), body, kept=kept)


def _tag(etag: str, coding: str) -> str:
    """Give the tag of a form of the file: another one for each coding (RFC 9110 8.8.3)."""
    return f'{etag[:-1]}-{coding[0]}"' if coding else etag


def _coding(request: Request, file: PublishedFile) -> str:
    """Give the coding that is smallest of those the reader takes; "" for the bytes as they are."""
    accepted = request.headers.get("accept-encoding")
    if not accepted:
        return ""
    takes = _codings(accepted[:LONGEST].lower())
    if file.brotli is not None and "br" in takes:
        return "br"
    return "gzip" if file.gzip is not None and "gzip" in takes else ""


@lru_cache(maxsize=256)
def _codings(accepted: str) -> frozenset[str]:
    """Give the codings of an Accept-Encoding header that are not refused by a weight of nothing."""
    found = set()
    for part in accepted.split(","):
        name, _, weight = part.partition(";")
        if weight.replace(" ", "") not in ("q=0", "q=0.0", "q=0.00", "q=0.000"):
            found.add(name.strip())
    return frozenset(found)


def _known(request: Request, etag: str) -> bool:
    """Compare weakly, with the plain and the packed forms of the file (RFC 9110 13.1.2)."""
    sent = request.headers.get("if-none-match")
    if not sent:
        return False
    ours = (*(_tag(etag, coding) for coding in ("", "br", "gzip")), "*")
    return any(one.strip().removeprefix("W/") in ours for one in sent.split(","))

"""Which path is which route. Templates are all that counters and log lines ever hold of a path."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Literal, TypeAlias, final

__all__ = ["OTHER", "TEMPLATES", "Kind", "Route", "match", "sound"]

Kind: TypeAlias = Literal[
    "list", "choose", "page", "sign", "check-mail", "link", "link-sent", "confirm", "not-me", "withdraw", "state",
    "appeal",
    "proof", "published", "verify", "sign-framed", "framed", "check-mail-framed", "share", "oembed", "statement",
    "choose-statement", "choose-press", "choose-organisation", "livez", "readyz", "robots", "favicon", "mailbox",
    "elsewhere", "slash",
]  # fmt: skip

_GET = ("GET", "HEAD")
_POST = ("POST",)
_BOTH = ("GET", "HEAD", "POST")


@final
class Route:
    """A path that was recognised: its template, what serves it, and the parts of it that vary. A value."""

    __slots__ = ("campaign", "kind", "language", "methods", "slug", "template", "token")

    def __init__(
        self,
        template: str,
        kind: Kind,
        methods: tuple[str, ...],
        campaign: str = "",
        language: str = "",
        token: str = "",
        slug: str = "",
    ) -> None:
        """Take what was found."""
        self.template = template
        self.kind = kind
        self.methods = methods
        self.campaign = campaign
        self.language = language
        self.token = token
        self.slug = slug


_PARTS = {
    "campaign": r"(?P<campaign>[a-z0-9-]{1,40})",
    "lang": r"(?P<language>[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?)",
    # Anything that could be a token, so that every wrong one is refused in the same place.
    "token": r"(?P<token>[A-Za-z0-9_~-][A-Za-z0-9._~-]{0,99}?)",
    "hash": r"[A-Za-z0-9_-]{43}",
    "snapshot": r"(?:index|[0-9]{1,12})",
    "table": r"(?:countries|days)",
    "drawing": r"(?:curve|countries)\.(?:svg|png)",
    "code": r"qr\.(?:svg|png)",
    "path": r"[a-z0-9./]{1,100}",
    "slug": r"(?P<slug>[a-z0-9-]{1,40})",
    "version": r"[1-9][0-9]{0,5}",
    "versions": r"[1-9][0-9]{0,5}(?:-[1-9][0-9]{0,5})?",
    "organisation": r"(?P<slug>[a-z0-9-]{1,40})",
    "section": r"[a-z0-9-]{1,40}",
    "form": r"(?:statement\.(?:txt|jsonld|pdf)|ninjs\.json|cite\.(?:txt|bib|json)|share-[0-9a-f]{16}\.png)",
    "calendar": r"gatherings\.(?:ics|atom)",
    "gathering": r"[a-z0-9-]{1,40}",
    "feed": r"statements\.(?:atom|json)",
    "file": r"[A-Za-z0-9._-]{1,100}",
}

_TABLE: tuple[tuple[str, Kind, tuple[str, ...]], ...] = (
    ("/c/<campaign>/<lang>/sign", "sign", _POST),
    ("/c/<campaign>/<lang>/", "page", _GET),
    ("/c/<campaign>/count.json", "published", _GET),
    ("/c/<campaign>/<lang>/check-mail", "check-mail", _GET),
    ("/c/<campaign>/<lang>/link", "link", _BOTH),
    ("/c/<campaign>/<lang>/link-sent", "link-sent", _GET),
    ("/c/<campaign>/", "choose", _GET),
    ("/c/<campaign>/<lang>/kept/", "published", _GET),
    ("/c/<campaign>/<lang>/text/<hash>.md", "published", _GET),
    ("/c/<campaign>/photo/<file>", "published", _GET),
    ("/c/<campaign>/<lang>/numbers/", "published", _GET),
    ("/c/<campaign>/<lang>/numbers/<drawing>", "published", _GET),
    ("/c/<campaign>/<lang>/share/", "share", _GET),
    ("/c/<campaign>/<lang>/share/<code>", "published", _GET),
    ("/c/<campaign>/<lang>/poster/", "share", _GET),
    ("/c/<campaign>/<lang>/sheet/", "share", _GET),
    ("/c/<campaign>/<lang>/<feed>", "published", _GET),
    ("/c/<campaign>/<lang>/gatherings/", "published", _GET),
    ("/c/<campaign>/<lang>/gatherings/<gathering>.ics", "published", _GET),
    ("/c/<campaign>/<lang>/<calendar>", "published", _GET),
    ("/c/<campaign>/<lang>/embed/", "framed", _GET),
    ("/c/<campaign>/<lang>/embed/sign", "sign-framed", _POST),
    ("/c/<campaign>/<lang>/embed/check-mail", "check-mail-framed", _GET),
    ("/c/<campaign>.json", "published", _GET),
    ("/c/<campaign>/at/<snapshot>.json", "published", _GET),
    ("/c/<campaign>/petition.json", "published", _GET),
    ("/c/<campaign>/datapackage.json", "published", _GET),
    ("/c/<campaign>/data/<table>.parquet", "published", _GET),
    ("/c/<campaign>/countries.csv", "published", _GET),
    ("/c/<campaign>/days.csv", "published", _GET),
    ("/k/<token>", "confirm", _BOTH),
    ("/k/<token>/not-me", "not-me", _POST),
    ("/w/<token>", "withdraw", _BOTH),
    ("/r/<token>.tlog-proof", "proof", _GET),
    ("/r/<token>/appeal", "appeal", _POST),
    ("/r/<token>", "state", _GET),
    ("/log/<campaign>/checkpoint", "published", _GET),
    ("/log/<campaign>/vkey", "published", _GET),
    ("/log/<campaign>/tile/<path>", "published", _GET),
    ("/s/<file>", "published", _GET),
    ("/s/<campaign>/<slug>/", "choose-statement", _GET),
    ("/s/<campaign>/<slug>/<lang>/", "statement", _GET),
    ("/s/<campaign>/<slug>/<lang>/<versions>/", "statement", _GET),
    ("/s/<campaign>/<slug>/<lang>/<form>", "statement", _GET),
    ("/s/<campaign>/<slug>/<lang>/<version>/<form>", "statement", _GET),
    ("/s/<campaign>/<slug>/<file>", "statement", _GET),
    ("/press/", "choose-press", _GET),
    ("/press/<lang>/", "published", _GET),
    ("/press/<lang>/<feed>", "published", _GET),
    ("/o/<organisation>/", "choose-organisation", _GET),
    ("/o/<organisation>/<lang>/", "published", _GET),
    ("/o/<organisation>/<lang>/<feed>", "published", _GET),
    ("/o/<organisation>/<lang>/<section>/", "published", _GET),
    ("/o/<organisation>/<lang>/<section>/<feed>", "published", _GET),
    ("/sitemap.xml", "published", _GET),
    ("/", "list", _GET),
    ("/verify", "verify", _GET),
    ("/oembed", "oembed", _GET),
    ("/petitions.json", "published", _GET),
    ("/openapi.json", "published", _GET),
    ("/livez", "livez", _GET),
    ("/readyz", "readyz", _GET),
    ("/robots.txt", "robots", _GET),
    ("/favicon.ico", "favicon", _GET),
    ("/_mailbox", "mailbox", _GET),
    ("/_elsewhere", "elsewhere", _GET),
)

#: Every template of a route, as `docs/routes.md` lists them.
TEMPLATES: tuple[str, ...] = tuple(template for template, _, _ in _TABLE)

#: What counters call a path that is none of them.
OTHER = "other"

# Beside a file of data lies its description; it counts as the same route.
_MORE = {"/c/<campaign>/countries.csv": r"(?:-metadata\.json)?", "/c/<campaign>/days.csv": r"(?:-metadata\.json)?"}
_SLASH = re.compile(
    r"/c/[a-z0-9-]{1,40}(?:/[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})?"
    r"(?:/(?:kept|numbers|embed|share|poster|sheet|gatherings))?)?",
    re.ASCII,
)
_SOUND = re.compile(r"/(?:(?!\.\.?(?:/|$))[A-Za-z0-9._~-]+(?:/|$))*", re.ASCII)


def _pattern(template: str) -> re.Pattern[str]:
    pieces = re.split(r"<([a-z]+)>", template)
    literal = [re.escape(piece) if turn % 2 == 0 else _PARTS[piece] for turn, piece in enumerate(pieces)]
    return re.compile("".join(literal) + _MORE.get(template, ""), re.ASCII)


def _by_first() -> Mapping[str, tuple[tuple[re.Pattern[str], str, Kind, tuple[str, ...]], ...]]:
    """Group the routes by the first part of their path, in the order of the table."""
    grouped: dict[str, list[tuple[re.Pattern[str], str, Kind, tuple[str, ...]]]] = {}
    for template, kind, methods in _TABLE:
        grouped.setdefault(template.split("/")[1], []).append((_pattern(template), template, kind, methods))
    return {first: tuple(found) for first, found in grouped.items()}


_GROUPS = _by_first()


def sound(path: str) -> bool:
    """Tell whether a decoded path holds plain characters only, and no empty, `.` or `..` part."""
    return _SOUND.fullmatch(path) is not None


def match(path: str) -> Route | None:
    """Give the route of a sound path, or None."""
    for pattern, template, kind, methods in _GROUPS.get(path.split("/", 2)[1], ()):
        found = pattern.fullmatch(path)
        if found is not None:
            return Route(template, kind, methods, **found.groupdict())
    if _SLASH.fullmatch(path):
        return Route(OTHER, "slash", _GET)
    return None

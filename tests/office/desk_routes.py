"""Every address of the desk, and what it answers to whom: the table that tests/office/test_tenancy.py walks through.

A row has two words, for GET and for POST with an empty form, with a letter for each of `WHO`:
o 200 · r 302, done or nothing to do · f 403 · n 404 · m 405 · l 302 to signing in · a 302 to signing in afresh
· b 400 · x 409 · g 410
"""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, get_resolver

from undersigned.office.people.roles import Role

__all__ = ["ACCOUNT", "TABLE", "WHO", "code", "routes"]

#: Roles in the section whose pages are asked for; a translator of Arabic alone; a coordinator elsewhere; nobody.
WHO = (*(role.value for role in Role), "arabic", "outsider", "nobody")

#: Pages of signing in are allauth's own and know nobody but whoever asks.
ACCOUNT = ("account_", "mfa_")

TABLE: dict[str, tuple[str, str]] = {
    "enter": ("oooooooooooo", "gggggggggggg"),
    "join": ("oooooooooooo", "rrrrrrrrrrro"),
    "profile": ("oooooooooool", "oooooooooool"),
    "found": ("fffffffffffl", "fffffffffffl"),
    "members": ("ooooooooonnl", "ooooooooonnl"),
    "invite": ("offffffffnnl", "affffffffnnl"),
    "roles": ("offffffffnnl", "affffffffnnl"),
    "revoke": ("mmmmmmmmmmml", "affffffffnnl"),
    "trail": ("offffffofnnl", "offffffofnnl"),
    "trail-export": ("offffffofnnl", "offffffofnnl"),
    "trail-check": ("offffffofnnl", "offffffofnnl"),
    "my-trail": ("oooooooooool", "oooooooooool"),
    "my-trail-export": ("oooooooooool", "oooooooooool"),
    "protection": ("fffffffofnnl", "fffffffafnnl"),
    "protection-edit": ("fffffffofnnl", "fffffffafnnl"),
    "protection-register": ("fffffffofnnl", "fffffffafnnl"),
    "protection-assessment": ("fffffffofnnl", "fffffffafnnl"),
    "protection-consents": ("fffffffofnnl", "fffffffafnnl"),
    "person-requests": ("fffffffofnnl", "fffffffafnnl"),
    "person-request": ("fffffffofnnl", "fffffffafnnl"),
    "home": ("oooooooooool", "oooooooooool"),
    "section": ("ooooooooonnl", "ooooooooonnl"),
    "begin": ("ooffffffffol", "ooffffffffol"),
    "campaign": ("ooooooooonnl", "ooooooooonnl"),
    "facts": ("oofffffffnnl", "oofffffffnnl"),
    "addressees": ("oofffffffnnl", "oofffffffnnl"),
    "photo": ("oofffffffnnl", "oofffffffnnl"),
    "picture": ("nnnnnnnnnnnl", "nnnnnnnnnnnl"),
    "key": ("oofffffffnnl", "oofffffffnnl"),
    "demonstration-key": ("mmmmmmmmmmml", "nnfffffffnnl"),
    "write": ("oofffffffnnl", "oofffffffnnl"),
    "rendered": ("mmmmmmmmmmml", "oofffffffnnl"),
    "release": ("mmmmmmmmmmml", "affafffffnnl"),
    "undo": ("mmmmmmmmmmml", "affafffffnnl"),
    "pause": ("mmmmmmmmmmml", "affafffffnnl"),
    "translate": ("fooffffffonl", "fxxffffffxnl"),
    "preview": ("oooooooooonl", "mmmmmmmmmmml"),
    "page": ("nnnnnnnnnnnl", "mmmmmmmmmmml"),  # in test_preview.py; the Arabic of the table is half translated
    "review": ("oooooooooonl", "oooooooooonl"),
    "history": ("oooooooooonl", "oooooooooonl"),
    "files": ("fooffffffonl", "fbbffffffbnl"),
    "file": ("fooffffffonl", "fooffffffonl"),
    "count": ("ooooooooonnl", "ooooooooonnl"),
    "where": ("ooooooooonnl", "ooooooooonnl"),
    "table": ("ooooooooonnl", "ooooooooonnl"),
    "sources": ("ooooooooonnl", "oofffffffnnl"),
    "release-sources": ("mmmmmmmmmmml", "affafffffnnl"),
    "source-away": ("mmmmmmmmmmml", "rrfffffffnnl"),
    "source-picture": ("ooooooooonnl", "ooooooooonnl"),
    "answers": ("ooooooooonnl", "affaaffffnnl"),
    "gatherings": ("ooooooooonnl", "affaaffffnnl"),
    "gathering": ("nnnnnnnnnnnl", "nnnnnnnnnnnl"),
    "compare": ("oooooooooonl", "oooooooooonl"),
    "signatures": ("fffffofffnnl", "fffffafffnnl"),
    "choose": ("fffffofffnnl", "fffffafffnnl"),
    "act": ("fffffofffnnl", "fffffafffnnl"),
    "agree": ("mmmmmmmmmmml", "fffffafffnnl"),
    "decline": ("mmmmmmmmmmml", "fffffafffnnl"),
    "reverse": ("mmmmmmmmmmml", "fffffafffnnl"),
    "letters": ("mmmmmmmmmmml", "fffffafffnnl"),
    "appeal": ("mmmmmmmmmmml", "fffffafffnnl"),
    "figures": ("ooooooooonnl", "ooffoffffnnl"),
    "figures-in": ("ooffoffffnnl", "ooffoffffnnl"),
    "figures-table": ("ooooooooonnl", "ooooooooonnl"),
    "statements": ("ooooooooonnl", "ooooooooonnl"),
    "statement-begin": ("ooffoffffnnl", "ooffoffffnnl"),
    "drafting": ("ooffoffffnnl", "rrffrffffnnl"),
    "statement-away": ("mmmmmmmmmmml", "rrffrffffnnl"),
    "milestone": ("mmmmmmmmmmml", "rrffrffffnnl"),
    "statement": ("ooooooooonnl", "ooooooooonnl"),
    "statement-next": ("rrrrrrrrrnnl", "rrrrrrrrrnnl"),
    "statement-write": ("ooffoffffnnl", "ooffoffffnnl"),
    "statement-quote": ("ooffoffffnnl", "ooffoffffnnl"),
    "statement-photo": ("ooffoffffnnl", "ooffoffffnnl"),
    "statement-picture": ("nnnnnnnnnnnl", "nnnnnnnnnnnl"),
    "statement-check": ("oofooffffnnl", "rrfrrffffnnl"),
    "statement-sign": ("mmmmmmmmmmml", "affaaffffnnl"),
    "statement-release": ("offooffffnnl", "affaaffffnnl"),
    "statement-hour": ("offooffffnnl", "affaaffffnnl"),
    "statement-withdraw": ("offooffffnnl", "affaaffffnnl"),
    "statement-links": ("offooffffnnl", "affaaffffnnl"),
    "statement-recipient": ("mmmmmmmmmmml", "affaaffffnnl"),
    "statement-forget": ("mmmmmmmmmmml", "affaaffffnnl"),
    "statement-send": ("mmmmmmmmmmml", "affaaffffnnl"),
    "statement-again": ("mmmmmmmmmmml", "affaaffffnnl"),
    "statement-link-away": ("mmmmmmmmmmml", "affaaffffnnl"),
    "statement-shared-picture": ("nnnnnnnnnnnn", "mmmmmmmmmmmm"),
    "statement-shared": ("nnnnnnnnnnnn", "mmmmmmmmmmmm"),
    "statement-shared-file": ("nnnnnnnnnnnn", "mmmmmmmmmmmm"),
    "statement-translate": ("fooffffffonl", "fxxffffffxnl"),
    "statement-preview": ("oooooooooonl", "oooooooooonl"),
    "statement-review": ("oooooooooonl", "oooooooooonl"),
    "statement-history": ("oooooooooonl", "oooooooooonl"),
    "statement-files": ("fooffffffonl", "fbbffffffbnl"),
    "statement-file": ("fooffffffonl", "fooffffffonl"),
    "statement-compare": ("oooooooooonl", "oooooooooonl"),
}


def routes() -> dict[str, tuple[str, ...]]:
    """Give every name in the resolver with the arguments of its address."""
    return dict(_walk(get_resolver().url_patterns, "", ()))


def _walk(
    patterns: list[URLPattern | URLResolver], space: str, before: tuple[str, ...]
) -> list[tuple[str, tuple[str, ...]]]:
    found = []
    for one in patterns:
        names = (*before, *one.pattern.converters, *one.pattern.regex.groupindex)
        names = tuple(dict.fromkeys(names))
        if isinstance(one, URLResolver):
            found += _walk(one.url_patterns, f"{space}{one.namespace}:" if one.namespace else space, names)
        else:
            found.append((f"{space}{one.name}", names))
    return found


def code(status: int, location: str) -> str:
    """Give the letter of an answer."""
    if status == 302:
        return "a" if "/reauthenticate/" in location else "l" if "/account/login/" in location else "r"
    return {200: "o", 400: "b", 403: "f", 404: "n", 405: "m", 409: "x", 410: "g"}[status]

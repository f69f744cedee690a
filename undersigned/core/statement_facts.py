"""`facts.toml` of a version of a statement: figures, quotes, pictures, and the fact sheet."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, cast

from undersigned.core import figures
from undersigned.core.countries import LANGUAGES
from undersigned.core.figures import QUALIFIERS, STATUSES, Checkpoint, Figure, Qualifier, Source, Status
from undersigned.core.photo import PEOPLE, Rendition, named
from undersigned.core.sheet import Part, nearest
from undersigned.core.statement import Claim, Photo, Quote, Statement

__all__ = ["figure", "id_of", "read"]

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_FILE = re.compile(r"[a-z0-9][a-z0-9-]{0,60}\.(?:jpg|png|webp)")
_DATE = re.compile(r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])")
_SOURCE = ("organisation", "title", "address", "published", "page")
_KEPT = ("retrieved", "archived")
_FIGURE = (
    "id", "measure", "qualifier", "value", "least", "most", "status", "as_of", "place", *_SOURCE, *_KEPT,
    "attribution_required", "checked_by", "supersedes", "log", "size", "root",
)  # fmt: skip
_WORDS = ("label", "unit", "population", "method", "caveat", "attribution")
_QUOTE = ("id", "speaker", "spoken", "original", "said", "place", "approved_by", "approved", "approved_how")
_PHOTO = ("id", "file", "taken", "place", "licence", "width", "height", "people", "renditions")
_CLAIM = ("paragraph", "says", "figure", *_SOURCE, *_KEPT, "opinion", "checked_by", "checked")
_TOP = ("campaign", "statement", "version", "languages", "demands", "figure", "quote", "photo", "claim")


def read(top: Part, files: set[str]) -> Statement:
    """Read the facts into a statement without texts; `files` are the names in the version's folder."""
    top.only(_TOP)
    languages = top.words("languages", required=True)
    for language in languages:
        if language not in LANGUAGES:
            top.fault("languages", f"“{language}” is not known in “languages”.", nearest(language, LANGUAGES))
    statement = Statement(
        campaign=id_of(top, "campaign"),
        slug=id_of(top, "statement"),
        number=top.number("version", 1, 1),
        languages=languages,
        figures=tuple(figure(part) for part in top.parts("figure")),
        quotes=tuple(_quote(part) for part in top.parts("quote")),
        photos=tuple(_photo(part, files) for part in top.parts("photo")),
        demands=top.words("demands", required=False),
        editions={},
    )
    _once(top, "figure", [one.id for one in statement.figures])
    _once(top, "quote", [one.id for one in statement.quotes])
    _once(top, "photo", [one.id for one in statement.photos])
    known = {one.id for one in statement.figures}
    claims = tuple(_claim(part, known) for part in top.parts("claim"))
    return Statement(**{name: getattr(statement, name) for name in statement.__struct_fields__} | {"claims": claims})


def figure(part: Part, words: bool = False) -> Figure:
    """Read a table of a figure; with `words`, its label and the rest stand in it too, and from when it is told."""
    part.only((*_FIGURE, *_WORDS, "told") if words else _FIGURE)
    own = "log" in part.values
    made = Figure(
        id=id_of(part, "id"),
        measure=part.text("measure", 40),
        qualifier=cast(Qualifier, _one_of(part, "qualifier", QUALIFIERS)),
        value=_number(part, "value"),
        least=_number(part, "least"),
        most=_number(part, "most"),
        status=cast(Status, _one_of(part, "status", STATUSES)),
        as_of=part.text("as_of", 50),
        place=_optional(part, "place"),
        source=_source(part) or Source(organisation=""),
        attribution_required=part.flag("attribution_required", False),
        checkpoint=Checkpoint(id_of(part, "log"), part.number("size", 1, 1), part.text("root", 44)) if own else None,
        **{key: _optional(part, key) for key in (*_KEPT, "checked_by", "supersedes")},
        **({key: _optional(part, key, 1_000) for key in _WORDS} if words else {}),
    )
    for key, what, remedy in figures.faults(made):
        part.fault(key, what, remedy)
    return made


def id_of(part: Part, key: str) -> str:
    """Read an id: 1 to 40 small letters, digits and hyphens."""
    value = part.text(key, 40)
    if value and not _ID.fullmatch(value):
        part.fault(key, f"“{value}” cannot be an id.", "Use 1 to 40 small letters, digits and hyphens.")
    return value


def _quote(part: Part) -> Quote:
    part.only(_QUOTE)
    words = {key: part.text(key, 5_000) for key in ("speaker", "spoken", "original", "approved_by")}
    return Quote(
        id=id_of(part, "id"), approved=_date(part, "approved", required=True), said=_date(part, "said"),
        place=_optional(part, "place"), approved_how=_optional(part, "approved_how"), **words,
    )  # fmt: skip


def _photo(part: Part, files: set[str]) -> Photo:
    part.only(_PHOTO)
    file = part.text("file", 64)
    if file and not _FILE.fullmatch(file):
        part.fault("file", f"“{file}” cannot be the name of a picture.", "Use a name such as “march.jpg”.")
    elif file and file not in files:
        part.fault("file", f"There is no file {file} beside the texts.", "Put the picture there.")
    return Photo(
        id=id_of(part, "id"), file=file, taken=_date(part, "taken"), place=_optional(part, "place"),
        licence=_optional(part, "licence"), width=part.number("width", 0, 0), height=part.number("height", 0, 0),
        people=_one_of(part, "people", PEOPLE) if "people" in part.values else "",
        renditions=_renditions(part, files),
    )  # fmt: skip


def _renditions(part: Part, files: set[str]) -> tuple[Rendition, ...]:
    found = []
    for file in part.words("renditions", required=False):
        one = named(file)
        if one is None:
            part.fault(
                "renditions", f"“{file}” does not say what it is.", "Use names as “undersigned photo” makes them."
            )
        elif file not in files:
            part.fault("renditions", f"There is no file {file} beside the texts.", "Put the picture there.")
        else:
            found.append(one)
    return tuple(found)


def _claim(part: Part, known: set[str]) -> Claim:
    part.only(_CLAIM)
    opinion, named, source = part.flag("opinion", False), _optional(part, "figure"), _source(part)
    if named and named not in known:
        part.fault("figure", f"There is no figure “{named}”.", nearest(named, sorted(known)) or "Add [[figure]].")
    if sum((opinion, bool(named), source is not None)) != 1:
        what = "A claim has one ground: a figure, a source, or that it is an opinion."
        part.fault("says", what, "Write “figure”, or “organisation” and the rest, or opinion = true.")
    return Claim(
        paragraph=part.number("paragraph", 1, 0), says=part.text("says", 1_000), figure=named, source=source,
        opinion=opinion, checked_by=part.text("checked_by"), checked=_date(part, "checked", required=True),
        **{key: _optional(part, key) for key in _KEPT},
    )  # fmt: skip


def _source(part: Part) -> Source | None:
    if "organisation" not in part.values:
        return None
    values = {key: _optional(part, key, 500) for key in _SOURCE}
    if values["address"] and not re.match(r"https?://[^\s]+$", values["address"]):
        part.fault("address", "This is not the address of a page.", "Write it whole: https://…")
    return Source(**values)


def _one_of(part: Part, key: str, known: Sequence[str]) -> str:
    value = part.text(key)
    if value and value not in known:
        part.fault(key, f"“{value}” is no {key}.", nearest(value, known) or f"Write one of: {', '.join(known)}.")
    return value if value in known else known[0]


def _optional(part: Part, key: str, most: int = 200) -> str:
    return part.text(key, most) if key in part.values else ""


def _date(part: Part, key: str, required: bool = False) -> str:
    value: Any = part.values.get(key)
    if value is None and not required:
        return ""
    words = part.text(key, 10) if value is None or isinstance(value, str) else str(value)
    if words and not _DATE.fullmatch(words):
        part.fault(key, f"“{key}” is not a day.", f'Write it like {key} = "2026-11-01".')
    return words


def _number(part: Part, key: str) -> Decimal | None:
    value = part.values.get(key)
    if value is None:
        return None
    try:
        if isinstance(value, bool) or not isinstance(value, (int, str)):
            raise InvalidOperation
        return Decimal(value)
    except InvalidOperation:
        part.fault(key, f"“{key}” is not a number.", f'Write {key} = 1000, or a decimal in quotes: {key} = "12.5".')
        return None


def _once(top: Part, key: str, ids: list[str]) -> None:
    for twice in sorted({one for one in ids if ids.count(one) > 1}):
        top.fault(key, f"“{twice}” stands twice.", "Give each its own id.")

"""From what staff keep of a statement to the files of its next version, and to a name for everything in it."""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from undersigned.core import figures
from undersigned.core.photo import named
from undersigned.core.statement import PLACEHOLDER
from undersigned.core.statement import Statement as Made
from undersigned.core.statement_reading import read_version
from undersigned.office.campaigns.models import Revision
from undersigned.office.campaigns.segments import Segment, alone
from undersigned.office.statements.files import facts_file, text_file
from undersigned.office.statements.models import Figure, Statement

__all__ = [
    "Part",
    "content_hash",
    "files_of",
    "from_facts",
    "latest",
    "meaning",
    "part_digest",
    "parts",
    "pictures_of",
    "shown_photos",
    "used",
    "whole_figure",
]

WORDS = ("label", "unit", "population", "method", "caveat", "attribution")  #: of a figure, in each language


class Part(msgspec.Struct, frozen=True):
    """One part of the source text that a checker looks at: its key, its number among the paragraphs, its words."""

    key: str
    number: int
    words: str
    figures: tuple[str, ...]


def latest(statement: Statement) -> dict[str, Revision | None]:
    """Give the last revision of each language, in the statement's order."""
    found = {text.language: next(iter(text.revisions.all()), None) for text in _texts(statement)}
    return {language: found.get(language) for language in statement.languages}


def _texts(statement: Statement) -> Any:
    return statement.texts.prefetch_related("revisions__author")


def parts(segments: Sequence[Segment]) -> list[Part]:
    """Give the parts of a source text that can claim something: headline and summary, paragraphs, notes."""
    found, number = [], 0
    for one in segments:
        kind = one["key"].partition(".")[0]
        number += kind == "body"
        alone = PLACEHOLDER.fullmatch(one["words"].strip())
        if kind not in ("headline", "summary", "body", "note", "caption") or not one["words"].strip():
            continue
        if kind == "body" and one["words"].strip().startswith(("{quote:", "{photo:", "{demands}")) and not alone:
            continue
        figures = tuple(dict.fromkeys(match[2] for match in PLACEHOLDER.finditer(one["words"])))
        found.append(Part(one["key"], number if kind == "body" else 0, one["words"], figures))
    return found


def used(segments: Iterable[Segment]) -> list[str]:
    """Give the keys of the figures that a text names, in order."""
    keys = (match[2] for one in segments for match in PLACEHOLDER.finditer(one["words"]))
    return list(dict.fromkeys(keys))


def part_digest(part: Part, claims: Sequence[Mapping[str, Any]]) -> str:
    """Name what a checker has seen of a part: its words, and the sources given for it."""
    own = [one for one in claims if one["part"] == part.key]
    data = msgspec.json.encode([part.key, part.words, own], order="sorted")
    return _name(b"undersigned/part/v1\n" + data)


def files_of(statement: Statement, texts: Mapping[str, Revision | None], number: int) -> dict[str, str]:
    """Give the files of the next version, as they would be released now in the languages of `texts`."""
    source = texts.get(statement.source)
    segments = source.segments if source else []
    keys = used(segments)
    known = {one.key: one for one in Figure.objects.filter(campaign=statement.campaign, key__in=keys)}
    checked = {key: check for part in parts(segments) for key in part.figures if (check := _check(statement, part))}
    facts = {
        "campaign": statement.campaign.name,
        "statement": statement.slug,
        "version": number,
        "languages": list(texts),
        "demands": statement.demands,
        "figure": [_figure(known[key], checked.get(key)) for key in keys if key in known],
        "quote": [
            {key: one[key] for key in one if key not in ("translator", "words")} for one in _quoted(statement, segments)
        ],
        "photo": [_photo(one) for one in shown_photos(statement, segments)],
        "claim": _claims(statement, segments, known),
    }
    told = {
        f"{language}.md": text_file(_told(statement, language, made, segments))
        for language, made in texts.items()
        if made
    }
    return {"facts.toml": facts_file(facts), **told}


def content_hash(files: Mapping[str, str]) -> str:
    """Name everything in a version: SHA-256 over its files, 43 characters of base64url."""
    return _name(b"undersigned/statement/v1\n" + msgspec.json.encode(files, order="sorted"))


def meaning(files: Mapping[str, str], pictures: Iterable[str]) -> object:
    """Give what the files of a version say, however they are written; the files themselves where they are faulty."""
    made = read_version(dict.fromkeys(pictures, b"") | {name: words.encode() for name, words in files.items()})
    if not isinstance(made, Made):
        return dict(files)
    editions = {language: msgspec.structs.replace(one, hash="") for language, one in made.editions.items()}
    return msgspec.structs.replace(made, editions=editions)


def _name(data: bytes) -> str:
    return urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def from_facts(figure: Figure) -> figures.Figure:
    """Give the figure as the core knows it, with the words of the campaign's first language."""
    facts = figure.facts
    values: dict[str, Any] = {key: Decimal(str(facts[key])) for key in ("value", "least", "most") if key in facts}
    kept = (
        "measure",
        "qualifier",
        "status",
        "as_of",
        "place",
        "retrieved",
        "archived",
        "attribution_required",
        "checked_by",
    )
    values |= {key: facts[key] for key in kept if key in facts} | figure.words
    source = {key: facts.get(key, "") for key in ("organisation", "title", "address", "published", "page")}
    own = figures.Checkpoint(facts["log"], facts["size"], facts["root"]) if "log" in facts else None
    return figures.Figure(id=figure.key, source=figures.Source(**source), checkpoint=own, **values)


def whole_figure(figure: Figure) -> figures.Figure:
    """Give the figure with the key of the one that it supersedes."""
    return msgspec.structs.replace(from_facts(figure), supersedes=figure.supersedes.key if figure.supersedes else "")


def _check(statement: Statement, part: Part) -> Mapping[str, Any] | None:
    """Give the check of a part, where it is of the words that stand there now."""
    check: Mapping[str, Any] | None = statement.checks.get(part.key)
    return check if check and check["digest"] == part_digest(part, statement.claims) else None


def _figure(figure: Figure, check: Mapping[str, Any] | None) -> dict[str, Any]:
    by = check["name"] if check else figure.facts.get("checked_by", "")
    return {"id": figure.key, **figure.facts, "checked_by": by}


def _quoted(statement: Statement, segments: Sequence[Segment]) -> list[dict[str, Any]]:
    """Give the quotes that the text shows; others stay at the desk."""
    shown = {one["words"].strip() for one in segments}
    return [one for one in statement.quotes if f"{{quote:{one['id']}}}" in shown]


def shown_photos(statement: Statement, segments: Sequence[Segment]) -> list[dict[str, Any]]:
    """Give the pictures that the text shows; others stay at the desk."""
    shown = {one["words"].strip() for one in segments}
    return [one for one in statement.photos if f"{{photo:{one['id']}}}" in shown]


def pictures_of(statement: Statement, texts: Mapping[str, Revision | None]) -> list[str]:
    """Give the names of the files of every picture that the text shows."""
    source = texts.get(statement.source)
    return [file for one in shown_photos(statement, source.segments if source else []) for file in one["files"]]


def _photo(photo: Mapping[str, Any]) -> dict[str, Any]:
    """Give a picture as `facts.toml` has it: the largest JPEG of the page is the picture, all the others renditions."""
    jpeg = next((one for one in photo["files"] if one.startswith("page-") and one.endswith(".jpg")), "")
    size = named(jpeg)
    kept = {key: photo.get(key, "") for key in ("taken", "place", "licence", "people")}
    width, height = (size.width, size.height) if size else (photo.get("width", 0), photo.get("height", 0))
    made = [one for one in photo["files"] if named(one)]
    file = jpeg or photo["whole"]  # one that was adopted may have a name of its own
    return {"id": photo["id"], "file": file, **kept, "width": width, "height": height, "renditions": made}


def _claims(statement: Statement, segments: Sequence[Segment], known: Mapping[str, Figure]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = []
    for part in parts(segments):
        check = _check(statement, part)
        if check is None:
            continue
        base = {"paragraph": part.number, "checked_by": check["name"], "checked": check["day"]}
        found += [
            {**base, "says": known[key].words.get("label") or key, "figure": key}
            for key in part.figures
            if key in known
        ]
        found += [
            {**base, **{key: value for key, value in one.items() if key != "part"}}
            for one in statement.claims
            if one["part"] == part.key
        ]
        if check["opinion"]:
            found.append({**base, "says": " ".join(part.words.split())[:200], "opinion": True})
    return found


def _told(statement: Statement, language: str, made: Revision, source: Sequence[Segment]) -> list[Segment]:
    """Give the segments of a language, in the order of the first one, with what follows from the quotes.

    A quote has its exact words and who translated it. Where a paragraph only shows something, it is the same in all.
    """
    own = {one["key"]: one["words"] for one in made.segments}
    found = [
        {"key": one["key"], "words": one["words"] if alone(one["words"]) else own.get(one["key"], "")} for one in source
    ]
    for quote in _quoted(statement, made.segments):
        if quote["spoken"] == language:
            for one in found:
                if one["key"] == f"quote.{quote['id']}":
                    one["words"] = quote["original"]
            continue
        name = quote.get("translator", "") if language == statement.source else made.author.name
        named = own.get(f"translator.{quote['id']}") or name  # said by a text that was adopted
        found.append({"key": f"translator.{quote['id']}", "words": named or made.author.name})
    return found

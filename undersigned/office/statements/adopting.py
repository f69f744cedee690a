"""Taking a statement that lies in the data folder into the desk, with its versions, as what was released."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction

from undersigned.core.figures import Source
from undersigned.core.statement import Block, Claim, Edition, Photo, Quote, Record, Version
from undersigned.engines.files.statements import folder_of
from undersigned.office.campaigns.adopting import NotAdopted
from undersigned.office.campaigns.models import Campaign, Revision, Text
from undersigned.office.campaigns.segments import Segment, bodies, digest, word_digest
from undersigned.office.people.models import Staff
from undersigned.office.pictures.crops import CENTRE
from undersigned.office.project.installed import statement_shelf
from undersigned.office.statements import folder
from undersigned.office.statements.actions import told
from undersigned.office.statements.assembling import WORDS, Part, part_digest, parts
from undersigned.office.statements.files import TABLES
from undersigned.office.statements.models import Figure, Published, Statement

__all__ = ["adopt"]

_LINES = ("headline", "summary", "dateline", "contact")
_TEXTS = (".toml", ".md")


@transaction.atomic
def adopt(*, staff: Staff, campaign: Campaign, slug: str) -> Statement:
    """Take a statement in: every version byte for byte, its figures, and its texts as approved revisions.

    Who has checked which part is taken from the fact sheet; a part of which it says nothing is to be checked before
    the next version. No file is written.

    Raises:
        NotAdopted: it cannot be read (`statement-faulty`), or says what the desk cannot keep (`statement-differs`).
    """
    place = folder.place(campaign, slug)
    found = folder_of(place)
    if not isinstance(found, Record):
        said = " ".join(f"{one.file}, line {one.line}: {one.what}" for one in found)
        raise NotAdopted("statement-faulty", f"The statement {slug} cannot be read. {said}", "Mend that first.")
    if found.since:
        what = f"The record of {slug} names figures that have superseded others ([[since]])."
        raise NotAdopted("statement-differs", what, "Take them out; add the newer figures at the desk afterwards.")
    made = _statement(campaign, found)
    before: dict[str, Revision] = {}
    for version in found.versions:
        files = _files(place / str(version.statement.number))
        _figures(staff, campaign, version, files)
        before = _texts(staff, made, version, before)
        _published(staff, made, found, version, files).revisions.set(before.values())
    _checks(made, found.versions[-1].statement.claims, before[made.source])
    told(staff, made, "statement.adopted", versions=len(found.versions))
    return made


def _statement(campaign: Campaign, record: Record) -> Statement:
    last = record.versions[-1].statement
    source = last.edition(last.languages[0])
    withdrawn = record.withdrawn
    return Statement.objects.create(
        campaign=campaign, slug=record.slug, languages=list(last.languages), embargo=_moment(record.embargo),
        zones=list(record.zones), demands=list(last.demands), removed=_removed(campaign, record.slug),
        quotes=[_quote(one, source) for one in last.quotes], photos=[_photo(one) for one in last.photos],
        withdrawn={"at": withdrawn.at, "by": withdrawn.by, **withdrawn.why} if withdrawn else {},
    )  # fmt: skip


def _removed(campaign: Campaign, slug: str) -> list[str]:
    found: list[str] = tomllib.loads((folder.place(campaign, slug) / "record.toml").read_text("utf-8")).get(
        "removed", []
    )
    return found


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _quote(quote: Quote, source: Edition) -> dict[str, Any]:
    facts = {**msgspec.structs.asdict(quote), "translator": source.word("translators", quote.id)}
    return {key: value for key, value in facts.items() if value}


def _photo(photo: Photo) -> dict[str, Any]:
    """Give a picture as the desk keeps it; there is no original of it, so that its focus stays."""
    kept = {key: getattr(photo, key) for key in ("id", "taken", "place", "licence", "people", "width", "height")}
    return {**kept, "original": "", "whole": photo.file, "files": list(photo.files), "focus": CENTRE, "past": []}


def _files(place: Path) -> dict[str, bytes]:
    return {one.name: one.read_bytes() for one in sorted(place.iterdir()) if not one.name.startswith(".")}


def _figures(staff: Staff, campaign: Campaign, version: Version, files: Mapping[str, bytes]) -> None:
    """Keep the figures of a version that are new. One of the same key is the same figure, for ever."""
    statement = version.statement
    source = statement.edition(statement.languages[0])
    for row in tomllib.loads(files["facts.toml"].decode("utf-8-sig")).get("figure", ()):
        key, older = row.pop("id"), row.pop("supersedes", "")
        facts = {name: value if isinstance(value, bool | int) else str(value) for name, value in row.items()}
        whole = source.figure(statement.figure(key))
        words = {name: said for name in WORDS if (said := getattr(whole, name))}
        known = Figure.objects.filter(campaign=campaign, key=key).first()
        if known is None:
            Figure.objects.create(
                campaign=campaign, key=key, facts=facts, words=words, by=staff,
                supersedes=Figure.objects.filter(campaign=campaign, key=older).first() if older else None,
            )  # fmt: skip
        elif (known.facts, known.words) != (facts, words):
            what = f"The figure {key} of {statement.slug} is another one in two versions or statements."
            raise NotAdopted("statement-differs", what, "Give the newer one a key of its own.")


def _texts(staff: Staff, made: Statement, version: Version, before: Mapping[str, Revision]) -> dict[str, Revision]:
    """Keep the words of a version; a text that says what it said before stays the revision that it was."""
    statement = version.statement
    first = statement.languages[0]
    source = _segments(statement.edition(first), before[first].segments if first in before else [])
    found = {}
    for language in statement.languages:
        own = source if language == first else _translated(statement.edition(language), source)
        text, _new = Text.objects.get_or_create(campaign=made.campaign, statement=made, language=language)
        if language in before and before[language].segments == own:
            found[language] = before[language]
            continue
        found[language] = Revision.objects.create(
            text=text, segments=own, hash=digest(own), author=staff, state="approved", reviewer=staff
        )
    return found


def _segments(edition: Edition, before: Sequence[Segment]) -> list[Segment]:
    """Cut the text that was written first; its paragraphs keep the numbers that they had in the version before."""
    body = bodies(before, "\n\n".join(map(_paragraph, edition.blocks)))
    notes = bodies(before, "\n\n".join(edition.notes), "note")
    return [*_lines(edition, ("demands",)), *body, *notes, *_tabled(edition, without=("demands", "translators"))]


def _translated(edition: Edition, source: Sequence[Segment]) -> list[Segment]:
    """Cut a translation; each part is one of the part of today's source that has its key or stands in its place."""
    runs = {"body": [*map(_paragraph, edition.blocks)], "note": list(edition.notes)}
    words = {one["key"]: one["words"] for one in [*_lines(edition, ("demands",)), *_tabled(edition, ("demands",))]}
    for kind, said in runs.items():
        keys = [one["key"] for one in source if one["key"].startswith(f"{kind}.")]
        words |= dict(zip(keys, said, strict=False))
    of = {one["key"]: word_digest(one["words"]) for one in source}
    found: list[Segment] = [{"key": key, "words": words.get(key, ""), "of": name} for key, name in of.items()]
    return found + [{"key": key, "words": said} for key, said in words.items() if key.startswith("translator.")]


def _lines(edition: Edition, tables: Sequence[str]) -> list[Segment]:
    found: list[Segment] = [{"key": key, "words": getattr(edition, key)} for key in _LINES]
    return found + [
        {"key": f"{TABLES[table]}.{name}", "words": words}
        for table in tables
        for name, words in edition.tables.get(table, {}).items()
    ]


def _tabled(edition: Edition, without: Sequence[str]) -> list[Segment]:
    return [
        {"key": f"{kind}.{name}", "words": words}
        for table, kind in TABLES.items()
        if table not in without
        for name, words in edition.tables.get(table, {}).items()
    ]


def _paragraph(block: Block) -> str:
    if block.kind == "text":
        return block.words
    return "{demands}" if block.kind == "demands" else f"{{{block.kind}:{block.id}}}"


def _published(
    staff: Staff, made: Statement, record: Record, version: Version, files: Mapping[str, bytes]
) -> Published:
    number = version.statement.number
    pictures = {name: data for name, data in files.items() if not name.endswith(_TEXTS)}
    for name, data in pictures.items():
        statement_shelf().keep(folder.shelved(made), name, data)
    return Published.objects.create(
        statement=made, number=number, released=_moment(version.released), by=staff, pictures=sorted(pictures),
        files={name: data.decode() for name, data in files.items() if name not in pictures},
        corrections=[msgspec.to_builtins(one) for one in record.corrections if one.version == number],
    )  # fmt: skip


def _checks(made: Statement, claims: Sequence[Claim], source: Revision) -> None:
    """Keep who checked which part, and by what: what the fact sheet says of the words that stand there now."""
    found = [(part, one) for one in claims if (part := _part(parts(source.segments), one)) is not None]
    made.claims = [{"part": part.key, **_source(one)} for part, one in found if one.source is not None]
    made.checks = {
        part.key: {
            "digest": part_digest(part, made.claims), "name": one.checked_by, "day": one.checked,
            "opinion": any(other.opinion for its, other in found if its == part),
        }
        for part, one in found
    }  # fmt: skip
    made.save(update_fields=["claims", "checks"])


def _source(claim: Claim) -> dict[str, str]:
    source = claim.source or Source(organisation="")
    said = {"says": claim.says, "retrieved": claim.retrieved, "archived": claim.archived}
    return {key: value for key, value in {**said, **msgspec.structs.asdict(source)}.items() if value}


def _part(known: Sequence[Part], claim: Claim) -> Part | None:
    """Give the part that a claim is of. Those that are no paragraph share the number 0: of them the likeliest."""
    found = [one for one in known if one.number == claim.paragraph]
    if claim.figure:
        found = [one for one in found if claim.figure in one.figures]
    elif claim.paragraph == 0:
        begun = [one for one in found if " ".join(one.words.split()).startswith(claim.says[:40])]
        found = begun or [one for one in found if not one.figures and not claim.opinion]
    return found[0] if found else None

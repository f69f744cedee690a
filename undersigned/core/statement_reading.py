"""From the files of a statement to its record, or to every mistake in all of them at once.

A folder holds `record.toml` and, for each version, a folder named by its number with `facts.toml` and one
`<language>.md` for each language. docs/statements.md explains them key by key.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping

from msgspec.structs import replace

from undersigned.core import statement_facts as facts
from undersigned.core.sheet import Fault, Part, Sheet
from undersigned.core.statement import Correction, Edition, Record, Since, Statement, Version, Withdrawal
from undersigned.core.statement_texts import editions
from undersigned.core.texts import utf8

__all__ = ["read", "read_version", "without"]

_RECORD = "record.toml"
_FACTS = "facts.toml"
_PICTURED = ("captions", "alts", "credits", "warnings")  # tables of words about pictures
_ZONE = re.compile(r"[A-Za-z_]+(?:/[A-Za-z0-9_+-]+){0,2}")


def read(record_toml: bytes, versions: Mapping[int, Mapping[str, bytes]]) -> Record | tuple[Fault, ...]:
    """Read a statement, or give every mistake of every file, sorted by file and line.

    `versions` are the files of each version's folder, by name. Names in faults have the folder before them.
    """
    faults: list[Fault] = []
    sheet = _sheet(_RECORD, record_toml, faults)
    gone = frozenset(sheet.top.words("removed", required=False))
    found: dict[int, Statement] = {}
    for number, files in sorted(versions.items()):
        made = read_version(dict.fromkeys(gone, b"") | dict(files))
        if isinstance(made, Statement):
            found[number] = without(made, gone)
        else:
            faults += [Fault(f"{number}/{one.file}", one.line, one.what, one.remedy) for one in made]
    record = _record(sheet.top, found, set(versions))
    faults += sheet.faults
    return _sorted(faults) if faults else record


def read_version(files: Mapping[str, bytes]) -> Statement | tuple[Fault, ...]:
    """Read the files of one version: `facts.toml` and the texts; a picture has only to be there."""
    faults: list[Fault] = []
    sheet = _sheet(_FACTS, files.get(_FACTS, b""), faults)
    found = facts.read(sheet.top, set(files))
    faults += sheet.faults
    if sheet.broken:
        return tuple(faults)
    texts = {name.removesuffix(".md"): data for name, data in files.items() if name.endswith(".md")}
    made = editions(found, texts, faults)
    if faults:
        return _sorted(faults)
    first = made[found.languages[0]]
    return replace(found, editions=made, figures=tuple(first.figure(one) for one in found.figures))


def without(statement: Statement, files: Collection[str]) -> Statement:
    """Take the pictures with these files out of a version, wherever they stand, and every word about them."""
    gone = {one.id for one in statement.photos if one.file in files}
    if not gone:
        return statement
    photos = tuple(one for one in statement.photos if one.id not in gone)
    editions = {language: _without(edition, gone) for language, edition in statement.editions.items()}
    return replace(statement, photos=photos, editions=editions)


def _without(edition: Edition, photos: Collection[str]) -> Edition:
    tables = {
        name: {key: words for key, words in table.items() if name not in _PICTURED or key not in photos}
        for name, table in edition.tables.items()
    }
    blocks = tuple(one for one in edition.blocks if one.kind != "photo" or one.id not in photos)
    return replace(edition, blocks=blocks, tables=tables)


def _sorted(faults: list[Fault]) -> tuple[Fault, ...]:
    return tuple(sorted(faults, key=lambda one: (one.file, one.line, one.what)))


def _sheet(file: str, data: bytes, faults: list[Fault]) -> Sheet:
    source = utf8(file, data)
    if isinstance(source, Fault):
        faults.append(source)
    sheet = Sheet(file, "" if isinstance(source, Fault) else source)
    sheet.broken = sheet.broken or isinstance(source, Fault)
    return sheet


def _record(top: Part, found: Mapping[int, Statement], known: set[int]) -> Record:
    top.only(("campaign", "statement", "embargo", "zones", "removed", "version", "correction", "withdrawn", "since"))
    campaign, slug = facts.id_of(top, "campaign"), facts.id_of(top, "statement")
    for one in found.values():
        if (one.campaign, one.slug) != (campaign, slug):
            what = f"Version {one.number} is of {one.campaign}/{one.slug}, the record of {campaign}/{slug}."
            top.fault("statement", what, "Give both the same names.")
    return Record(
        campaign=campaign,
        slug=slug,
        embargo=top.moment("embargo"),
        zones=_zones(top),
        versions=_versions(top, found, known),
        corrections=tuple(_correction(part, known) for part in top.parts("correction")),
        withdrawn=_withdrawal(top.part("withdrawn")) if "withdrawn" in top.values else None,
        since=tuple(_since(part) for part in top.parts("since")),
    )


def _zones(top: Part) -> tuple[str, ...]:
    zones = top.words("zones", required=False)
    for zone in zones:
        if not _ZONE.fullmatch(zone):
            top.fault("zones", f"“{zone}” is no time zone.", "Write its IANA name, such as “Africa/Nairobi”.")
    return zones


def _versions(top: Part, found: Mapping[int, Statement], known: set[int]) -> tuple[Version, ...]:
    versions, told = [], []
    for part in top.parts("version"):
        part.only(("number", "released"))
        number, released = part.number("number", 1, 1), part.moment("released")
        told.append(number)
        if number not in known:
            part.fault("number", f"There is no folder {number}.", "Put the version's files there.")
        elif number in found:
            versions.append(Version(released=released, statement=replace(found[number], number=number)))
    if told != list(range(1, len(told) + 1)) or not told:
        top.fault("version", "The versions are not 1, 2, 3 and so on.", "Write one [[version]] for each, in order.")
    for number in sorted(known - set(told)):
        top.fault("version", f"The record does not name version {number}.", "Add [[version]], or take the folder away.")
    return tuple(versions)


def _correction(part: Part, known: set[int]) -> Correction:
    part.only(("version", "language", "said", "says", "why", "by", "at"))
    version = part.number("version", 2, 2)
    if version not in known:
        part.fault("version", f"There is no version {version}.", "Name the version that says it right.")
    words = {key: part.text(key, 2_000) for key in ("language", "said", "says", "why", "by")}
    return Correction(version=version, at=part.moment("at"), **words)


def _since(part: Part) -> Since:
    at = part.moment("told") if "told" in part.values else 0
    return Since(facts.figure(part, words=True), at)


def _withdrawal(part: Part) -> Withdrawal:
    values = {key for key in part.values if key not in ("at", "by")}
    if not values:
        part.fault("", "It is not said why the statement was withdrawn.", 'Add a line: en = "…"')
    why = {language: part.text(language, 2_000) for language in sorted(values)}
    return Withdrawal(at=part.moment("at"), by=part.text("by"), why=why)

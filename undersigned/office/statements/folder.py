"""The folder of a statement: what a release writes. Versions are written once and never again."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db.models import QuerySet

from undersigned.assemble.places import Places
from undersigned.engines.files.durable import replace
from undersigned.office.campaigns.models import Campaign
from undersigned.office.project.installed import installation, statement_shelf
from undersigned.office.project.taken import NotOurs, digests, strangers
from undersigned.office.statements.files import record_file
from undersigned.office.statements.models import Figure, Published, Statement

__all__ = ["ours", "place", "record", "shelved", "write", "write_all"]


def record(statement: Statement) -> str:
    """Give `record.toml` as it stands now."""
    versions = list(statement.versions.order_by("number"))
    facts = {
        "campaign": statement.campaign.name, "statement": statement.slug, "embargo": statement.embargo,
        "zones": statement.zones, "removed": statement.removed,
        "withdrawn": _timed(statement.withdrawn) if statement.withdrawn else {},
    }  # fmt: skip
    corrections = [one for version in versions for one in version.corrections]
    return record_file(
        facts, [(one.number, one.released) for one in versions], map(_timed, corrections), _since(statement)
    )


def _timed(correction: dict[str, Any]) -> dict[str, Any]:
    return {**correction, "at": datetime.fromtimestamp(correction["at"], UTC)}


def _since(statement: Statement) -> list[dict[str, Any]]:
    """Give the figures that have taken the place of one that a version names, each with when it is told."""
    named = {key for version in statement.versions.all() for key in _named(version)}
    figures = list(Figure.objects.filter(campaign=statement.campaign).order_by("id"))
    later = {one.supersedes_id: one for one in figures if one.supersedes_id}
    hours = _hours(statement.campaign) if any(one.held for one in figures) else {}
    found = []
    for figure in figures:
        newer = figure if figure.key in named else None
        while newer is not None and (newer := later.get(newer.pk)) is not None:
            if not newer.held or newer.key in hours:
                row = {"id": newer.key, **newer.facts, **newer.words, "supersedes": figure.key}
                found.append({**row, "told": hours[newer.key]} if newer.held else row)
    return found


def _named(version: Published) -> set[str]:
    lines = version.files["facts.toml"].splitlines()
    return {line.partition('"')[2].rstrip('"') for line in lines if line.startswith("figure = ")}


def _hours(campaign: Campaign) -> dict[str, datetime]:
    """Give the hour of the first statement that gives a figure, by key; one withdrawn before its hour gives none."""
    hours: dict[str, datetime] = {}
    for statement in campaign.statements.exclude(embargo=None).prefetch_related("versions"):
        hour = statement.embargo or datetime.max.replace(tzinfo=UTC)
        if statement.withdrawn and statement.withdrawn["at"] < int(hour.timestamp()):
            continue
        for version in statement.versions.all():
            at = max(version.released, hour)
            hours |= {key: min(at, hours.get(key, at)) for key in _named(version)}
    return hours


def place(campaign: Campaign, slug: str) -> Path:
    """Give the folder of a statement of that short name."""
    return Places(installation().path).statements / campaign.name / slug


def write_all(campaign: Campaign) -> None:
    """Write every released statement of a campaign: what one of them gives may supersede a figure of another."""
    for statement in _released(campaign):
        write(statement)


def _released(campaign: Campaign) -> QuerySet[Statement]:
    return campaign.statements.filter(versions__isnull=False).distinct()


def ours(campaign: Campaign) -> None:
    """Look whether every version that lies in the folders of released statements is what two people have signed.

    Raises:
        NotOurs: another one lies there, or files of a version that the desk does not know.
    """
    found = [name for statement in _released(campaign) for name in _strangers(statement)]
    if found:
        raise NotOurs(found)


def _strangers(statement: Statement) -> list[str]:
    """Give the files, from the data folder on, that a statement would have to overwrite or that are no part of it."""
    target, top = place(statement.campaign, statement.slug), Places(installation().path).folder
    versions = {str(one.number): one for one in statement.versions.all()}
    found = [one for one in sorted(target.glob("*")) if one.is_dir() and one.name not in versions]
    for number, version in versions.items():
        lying = {one.name for one in (target / number).glob("[!.]*")} - set(version.pictures)
        known = {name: {digest} for name, digest in digests(_texts(version) | _pictures(version)).items()}
        found += [target / number / name for name in strangers(target / number, lying | set(known), known)]
    if len(versions) == 1 and not (target / "1").exists() and (target / "record.toml").exists():
        found.append(target / "record.toml")  # of a statement that the desk has not written yet
    return [str(one.relative_to(top)) for one in found]


def _texts(version: Published) -> dict[str, bytes]:
    return {name: content.encode() for name, content in version.files.items()}


def _pictures(version: Published) -> dict[str, bytes]:
    """Give what the shelf still has of a version's pictures."""
    return statement_shelf().all(shelved(version.statement), version.pictures)


def write(statement: Statement) -> None:
    """Write versions that are not there yet, then the record, which the mill reads first of all.

    Pictures that were destroyed are taken out of every version once the record says so.

    Raises:
        NotOurs: something else lies there than what was released.
    """
    if found := _strangers(statement):
        raise NotOurs(found)
    target = place(statement.campaign, statement.slug)
    for version in statement.versions.order_by("number"):
        folder = target / str(version.number)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, data in (_texts(version) | _pictures(version)).items():
            if not (folder / name).exists():
                replace(folder / name, data)
    replace(target / "record.toml", record(statement).encode())
    for file in statement.removed:
        for lying in target.glob(f"*/{file}"):
            lying.unlink(missing_ok=True)


def shelved(statement: Statement) -> str:
    """Give the name of the statement's folder on the shelf of pictures."""
    return f"{statement.campaign.name}/{statement.slug}"

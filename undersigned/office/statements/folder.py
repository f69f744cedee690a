"""The folder of a statement: what a release writes. Versions are written once and never again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from undersigned.assemble.places import Places
from undersigned.engines.files.durable import replace
from undersigned.office.campaigns.models import Campaign
from undersigned.office.project.installed import installation, statement_shelf
from undersigned.office.statements.files import record_file
from undersigned.office.statements.models import Figure, Published, Statement

__all__ = ["record", "shelved", "write", "write_all"]


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
    found = []
    for figure in Figure.objects.filter(campaign=statement.campaign, key__in=sorted(named)).order_by("id"):
        newer = figure
        while (later := Figure.objects.filter(supersedes=newer).first()) is not None:
            newer = later
            told = _given(newer) if newer.held else None
            if told is not None or not newer.held:
                row = {"id": newer.key, **newer.facts, **newer.words, "supersedes": figure.key}
                found.append({**row, "told": told} if told else row)
    return found


def _named(version: Published) -> set[str]:
    lines = version.files["facts.toml"].splitlines()
    return {line.partition('"')[2].rstrip('"') for line in lines if line.startswith("figure = ")}


def _given(figure: Figure) -> datetime | None:
    """Give the hour of the first statement that gives a figure; one withdrawn before its hour never gives any."""
    hours = []
    for statement in figure.campaign.statements.exclude(embargo=None).prefetch_related("versions"):
        hour = statement.embargo or datetime.max.replace(tzinfo=UTC)
        if not statement.withdrawn or statement.withdrawn["at"] >= int(hour.timestamp()):
            hours += [max(one.released, hour) for one in statement.versions.all() if figure.key in _named(one)]
    return min(hours, default=None)


def write_all(campaign: Campaign) -> None:
    """Write every released statement of a campaign: what one of them gives may supersede a figure of another."""
    for statement in campaign.statements.filter(versions__isnull=False).distinct():
        write(statement)


def write(statement: Statement) -> None:
    """Write versions that are not there yet, then the record, which the mill reads first of all.

    Pictures that were destroyed are taken out of every version once the record says so.
    """
    target = Places(installation().path).statements / statement.campaign.name / statement.slug
    for version in statement.versions.order_by("number"):
        folder = target / str(version.number)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in version.files.items():
            if not (folder / name).exists():
                replace(folder / name, content.encode())
        for name, data in statement_shelf().all(shelved(statement), version.pictures).items():
            if not (folder / name).exists():
                replace(folder / name, data)
    replace(target / "record.toml", record(statement).encode())
    for file in statement.removed:
        for lying in target.glob(f"*/{file}"):
            lying.unlink(missing_ok=True)


def shelved(statement: Statement) -> str:
    """Give the name of the statement's folder on the shelf of pictures."""
    return f"{statement.campaign.name}/{statement.slug}"

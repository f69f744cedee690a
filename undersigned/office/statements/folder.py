"""The folder of a statement: what a release writes. Versions are written once and never again."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from undersigned.assemble.places import Places
from undersigned.engines.files.durable import replace
from undersigned.office.project.installed import installation
from undersigned.office.statements.files import record_file
from undersigned.office.statements.models import Figure, Statement

__all__ = ["record", "write"]


def record(statement: Statement) -> str:
    """Give `record.toml` as it stands now."""
    versions = list(statement.versions.order_by("number"))
    facts = {
        "campaign": statement.campaign.name, "statement": statement.slug, "embargo": statement.embargo,
        "zones": statement.zones, "withdrawn": _timed(statement.withdrawn) if statement.withdrawn else {},
    }  # fmt: skip
    corrections = [one for version in versions for one in version.corrections]
    return record_file(
        facts, [(one.number, one.released) for one in versions], map(_timed, corrections), _since(statement)
    )


def _timed(correction: dict[str, Any]) -> dict[str, Any]:
    return {**correction, "at": datetime.fromtimestamp(correction["at"], UTC)}


def _since(statement: Statement) -> list[dict[str, Any]]:
    """Give the figures that have taken the place of one that a version names, the last of each line."""
    named = {
        line.partition('"')[2].rstrip('"')
        for version in statement.versions.all()
        for line in version.files["facts.toml"].splitlines()
        if line.startswith("figure = ")
    }
    found = []
    for figure in Figure.objects.filter(campaign=statement.campaign, key__in=sorted(named)).order_by("id"):
        newest = figure
        while (later := Figure.objects.filter(supersedes=newest).first()) is not None:
            newest = later
        if newest != figure:
            found.append({"id": newest.key, **newest.facts, **newest.words, "supersedes": figure.key})
    return found


def write(statement: Statement) -> None:
    """Write versions that are not there yet, then the record, which the mill reads first of all."""
    target = Places(installation().path).statements / statement.campaign.name / statement.slug
    for version in statement.versions.order_by("number"):
        folder = target / str(version.number)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in version.files.items():
            if not (folder / name).exists():
                replace(folder / name, content.encode())
    replace(target / "record.toml", record(statement).encode())

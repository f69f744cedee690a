"""The campaign folder: what a release writes, and what is wrong with it, by the very reader that the mill uses."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from undersigned.assemble.places import Places
from undersigned.core import answers, gatherings
from undersigned.core.campaign import Card
from undersigned.core.reading import Fault, read
from undersigned.engines.files.campaign_folder import PICTURES
from undersigned.engines.files.durable import replace
from undersigned.office.campaigns.files import campaign_file, text_file
from undersigned.office.campaigns.goals import with_reasons
from undersigned.office.campaigns.models import Release
from undersigned.office.campaigns.segments import Segment
from undersigned.office.project.installed import installation, shelf

__all__ = ["examine", "write"]


def examine(facts: Mapping[str, Any], texts: Mapping[str, Sequence[Segment]]) -> Card | tuple[Fault, ...]:
    """Read what a release would write; give the card, or everything that is wrong."""
    photo = facts.get("photo") or {}
    facts = {**facts, "goal_changes": with_reasons(facts.get("goal_changes", ()), facts["languages"], texts)}
    files = {language: text_file(segments, bool(photo)).encode() for language, segments in texts.items()}
    pictures = shelf().all(facts["name"], photo.get("files", ()))
    answered, gathered = _told(facts)
    recipients = facts["recipients"].encode()
    return read(campaign_file(facts).encode(), files, recipients, None, pictures, answered, gathered)


def _told(facts: Mapping[str, Any]) -> tuple[bytes, bytes]:
    """Give both files; there were none in what was released before there were any."""
    return facts.get("answers", "").encode(), facts.get("gatherings", "").encode()


def write(release: Release) -> None:
    """Write a release into the campaign's folder. Texts come first: the mill reads `campaign.toml` last of all.

    A folder that the mill meets half-written is broken in a way its reader finds, and the old card stands until
    the next look, less than a second later.
    """
    target = Places(installation().path).campaigns / release.facts["name"]
    (target / PICTURES).mkdir(parents=True, exist_ok=True)
    facts, pictures = _pictured(release.facts)
    for name, data in pictures.items():
        replace(target / PICTURES / name, data)
    languages = set()
    for revision in release.revisions.select_related("text"):
        languages.add(revision.text.language)
        replace(target / f"{revision.text.language}.md", text_file(revision.segments, bool(pictures)).encode())
    replace(target / "recipients.txt", release.facts["recipients"].encode())
    replace(target / "drill.txt", release.facts["drill"].encode())
    answered, gathered = _told(release.facts)
    replace(target / answers.FILE, answered)
    replace(target / gatherings.FILE, gathered)
    replace(target / "campaign.toml", campaign_file(facts).encode())
    _remove_others(target, languages, pictures)


def _pictured(facts: Mapping[str, Any]) -> tuple[Mapping[str, Any], Mapping[str, bytes]]:
    """Give the files of a release's picture; where it was destroyed since, the facts without it."""
    names = (facts.get("photo") or {}).get("files", ())
    found = shelf().all(facts["name"], names)
    return (facts, found) if len(found) == len(names) else ({**facts, "photo": {}}, {})


def _remove_others(target: Path, languages: set[str], pictures: Mapping[str, bytes]) -> None:
    for file in (target / PICTURES).iterdir():
        if file.name not in pictures:
            file.unlink()
    for file in target.glob("*.md"):
        if file.stem not in languages:
            file.unlink()

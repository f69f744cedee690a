"""What a new version changes in the one before it: what it said and what it says, in each language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from undersigned.office.campaigns.segments import Segment, alone
from undersigned.office.statements.checklist import Whole
from undersigned.office.statements.models import Published

__all__ = ["changed", "compared", "corrections"]


def changed(last: Published, now: Whole) -> dict[str, tuple[str, str]]:
    """Give language -> (what it said, what it says) of every language whose words have changed.

    One that was not released before has none: nothing of it was said.
    """
    before = {one.text.language: one.segments for one in last.revisions.select_related("text")}
    found = {}
    for language, made in now.included.items():
        if language not in before:
            continue
        old, new = _words(before[language]), _words(made.segments if made else [])
        keys = [key for key in dict.fromkeys((*old, *new)) if old.get(key) != new.get(key)]
        if keys:
            said, says = (" / ".join(filter(None, (one.get(key, "") for key in keys))) for one in (old, new))
            found[language] = (said or "–", says or "–")
    return found


def compared(now: Whole) -> list[tuple[str, str, str]]:
    """Give (language, what it said, what it says) of what the newest version would correct; nothing of a first one."""
    last = now.statement.versions.first()
    return [(language, *words) for language, words in changed(last, now).items()] if last else []


def _words(segments: list[Segment]) -> dict[str, str]:
    return {one["key"]: " ".join(one["words"].split()) for one in segments if not alone(one["words"])}


def corrections(last: Published, now: Whole, by: str, at: datetime, why: Mapping[str, str]) -> list[dict[str, Any]]:
    """Give the corrections of a version as its record keeps them."""
    return [
        {
            "version": now.number, "language": language, "said": said[:2_000], "says": says[:2_000],
            "why": why.get(language) or why.get(now.statement.source) or "–", "by": by, "at": int(at.timestamp()),
        }
        for language, (said, says) in changed(last, now).items()
    ]  # fmt: skip

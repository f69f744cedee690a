"""The published count of a campaign, as its page shows it: one small file, no query."""

from __future__ import annotations

from datetime import datetime

import msgspec

from undersigned.assemble.places import Places
from undersigned.office.project.installed import installation

__all__ = ["Counted", "counted"]


class Counted(msgspec.Struct, frozen=True):
    """What is read of `c/<campaign>/count.json`: how many stand, and as of when (UTC)."""

    count: int
    as_of: datetime


def counted(name: str) -> Counted | None:
    """Give what is published of a campaign's count; None where nothing is, or nothing that can be read."""
    try:
        found = (Places(installation().path).public / "c" / name / "count.json").read_bytes()
        return msgspec.json.decode(found, type=Counted)
    except (OSError, msgspec.DecodeError):
        return None

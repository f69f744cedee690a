"""The gatherings of a campaign as a release keeps them: the file `gatherings.toml`."""

from __future__ import annotations

from typing import Any, cast
from zoneinfo import ZoneInfo

from undersigned.core.figures import Figure, Source
from undersigned.core.gatherings import Gathering, Kind, attended, written
from undersigned.office.campaigns.models import Campaign

__all__ = ["gatherings_file"]


def gatherings_file(campaign: Campaign) -> str:
    """Give `gatherings.toml`; "" where there are none."""
    return written([_gathering(one) for one in campaign.gatherings.all()])


def _gathering(one: Any) -> Gathering:
    starts, ends, announced, changed = (
        int(at.timestamp()) for at in (one.starts, one.ends, one.announced, one.changed)
    )
    return Gathering(
        id=one.slug, kind=cast(Kind, one.kind), starts=starts, ends=ends, zone=one.zone, title=one.title,
        contact=one.contact, announced=announced, changed=changed, note=one.note, place=one.place,
        called_off=one.called_off, attendance=_attendance(one),
    )  # fmt: skip


def _attendance(one: Any) -> Figure | None:
    if not one.attendance:
        return None
    said, day = one.attendance, one.starts.astimezone(ZoneInfo(one.zone)).date().isoformat()
    # What was entered before there were ranges, statuses and addresses has none of them.
    who = Source(organisation=said["organisation"], title=said.get("title", ""), address=said.get("address", ""))
    numbers = (said["value"], said.get("least"), said.get("most"))
    return attended(said["qualifier"], numbers, who, day, said.get("status", "reported"))

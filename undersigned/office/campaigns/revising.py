"""What every act on a campaign does: take its next version, add a revision to a text, tell the trail."""

from __future__ import annotations

from typing import Any

from undersigned.office.campaigns.models import Campaign, Revision, Text
from undersigned.office.campaigns.segments import Segment, digest
from undersigned.office.people.models import Staff
from undersigned.office.trail.chain import record

__all__ = ["Overtaken", "revise", "told", "touch"]


class Overtaken(Exception):
    """Somebody else has changed this in the meantime. Nothing was saved."""


def revise(staff: Staff, text: Text, segments: list[Segment]) -> Revision:
    """Add a revision; where nothing has changed, give the one there is."""
    latest = text.revisions.first()
    name = digest(segments)
    if latest is not None and latest.segments == segments:
        return latest
    revision = Revision.objects.create(text=text, segments=segments, hash=name, author=staff)
    told(staff, text.campaign, "text.revised", language=text.language, hash=name)
    return revision


def touch(campaign: Campaign, version: int) -> None:
    """Take the next version of a campaign, if it is still at the one the editor has seen.

    Raises:
        Overtaken: it is another one now.
    """
    if not Campaign.objects.filter(pk=campaign.pk, version=version).update(version=version + 1):
        raise Overtaken
    campaign.version = version + 1


def told(staff: Staff, campaign: Campaign, act: str, **facts: Any) -> None:
    """Write an act on a campaign into the trail."""
    record(staff=staff, section=campaign.section, act=act, subject=f"campaign:{campaign.name}", facts=facts)

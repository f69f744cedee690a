"""What is done with gatherings. Each act is one transaction with its entry in the trail, and public at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from undersigned.office.campaigns import actions as campaigns
from undersigned.office.campaigns.models import Campaign
from undersigned.office.gatherings.models import Gathering
from undersigned.office.people.models import Staff
from undersigned.office.trail.chain import record

__all__ = ["announce", "change"]


@transaction.atomic
def announce(*, staff: Staff, campaign: Campaign, gathering: Mapping[str, Any], now: datetime) -> Gathering:
    """Announce a gathering: the fields of `Gathering`. Its name in calendars is made of kind and day."""
    day = f"{gathering['kind']}-{gathering['starts']:%Y-%m-%d}"
    taken = set(campaign.gatherings.values_list("slug", flat=True))
    slug = next(name for turn in range(1, 1000) if (name := day if turn == 1 else f"{day}-{turn}") not in taken)
    made = Gathering.objects.create(campaign=campaign, slug=slug, announced=now, changed=now, **gathering)
    _told(staff, made, "gathering.announced")
    return made


@transaction.atomic
def change(*, staff: Staff, gathering: Gathering, fields: Mapping[str, Any], now: datetime) -> None:
    """Change a gathering, call it off with a reason, or say how many came."""
    before = bool(gathering.called_off)
    for key, value in fields.items():
        setattr(gathering, key, value)
    gathering.changed = now
    gathering.save()
    off = bool(gathering.called_off) and not before
    _told(staff, gathering, "gathering.called-off" if off else "gathering.changed")


def _told(staff: Staff, gathering: Gathering, act: str) -> None:
    campaign = gathering.campaign
    facts = {"gathering": gathering.slug, "starts": gathering.starts.isoformat(), "zone": gathering.zone}
    record(staff=staff, section=campaign.section, act=act, subject=f"campaign:{campaign.name}", facts=facts)
    campaigns.release_gatherings(staff=staff, campaign=campaign)

"""What is done with links and posters. Each act is one transaction with its entry in the trail."""

from __future__ import annotations

import secrets

from django.db import transaction

from undersigned.core.sources import MOST
from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Staff
from undersigned.office.trail.chain import record
from undersigned.office.watching.models import Source

__all__ = ["TooMany", "add", "retire"]

_LETTERS = "23456789abcdefghjkmnpqrstuvwxyz"  # none that is taken for another
_LENGTH = 4


class TooMany(Exception):
    """The campaign has as many codes as it may have."""


@transaction.atomic
def add(*, staff: Staff, campaign: Campaign, label: str) -> Source:
    """Make a code for a link or poster; it counts from the next release on.

    Raises:
        TooMany: there are a hundred in use.
    """
    taken = dict(campaign.sources.select_for_update().values_list("code", "used"))
    if sum(taken.values()) >= MOST:
        raise TooMany
    code = next(code for code in iter(_code, "") if code not in taken)
    made = Source.objects.create(campaign=campaign, code=code, label=label)
    _told(staff, made, "source.added")
    return made


@transaction.atomic
def retire(*, staff: Staff, source: Source) -> None:
    """Let a code count no more from the next release on; what it has counted stays."""
    source.used = False
    source.save(update_fields=["used"])
    _told(staff, source, "source.retired")


def _code() -> str:
    return "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))


def _told(staff: Staff, source: Source, act: str) -> None:
    campaign = source.campaign
    record(
        staff=staff, section=campaign.section, act=act, subject=f"campaign:{campaign.name}", facts={"code": source.code}
    )

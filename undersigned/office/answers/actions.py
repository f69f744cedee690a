"""What is done with answers. Each act is one transaction with its entry in the trail, and public at once."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from undersigned.office.answers.models import Answer
from undersigned.office.campaigns import actions as campaigns
from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Staff
from undersigned.office.trail.chain import record

__all__ = ["enter"]


@transaction.atomic
def enter(*, staff: Staff, campaign: Campaign, answer: Mapping[str, Any]) -> Answer:
    """Enter an answer: the fields of `Answer`. A campaign that is released says it in public at once."""
    made = Answer.objects.create(campaign=campaign, **answer)
    facts = {"demand": made.demand, "addressee": made.addressee, "status": made.status, "on": made.on.isoformat()}
    record(
        staff=staff, section=campaign.section, act="answer.entered", subject=f"campaign:{campaign.name}", facts=facts
    )
    campaigns.release_answers(staff=staff, campaign=campaign)
    return made

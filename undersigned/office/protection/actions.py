"""What a data-protection officer does. Each act is one transaction with its entry in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Staff
from undersigned.office.protection.models import Particulars, PersonRequest, months_after
from undersigned.office.trail.chain import record

__all__ = ["Answered", "answer", "extend", "receive", "set_particulars"]

ANSWER_WITHIN = 1  #: months, Art. 12(3) GDPR
EXTENDED_BY = 2  #: further months, once, and the person is told why within the first one


class Answered(Exception):
    """The request was answered, or extended, before. Nothing was changed."""


@transaction.atomic
def set_particulars(*, staff: Staff, campaign: Campaign, facts: Mapping[str, Any]) -> Particulars:
    """Say what of the processing no program knows."""
    particulars, _ = Particulars.objects.update_or_create(campaign=campaign, defaults=dict(facts))
    _told(staff, campaign, "protection.changed", fields=sorted(facts))
    return particulars


@transaction.atomic
def receive(*, staff: Staff, campaign: Campaign, kind: str, received: date) -> PersonRequest:
    """Note that a person has asked; the answer is due within a month. Nothing says who it was."""
    Campaign.objects.select_for_update().get(pk=campaign.pk)
    last = PersonRequest.objects.filter(campaign=campaign).order_by("-number").first()
    made = PersonRequest.objects.create(
        campaign=campaign, number=last.number + 1 if last else 1, kind=kind, received=received,
        due=months_after(received, ANSWER_WITHIN), by=staff,
    )  # fmt: skip
    _told(staff, campaign, "protection.request-received", number=made.number, kind=kind)
    return made


@transaction.atomic
def answer(*, staff: Staff, request: PersonRequest, way: str, answered: date) -> None:
    """Note how a request was answered.

    Raises:
        Answered: it was before.
    """
    if not PersonRequest.objects.filter(pk=request.pk, answered=None).update(answered=answered, way=way):
        raise Answered
    _told(staff, request.campaign, "protection.request-answered", number=request.number, way=way)


@transaction.atomic
def extend(*, staff: Staff, request: PersonRequest) -> None:
    """Take two months more for a request that is hard to answer; the person has to be told why.

    Raises:
        Answered: it was answered or extended before.
    """
    due = months_after(request.received, ANSWER_WITHIN + EXTENDED_BY)
    waiting = PersonRequest.objects.filter(pk=request.pk, answered=None, extended=False)
    if not waiting.update(due=due, extended=True):
        raise Answered
    _told(staff, request.campaign, "protection.request-extended", number=request.number)


def _told(staff: Staff, campaign: Campaign, act: str, **facts: Any) -> None:
    record(staff=staff, section=campaign.section, act=act, subject=f"campaign:{campaign.name}", facts=facts)

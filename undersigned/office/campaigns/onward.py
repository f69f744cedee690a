"""Where a page of a draft leads when something is saved: to what is to be done next, without the overview between."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from undersigned.office.campaigns import checklist
from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.access import rights_of
from undersigned.office.people.roles import Right

__all__ = ["leads_on", "onward"]


def leads_on(request: HttpRequest, campaign: Campaign) -> bool:
    """Tell whether somebody is led from step to step: with a draft, where they may take every step of it."""
    held = rights_of(request, campaign.section)
    return held >= {Right.WRITE, Right.TRANSLATE, Right.REVIEW} and campaign.open_version is None


def onward(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Lead to the next step of a draft; where there is none, and else, to the campaign."""
    if leads_on(request, campaign):
        now = Campaign.objects.get(pk=campaign.pk)
        lack = checklist.next_step(now, checklist.texts(now))
        if lack is not None:
            return redirect(lack.address)
    return redirect("campaign", campaign.name)

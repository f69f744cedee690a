"""The pages of gatherings."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.views import campaign_of
from undersigned.office.gatherings import actions
from undersigned.office.gatherings.forms import GatheringForm
from undersigned.office.gatherings.models import Gathering
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.pages.words import ENDONYMS

__all__ = ["gathering", "gatherings"]


@staff_page
def gatherings(request: HttpRequest, name: str) -> HttpResponse:
    """Show the gatherings of a campaign, and announce one."""
    return _page(request, campaign_of(request, name), None)


@staff_page
def gathering(request: HttpRequest, name: str, slug: str) -> HttpResponse:
    """Change one, call it off, or say how many came."""
    found = campaign_of(request, name)
    own = Gathering.objects.for_staff(staff_of(request)).filter(campaign=found)
    return _page(request, found, get_object_or_404(own, slug=slug))


def _page(request: HttpRequest, campaign: Campaign, one: Gathering | None) -> HttpResponse:
    if request.method == "POST":
        demand(request, Right.STATE, campaign.section)
    languages = [(code, ENDONYMS.get(code, code)) for code in campaign.languages]
    form = GatheringForm(request.POST or None, languages=languages, gathering=one)
    if request.method == "POST" and form.is_valid():
        staff, now = staff_of(request), timezone.now()
        if one is None:
            actions.announce(staff=staff, campaign=campaign, gathering=form.gathering(), now=now)
        else:
            actions.change(staff=staff, gathering=one, fields=form.gathering(), now=now)
        messages.success(request, _("Entered. The public page says it within a few seconds."))
        return redirect("gatherings", campaign.name)
    shown = {
        "campaign": campaign,
        "section": campaign.section,
        "one": one,
        "form": form,
        "gatherings": Gathering.objects.for_staff(staff_of(request)).filter(campaign=campaign),
        "released": campaign.open_version,
        "may_state": staff_of(request).may(Right.STATE, campaign.section),
    }
    return render(request, "gatherings/gatherings.html", shown)

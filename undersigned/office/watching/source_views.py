"""Pages of links and posters: their codes, addresses, QR codes, and how many came by them."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from undersigned.core.groups import summed
from undersigned.core.sources import PARAMETER
from undersigned.engines.unfit import Unfit
from undersigned.office.campaigns import actions as campaign_actions
from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.views import campaign_of
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.project.installed import installation
from undersigned.office.watching import actions
from undersigned.office.watching.forms import SourceForm
from undersigned.office.watching.models import Source
from undersigned.office.watching.views import watching
from undersigned.pages.share import qr_file

__all__ = ["away", "picture", "release", "sources"]

_KINDS = {"svg": "image/svg+xml", "png": "image/png"}


def _source_of(request: HttpRequest, name: str, code: str) -> Source:
    found = campaign_of(request, name)
    return get_object_or_404(Source.objects.for_staff(staff_of(request)), campaign=found, code=code)


def _address(source: Source, campaign: Campaign) -> str:
    return f"{installation().url.rstrip('/')}/c/{campaign.name}/?{PARAMETER}={source.code}"


@staff_page
def sources(request: HttpRequest, name: str) -> HttpResponse:
    """Show the links and posters, and make a new one."""
    found = campaign_of(request, name)
    if request.method == "POST":
        demand(request, Right.WRITE, found.section)
    form = SourceForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.add(staff=staff_of(request), campaign=found, label=form.cleaned_data["label"])
        except actions.TooMany:
            form.add_error(None, _("There are a hundred in use. Retire those that nobody sees any more."))
        else:
            return redirect("sources", name)
    return render(request, "watching/sources.html", {**_shown(request, found), "form": form})


def _shown(request: HttpRequest, campaign: Campaign) -> dict[str, object]:
    released = campaign.open_version
    counting = released.facts.get("sources", []) if released is not None else []
    rows = list(campaign.sources.all())
    numbers = _numbers(campaign)
    staff = staff_of(request)
    return {
        "campaign": campaign,
        "section": campaign.section,
        "rows": [
            {
                "source": one, "address": _address(one, campaign), "counting": one.code in counting,
                "number": numbers.get(one.code, ""),
            }
            for one in rows
        ],
        "released": released,
        "unreleased": sorted(one.code for one in rows if one.used) != sorted(counting),
        "may_write": staff.may(Right.WRITE, campaign.section),
        "may_release": staff.may(Right.RELEASE, campaign.section),
    }  # fmt: skip


def _numbers(campaign: Campaign) -> dict[str, str]:
    """Give how many came by each code up to yesterday, in words; none where the ledger cannot be read."""
    try:
        with watching(campaign) as watch:
            found = summed(watch.groups(0, watch.today), lambda group: group.source)
            return {code: watch.words.number(n) for code, n in found if code is not None}
    except Unfit:
        return {}


@staff_page
@require_POST
def away(request: HttpRequest, name: str, code: str) -> HttpResponse:
    """Retire a link or poster."""
    found = _source_of(request, name, code)
    demand(request, Right.WRITE, found.campaign.section)
    actions.retire(staff=staff_of(request), source=found)
    return redirect("sources", name)


@staff_page
@require_POST
def release(request: HttpRequest, name: str) -> HttpResponse:
    """Let the codes in use count."""
    found = campaign_of(request, name)
    demand(request, Right.RELEASE, found.section)
    if campaign_actions.release_sources(staff=staff_of(request), campaign=found) is None:
        messages.error(request, _("The campaign was not released yet; the codes go with its first release."))
    else:
        messages.success(request, _("Released. The codes count within a few seconds."))
    return redirect("sources", name)


@staff_page
def picture(request: HttpRequest, name: str, code: str, form: str) -> HttpResponse:
    """Give the QR code of a link, as SVG or PNG."""
    if form not in _KINDS:
        raise Http404
    found = _source_of(request, name, code)
    headers = {"Content-Disposition": f'inline; filename="{name}-{code}.{form}"'}
    return HttpResponse(qr_file(_address(found, found.campaign), form), content_type=_KINDS[form], headers=headers)

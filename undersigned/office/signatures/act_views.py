"""One act: what it is about, agreeing, declining, undoing; and the answers to appeals."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from undersigned.core.review import Chosen
from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.access import staff_of, staff_page
from undersigned.office.signatures import actions, seeing
from undersigned.office.signatures.entering import enter_owed
from undersigned.office.signatures.forms import CodeForm
from undersigned.office.signatures.models import Act, Kind, State
from undersigned.office.signatures.views import moderated
from undersigned.office.signatures.words import reason

__all__ = ["act", "agree", "appeal", "decline", "reverse"]

_MOST = 10_000  # open appeals that are looked through


def _found(request: HttpRequest, name: str, number: int) -> Act:
    campaign = moderated(request, name)
    return get_object_or_404(Act.objects.for_staff(staff_of(request)), campaign=campaign, pk=number)


@staff_page
def act(request: HttpRequest, name: str, act: int) -> HttpResponse:
    """Show one act, and what its signatures have become meanwhile."""
    found = _found(request, name, act)
    now = _now(found)
    staff = staff_of(request)
    answer = found.kind in (Kind.UPHOLD, Kind.DISMISS)
    changes = 0 if answer else actions.changes(found, now)
    known = {
        "campaign": found.campaign, "act": found, "reason": reason(found.code), "states": seeing.counted(now),
        "changes": changes, "open": found.state == State.PROPOSED, "may_agree": actions.may_agree(staff, found),
        "alone": actions.ALONE, "undone": found.undone_by.exclude(state=State.DECLINED),
        "may_reverse": found.state == State.DECIDED and not answer,
        "code": CodeForm() if found.kind == Kind.ADMIT or (found.kind == Kind.REINSTATE and not found.undoes) else None,
        "some": [one.reference for one in now[:20]],
    }  # fmt: skip
    return render(request, "signatures/act.html", known)


def _now(act: Act) -> Sequence[Chosen]:
    with seeing.reading() as reader:
        return reader.recorded(act.campaign.name, act.records)


@staff_page
@require_POST
def agree(request: HttpRequest, name: str, act: int) -> HttpResponse:
    """Agree to an act that somebody else has proposed, or confirm a small one of one's own."""
    found = _found(request, name, act)
    return _settle(request, found, lambda: actions.agree(staff=staff_of(request), act=found))


@staff_page
@require_POST
def decline(request: HttpRequest, name: str, act: int) -> HttpResponse:
    """Decline an act that was proposed."""
    found = _found(request, name, act)
    return _settle(request, found, lambda: actions.decline(staff=staff_of(request), act=found))


@staff_page
@require_POST
def reverse(request: HttpRequest, name: str, act: int) -> HttpResponse:
    """Undo an act."""
    found = _found(request, name, act)
    form = CodeForm(request.POST)
    code = form.cleaned_data["code"] if form.is_valid() else ""
    if not code and found.kind == Kind.ADMIT:
        messages.error(request, _("Choose a reason: nobody is struck out without one."))
        return redirect("act", name, found.pk)
    now = _now(found)
    return _settle(request, found, lambda: actions.reverse(staff=staff_of(request), act=found, chosen=now, code=code))


def _settle(request: HttpRequest, found: Act, deed: Callable[[], Act]) -> HttpResponse:
    try:
        done = deed()
    except actions.Own:
        messages.error(request, _("Somebody else with the right has to do this."))
    except actions.Settled:
        messages.error(request, _("This was settled already; nothing was done."))
    except actions.Nothing:
        messages.error(request, _("That would change no signature; nothing was done."))
    else:
        enter_owed()
        return redirect("act", found.campaign.name, done.pk)
    return redirect("act", found.campaign.name, found.pk)


@staff_page
@require_POST
def appeal(request: HttpRequest, name: str, reference: str) -> HttpResponse:
    """Answer an appeal."""
    campaign = moderated(request, name)
    found = _appealed(campaign, reference)
    if request.POST.get("answer") not in ("uphold", "dismiss"):
        return redirect("signatures", name)
    try:
        actions.answer(
            staff=staff_of(request), campaign=campaign, appeal=found, upheld=request.POST["answer"] == "uphold"
        )
    except actions.Own:
        messages.error(request, _("You have struck it out, or agreed to it: somebody else has to answer."))
    else:
        enter_owed()
        messages.success(request, _("Answered. The signer’s own page says so within seconds."))
    return redirect("signatures", name)


def _appealed(campaign: Campaign, reference: str) -> Chosen:
    """Give the open appeal of that reference.

    Raises:
        Http404: there is none.
    """
    with seeing.reading() as reader:
        for one in reader.appealed(campaign.name, _MOST):
            if one.reference == reference:
                return one
    raise Http404

"""The queue of signatures, and choosing some of them with a dry count."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from undersigned.core.review import ALWAYS, By, Chosen, Selection, affected
from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.views import campaign_of
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.roles import Right
from undersigned.office.signatures import actions, seeing
from undersigned.office.signatures.entering import enter_owed, seconds
from undersigned.office.signatures.forms import ActForm, ChooseForm, WrittenForm
from undersigned.office.signatures.models import Act, Kind, State
from undersigned.office.signatures.words import GROUPINGS, bucket, reason

__all__ = ["choose", "letters", "moderated", "signatures"]

_DAY = 86_400
_LINES = 100
_ACTS = 20
_SHOWN = 20  # references of a selection that are listed


def moderated(request: HttpRequest, name: str) -> Campaign:
    """Give a campaign whose signatures somebody may decide about.

    Raises:
        Http404: there is none of that name, or it is others'.
        PermissionDenied: their roles do not include it.
    """
    found = campaign_of(request, name)
    demand(request, Right.MODERATE, found.section)
    return found


@staff_page
def signatures(request: HttpRequest, name: str) -> HttpResponse:
    """Show what waits for a decision: doubtful signatures in groups, proposals, appeals, and the last acts."""
    campaign = moderated(request, name)
    form = ChooseForm(request.GET)
    chosen = form.selection(campaign)
    by: By = form.grouping() if form.is_valid() else "reason"
    with seeing.reading() as reader:
        lines = seeing.shown(reader, campaign, chosen, by, _LINES)
        appeals = reader.appealed(campaign.name, _LINES)
        struck = reader.chosen(Selection(campaign.name, "struck"), seeing.MOST)
        narrowed = seeing.narrowed(chosen, reader.domains(campaign.name) if chosen.cohort else {})
    acts = Act.objects.for_staff(staff_of(request)).filter(campaign=campaign)
    known = {
        "campaign": campaign, "form": form, "pool": chosen.pool, "narrowed": narrowed,
        "lines": [(line, _query(chosen, by, line.narrow)) for line in lines],
        "groupings": [(key, words, _query(chosen, key, {}), key == by) for key, words in GROUPINGS.items()],
        "everything": _query(chosen, by, {}), "total": sum(line.total for line in lines),
        "proposals": acts.filter(state=State.PROPOSED), "acts": acts.filter(state=State.DECIDED)[:_ACTS],
        "appeals": [(one.reference, reason(one.code)) for one in appeals],
        "days": _days(campaign),
        "struck": len(struck), "due": actions.due(campaign, struck), "written": WrittenForm(campaign=campaign),
        "owed": Act.objects.owed().filter(campaign=campaign).exists(),
    }  # fmt: skip
    return render(request, "signatures/signatures.html", known)


@staff_page
@require_POST
def letters(request: HttpRequest, name: str) -> HttpResponse:
    """Take the list of those who were written to about having been struck out."""
    campaign = moderated(request, name)
    form = WrittenForm(request.POST, request.FILES, campaign=campaign)
    if form.is_valid():
        actions.note_written(staff=staff_of(request), campaign=campaign, reasons=form.cleaned_data["file"])
        messages.success(request, _("Noted."))
    else:
        for error in form.errors["file"]:
            messages.error(request, str(error))
    return redirect("signatures", name)


def _days(campaign: Campaign) -> Sequence[tuple[str, str]]:
    """Give the last days as choices among the counted: (query string, words)."""
    today = seconds() // _DAY
    first = int(campaign.opens.timestamp()) // _DAY if campaign.opens else today
    days = range(today, max(first, today - 14) - 1, -1)
    pools = (Selection(campaign.name, "standing", since=day * _DAY, until=(day + 1) * _DAY) for day in days)
    return [(_query(one, "cohort", {}), bucket(one.since, _DAY)) for one in pools]


def _query(chosen: Selection, by: By, narrow: Any) -> str:
    """Give the query string of a selection, narrowed further."""
    fields: dict[str, object] = {
        "pool": chosen.pool, "by": by, "reason": chosen.reason, "cohort": chosen.cohort.hex(), "source": chosen.source,
        "since": chosen.since or "", "until": chosen.until if chosen.until < ALWAYS else "",
    }  # fmt: skip
    return urlencode({key: value for key, value in {**fields, **narrow}.items() if value})


@staff_page
def choose(request: HttpRequest, name: str) -> HttpResponse:
    """Show the dry count of a selection; act on it."""
    campaign = moderated(request, name)
    asked = ChooseForm(request.GET)
    if not asked.is_valid():
        messages.error(
            request, " ".join(str(one) for one in asked.non_field_errors()) or _("This choice is not known.")
        )
        return redirect("signatures", name)
    selection = seeing.until(asked.selection(campaign), seconds())
    with seeing.reading() as reader:
        chosen = reader.chosen(selection, seeing.MOST)
        domains = reader.domains(campaign.name)
    if seeing.few(campaign, selection, chosen):
        messages.error(request, _("Too few of them share this domain or link; nothing can be said of so few."))
        return redirect("signatures", name)
    form = ActForm(request.POST or None, initial={"seen": _seen(selection, chosen)})
    form.offer(selection.pool)
    if request.method == "POST" and form.is_valid():
        return _act(request, campaign, form, selection, chosen)
    known = {
        "campaign": campaign, "form": form, "narrowed": seeing.narrowed(selection, domains), "total": len(chosen),
        "states": seeing.counted(chosen), "kinds": _dry(selection, chosen), "alone": actions.ALONE,
        "left": actions.alone_left(staff_of(request), campaign), "query": _query(selection, asked.grouping(), {}),
        "some": [(one.reference, one.state, reason(one.code)) for one in chosen[:_SHOWN]],
        "domain": domains.get(selection.cohort, ""),
    }  # fmt: skip
    return render(request, "signatures/choose.html", known)


def _seen(selection: Selection, chosen: Sequence[Chosen]) -> str:
    """Give the hash of all that was seen, whatever is done with it."""
    return actions.digest(tuple(sorted(one.record + one.state.encode() for one in chosen)))


def _dry(selection: Selection, chosen: Sequence[Chosen]) -> Sequence[tuple[str, int]]:
    """Give how many signatures each act would change."""
    form = ActForm()
    form.offer(selection.pool)
    offered = form.fields["kind"].choices  # type: ignore[attr-defined]
    return [(str(words), len(affected(kind, chosen))) for kind, words in offered]


def _act(
    request: HttpRequest, campaign: Campaign, form: ActForm, selection: Selection, chosen: Sequence[Chosen]
) -> HttpResponse:
    kind = Kind(form.cleaned_data["kind"])
    same = form.cleaned_data["seen"] == _seen(selection, chosen)
    try:
        act = actions.propose(
            staff=staff_of(request), campaign=campaign, kind=kind, code=form.cleaned_data["code"], selection=selection,
            chosen=chosen, at_once=same,
        )  # fmt: skip
    except actions.Nothing:
        messages.error(request, _("That would change no signature; nothing was done."))
        return redirect("signatures", campaign.name)
    enter_owed()
    if act.state == State.PROPOSED:
        messages.success(request, _("Proposed. It is not done yet."))
    else:
        messages.success(request, _("Decided. Pages and log follow within seconds."))
    return redirect("act", campaign.name, act.pk)

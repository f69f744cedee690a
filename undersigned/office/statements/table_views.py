"""Figures as tables: a campaign's figures out as CSV with their metadata, and new ones in."""

from __future__ import annotations

from typing import Any

import msgspec
from django import forms
from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from undersigned.core import figure_table
from undersigned.core.figures import Figure, traceable
from undersigned.core.sheet import Fault
from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.views import campaign_of
from undersigned.office.people.access import demand, staff_of, staff_page
from undersigned.office.people.models import Staff
from undersigned.office.people.roles import Right
from undersigned.office.statements import actions
from undersigned.office.statements.assembling import WORDS, whole_figure

__all__ = ["table", "table_in"]

LARGEST = 2 << 20  #: bytes of a table


class TableForm(forms.Form):
    """One table of figures."""

    file = forms.FileField(label=gettext_lazy("Table of figures (CSV)"), allow_empty_file=True)


@staff_page
def table(request: HttpRequest, name: str, form: str) -> HttpResponse:
    """Give the figures as `csv`, as `hxl.csv` with a row of tags, or their CSVW metadata as `json`."""
    campaign = campaign_of(request, name)
    if form not in ("csv", "hxl.csv", "json"):
        raise Http404
    if form == "json":
        data, kind = figure_table.write_metadata(f"{name}-figures.csv", name), "application/csvm+json"
    else:
        figures = [whole_figure(one) for one in campaign.figures.select_related("supersedes").order_by("id")]
        data, kind = figure_table.write(figures, hxl=form == "hxl.csv"), "text/csv; charset=utf-8; header=present"
    answer = HttpResponse(data, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}-figures.{form}"'
    return answer


@staff_page
def table_in(request: HttpRequest, name: str) -> HttpResponse:
    """Take figures from a table: all of them, or none and every mistake with its line."""
    campaign = campaign_of(request, name)
    demand(request, Right.DRAFT, campaign.section)
    form = TableForm(request.POST or None, request.FILES or None)
    faults: tuple[Fault, ...] = ()
    if request.method == "POST" and form.is_valid():
        upload = form.cleaned_data["file"]
        taken, faults = _take(staff_of(request), campaign, upload.read(LARGEST))
        if not faults:
            words = ngettext("%(n)d figure was added.", "%(n)d figures were added.", taken)
            messages.success(request, words % {"n": taken})
            return redirect("figures", name)
    known = {"campaign": campaign, "form": form, "faults": faults, "columns": list(figure_table.COLUMNS)}
    return render(request, "statements/table.html", known, status=400 if faults else 200)


def _take(staff: Staff, campaign: Campaign, data: bytes) -> tuple[int, tuple[Fault, ...]]:
    """Add every figure of a table, or give what is wrong with it."""
    found = figure_table.read("figures.csv", data)
    faults = tuple(one for one in found if isinstance(one, Fault))
    figures = [one for one in found if isinstance(one, Figure)]
    keys = set(campaign.figures.values_list("key", flat=True))
    faults += tuple(_known(one, keys) for one in figures if one.id in keys)
    faults += tuple(_unsourced(one) for one in figures if not traceable(one))
    if faults:
        return 0, faults
    _add(staff, campaign, figures)
    return len(figures), ()


@transaction.atomic
def _add(staff: Staff, campaign: Campaign, figures: list[Figure]) -> None:
    for one in figures:
        before = campaign.figures.filter(key=one.supersedes, later=None).first() if one.supersedes else None
        words = {key: getattr(one, key) for key in WORDS}
        actions.add_figure(
            staff=staff, campaign=campaign, key=one.id, facts=_facts(one), words=words, supersedes=before, held=True
        )


def _known(figure: Figure, keys: set[str]) -> Fault:
    what = _("There is a figure of this key already, and a figure is never changed.")
    return Fault(
        "figures.csv", 0, f"{figure.id}: {what}", _("Give it another key, and name this one under “supersedes”.")
    )


def _unsourced(figure: Figure) -> Fault:
    what = _("It names no title or address of its source, or no day.")
    remedy = _("Write “title” or “address”, and “published” or “retrieved”.")
    return Fault("figures.csv", 0, f"{figure.id}: {what}", remedy)


def _facts(figure: Figure) -> dict[str, Any]:
    """Give the facts as they are kept: numbers whole or as decimals in words."""
    kept = ("measure", "qualifier", "status", "as_of", "place", "retrieved", "archived", "checked_by")
    numbers = {key: getattr(figure, key) for key in ("value", "least", "most")}
    facts = {key: getattr(figure, key) for key in kept}
    facts |= {
        key: int(n) if n == n.to_integral_value() else format(n, "f") for key, n in numbers.items() if n is not None
    }
    facts |= msgspec.structs.asdict(figure.source)
    return {**facts, **({"attribution_required": True} if figure.attribution_required else {})}

"""Pages of the count: now, by country and link on any days, and every table as CSV."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from undersigned.assemble import stores
from undersigned.engines.unfit import Unfit
from undersigned.office.campaigns.models import Campaign
from undersigned.office.campaigns.views import campaign_of
from undersigned.office.people.access import staff_page
from undersigned.office.project.installed import installation
from undersigned.office.watching.forms import WhereForm
from undersigned.office.watching.origins import Origins
from undersigned.office.watching.tables import Table, as_csv
from undersigned.office.watching.watch import KEPT_DAYS, Watch

__all__ = ["count", "labels_of", "table", "watching", "where"]

_OF_ORIGIN = ("countries", "sources", "by-day")


@contextmanager
def watching(campaign: Campaign) -> Iterator[Watch]:
    """Open the ledger for one page."""
    watched = stores.watched(installation())
    try:
        yield Watch(campaign, watched, int(timezone.now().timestamp()))
    finally:
        watched.close()


def labels_of(campaign: Campaign) -> dict[str, str]:
    """Give the label of every code of a campaign."""
    return dict(campaign.sources.values_list("code", "label"))


@staff_page
def count(request: HttpRequest, name: str) -> HttpResponse:
    """Show the count as it is, its history, the funnel, and how long letters take."""
    found = campaign_of(request, name)
    known = {"campaign": found, "section": found.section}
    try:
        with watching(found) as watch:
            counts, funnel = watch.watched.counts(name), watch.watched.funnel(name)
            delay = stores.letter_delay(installation(), int(timezone.now().timestamp()))
            number = watch.words.number
            figures = {
                "standing": number(counts.standing), "collected": number(counts.collected), "size": number(counts.size),
                "as_of": watch.words.moment(counts.as_of, exact=True),
            } if counts is not None else {}  # fmt: skip
            shown = {
                "figures": figures,
                "waiting": number(funnel.get("waiting", 0)),
                "review": number(funnel.get("review", 0)),
                "tables": [
                    watch.days(),
                    watch.hours(),
                    watch.funnel(),
                    watch.funnel_hours(),
                    watch.letters(delay),
                    watch.letter_hours(),
                    watch.languages(),
                ],
                "longest": watch.seconds(delay.oldest) if delay is not None and delay.oldest is not None else "",
                "k": number(watch.k),
            }
    except Unfit:
        return _away(request, known)
    return render(request, "watching/count.html", {**known, **shown})


@staff_page
def where(request: HttpRequest, name: str) -> HttpResponse:
    """Show from where and by which link or poster, on any days; yesterday where none are named."""
    found = campaign_of(request, name)
    known = {"campaign": found, "section": found.section}
    try:
        with watching(found) as watch:
            form, origins = _asked(request.GET.dict(), watch)
            shown = {"form": form, "k": watch.words.number(watch.k)}
            if origins is not None:
                shown |= _answer(origins)
    except Unfit:
        return _away(request, known)
    return render(request, "watching/where.html", {**known, **shown}, status=200 if origins is not None else 400)


def _answer(origins: Origins) -> dict[str, object]:
    asked, watch = origins.asked, origins.watch
    return {
        "asked": asked,
        "tables": origins.tables() if origins.total else [],
        "total": watch.words.number(origins.total),
        "n": origins.total,
        "first": watch.day(asked.first),
        "last": watch.day(asked.end - 1),
        "country": origins.country(asked.country) if asked.country else "",
        "source": origins.source("" if asked.source == "." else asked.source) if asked.source else "",
    }


def _asked(sent: Mapping[str, str], watch: Watch) -> tuple[WhereForm, Origins | None]:
    labels = labels_of(watch.campaign)
    yesterday = timezone.now().date() - timedelta(days=1)
    form = WhereForm(sent, yesterday, watch.words.language, labels)
    if not form.is_valid():
        return form, None
    counts = watch.watched.counts(watch.campaign.name)
    return form, Origins(watch, form.asked(), labels, counts.countries if counts is not None else {})


@staff_page
def table(request: HttpRequest, name: str, table: str) -> HttpResponse:
    """Give one of the tables as CSV."""
    found = campaign_of(request, name)
    try:
        with watching(found) as watch:
            made = _table(table, request.GET.dict(), watch)
    except Unfit:
        return _away(request, {"campaign": found, "section": found.section})
    headers = {"Content-Disposition": f'attachment; filename="{name}-{table}.csv"'}
    return HttpResponse(as_csv(made), content_type="text/csv; charset=utf-8", headers=headers)


def _table(key: str, sent: Mapping[str, str], watch: Watch) -> Table:
    if key in _OF_ORIGIN:
        _form, origins = _asked(sent, watch)
        if origins is None:
            raise Http404
        return {"countries": origins.countries, "sources": origins.sources, "by-day": origins.days}[key]()
    if key == "letters":
        return watch.letters(stores.letter_delay(installation(), int(timezone.now().timestamp())))
    if key in ("funnel-hours", "letters-hours"):
        return (watch.funnel_hours if key == "funnel-hours" else watch.letter_hours)(KEPT_DAYS)
    tables = {"days": watch.days, "hours": watch.hours, "funnel": watch.funnel, "languages": watch.languages}
    if key not in tables:
        raise Http404
    return tables[key]()


def _away(request: HttpRequest, known: Mapping[str, object]) -> HttpResponse:
    """Say that the ledger cannot be read just now."""
    return render(request, "watching/away.html", dict(known), status=503)

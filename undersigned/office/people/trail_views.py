"""Pages of the trail: a section's, for who may see it, and one's own."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterable, Iterator

from django.core.paginator import Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render

from undersigned.office.people.access import demand, section_of, staff_of, staff_page
from undersigned.office.people.models import Staff
from undersigned.office.people.roles import Right
from undersigned.office.trail import chain
from undersigned.office.trail.models import Entry

__all__ = ["check", "export", "export_mine", "mine", "of_section"]

_PAGE = 50
_COLUMNS = ("id", "at", "who", "act", "subject", "facts", "before", "hash")


@staff_page
def of_section(request: HttpRequest, slug: str) -> HttpResponse:
    """Show what was done in a section, the newest first."""
    section = section_of(request, slug)
    demand(request, Right.TRAIL, section)
    return _show(request, Entry.objects.filter(section=section), {"section": section})


@staff_page
def mine(request: HttpRequest) -> HttpResponse:
    """Show what the trail holds of whoever asks."""
    return _show(request, _about(staff_of(request)), {})


@staff_page
def export(request: HttpRequest, slug: str) -> StreamingHttpResponse | HttpResponse:
    """Give a section's trail as CSV, with the hashes by which it can be checked."""
    section = section_of(request, slug)
    demand(request, Right.TRAIL, section)
    return _file(Entry.objects.filter(section=section), f"trail-{section.slug}.csv")


@staff_page
def export_mine(request: HttpRequest) -> StreamingHttpResponse:
    """Give all that the trail holds of whoever asks, as CSV."""
    return _file(_about(staff_of(request)), "trail-mine.csv")


@staff_page
def check(request: HttpRequest, slug: str) -> HttpResponse:
    """Follow the whole chain, and say whether it holds. `undersigned doctor` does the same."""
    section = section_of(request, slug)
    demand(request, Right.TRAIL, section)
    try:
        known = {"section": section, "number": chain.check()}
    except chain.Torn:
        known = {"section": section, "torn": True}
    return render(request, "trail/check.html", known)


def _about(staff: Staff) -> QuerySet[Entry]:
    """Give what somebody has done, and what was done to their account and roles."""
    return Entry.objects.filter(Q(staff=staff) | Q(subject__in=(f"staff:{staff.pk}", f"people.staff:{staff.pk}")))


def _file(entries: QuerySet[Entry], name: str) -> StreamingHttpResponse:
    rows = entries.select_related("staff").order_by("id").iterator(chunk_size=2000)
    answer = StreamingHttpResponse(_lines(rows), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _show(request: HttpRequest, entries: QuerySet[Entry], facts: dict[str, object]) -> HttpResponse:
    pages = Paginator(entries.select_related("staff").order_by("-id"), _PAGE)
    return render(request, "trail/trail.html", {**facts, "page": pages.get_page(request.GET.get("page"))})


class _Echo:
    """A file that gives back what is written to it."""

    def write(self, text: str) -> str:
        return text


def _lines(entries: Iterable[Entry]) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield str(writer.writerow(_COLUMNS))
    for one in entries:
        who = str(one.staff) if one.staff else ""
        facts = json.dumps(one.facts, sort_keys=True)
        row = (one.pk, one.at.isoformat(), who, one.act, one.subject, facts, one.before, one.hash)
        yield str(writer.writerow([_plain(value) for value in row]))


def _plain(value: object) -> object:
    """Keep a spreadsheet from taking a name for a formula."""
    return f"'{value}" if isinstance(value, str) and value[:1] in "=+-@\t\r" else value

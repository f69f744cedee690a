"""The history of a text: every revision, and any two compared."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from undersigned.office.campaigns.forms import NAMES
from undersigned.office.campaigns.text_views import text_of
from undersigned.office.people.access import staff_page

__all__ = ["history"]


@staff_page
def history(request: HttpRequest, name: str, language: str, statement: str = "") -> HttpResponse:
    """Show who made which revision when; `?one=&other=` leads to the two compared."""
    text = text_of(request, name, language, statement)
    one, other = request.GET.get("one", ""), request.GET.get("other", "")
    if one or other:
        if not (one.isdecimal() and other.isdecimal() and len(one + other) < 36):
            raise Http404
        return redirect(text.address("compare", int(one), int(other)))
    revisions = list(text.revisions.select_related("author", "reviewer").defer("segments"))
    known = {
        "campaign": text.campaign,
        "statement": text.statement,
        "language": language,
        "name": NAMES[language],
        "revisions": revisions,
    }
    return render(request, "campaigns/history.html", known)

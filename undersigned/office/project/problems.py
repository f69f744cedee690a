"""Pages for what cannot be done: what happened, and what to do. Nothing of the request is repeated."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

__all__ = ["failed", "forbidden", "forged", "missing"]


def missing(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404, the same for what does not exist and for what is somebody else's."""
    return _page(request, 404, _("There is no such page"), _("It may belong to another section, or be gone."))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: the page exists, the role is missing."""
    words = _("Your roles in this section do not include this. Ask whoever coordinates the section.")
    return _page(request, 403, _("Not with your roles"), words)


def failed(request: HttpRequest) -> HttpResponse:
    """500: ours; nothing was saved."""
    return _page(request, 500, _("Something failed"), _("Nothing was saved. Try once more; then tell the operator."))


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403: the form did not come from here, or is older than the sign-in."""
    return _page(request, 403, _("This form is out of date"), _("Go back, load the page again, and send it once more."))


def _page(request: HttpRequest, status: int, title: str, words: str) -> HttpResponse:
    return render(request, "problem.html", {"title": title, "words": words}, status=status)

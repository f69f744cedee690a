"""Pages for what cannot be done: what happened, and what to do. Nothing of the request is repeated."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from undersigned.office.project.taken import NotOurs

__all__ = ["Stopped", "failed", "forbidden", "forged", "missing"]


class Stopped:
    """Answers a release that would have overwritten what the desk has not written: 409, and nothing was done."""

    def __init__(self, answer: Callable[[HttpRequest], HttpResponse]) -> None:
        """Take what answers every request."""
        self._answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer as ever."""
        return self._answer(request)

    def process_exception(self, request: HttpRequest, error: Exception) -> HttpResponse | None:
        """Say which files are in the way, and what to do; leave every other error to Django."""
        if not isinstance(error, NotOurs):
            return None
        words = _(
            "Nothing was changed. The desk has not written these files of the data folder: %(files)s. They may be "
            "another petition, or somebody has changed them by hand. The operator moves elsewhere what is not wanted, "
            "or brings a petition that was made by hand to the desk with “undersigned adopt”."
        )
        said = words % {"files": ", ".join(error.files)}
        return _page(request, 409, _("The release would overwrite what is not the desk’s"), said, error.code)


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


def _page(request: HttpRequest, status: int, title: str, words: str, code: str = "") -> HttpResponse:
    return render(request, "problem.html", {"title": title, "words": words, "code": code}, status=status)

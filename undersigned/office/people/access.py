"""Who may open a page. Whatever is not theirs answers 404, as if it did not exist; a role that is missing, 403."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404

from undersigned.office.people.models import Section, Staff
from undersigned.office.people.roles import PRIVILEGED, Right, rights
from undersigned.office.project.installed import installation

__all__ = ["demand", "rights_of", "section_of", "staff_of", "staff_page"]

Rest = ParamSpec("Rest")
Page = Callable[Concatenate[HttpRequest, Rest], HttpResponseBase]


def staff_page(page: Page[Rest]) -> Page[Rest]:
    """Let nobody in who has not signed in."""
    return cast("Page[Rest]", wraps(page)(login_required(page)))


def staff_of(request: HttpRequest) -> Staff:
    """Give who has signed in; behind `staff_page` only."""
    assert isinstance(request.user, Staff)
    return request.user


def section_of(request: HttpRequest, slug: str) -> Section:
    """Give a section that somebody belongs to.

    Raises:
        Http404: there is none of that name, or it is others'.
    """
    return get_object_or_404(Section.objects.for_staff(staff_of(request)).select_related("organisation"), slug=slug)


def rights_of(request: HttpRequest, section: Section, language: str = "") -> frozenset[Right]:
    """Give what somebody may do in a section, or for one language of it; asked of the database once a request."""
    known: dict[tuple[int, str], frozenset[Right]] = request.__dict__.setdefault("_rights", {})
    place = (section.pk, language)
    if place not in known:
        staff = staff_of(request)
        known[place] = rights(staff.roles(section, language)) if staff.is_active else frozenset()
    return known[place]


def demand(request: HttpRequest, right: Right, section: Section, language: str = "") -> None:
    """Ask for a right in a section of one's own; for what weighs, also for a fresh sign-in when it is done.

    Raises:
        PermissionDenied: no role held there has the right.
        ReauthenticationRequired: allauth asks again, and then goes on with what was sent.
    """
    if right not in rights_of(request, section, language):
        raise PermissionDenied
    weighs = right in PRIVILEGED and request.method == "POST" and not installation().demo
    if weighs and not did_recently_reauthenticate(request):  # asked last: it costs three queries
        raise ReauthenticationRequired

"""What stands between a request and every page of the desk."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import translation

from undersigned.office.people.models import Staff
from undersigned.office.people.roles import PRIVILEGED, rights
from undersigned.office.project.installed import installation

__all__ = ["Language", "SecondFactor", "has_second_factor", "lacks_second_factor"]

Answer = Callable[[HttpRequest], HttpResponse]


class Language:
    """Speaks the language that somebody has chosen, else the one their browser prefers."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        chosen = request.user.language if isinstance(request.user, Staff) else ""
        language = chosen or translation.get_language_from_request(request)
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self._get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class SecondFactor:
    """Leads whoever holds a privileged role and has no second factor to where one is set up, and nowhere else."""

    def __init__(self, get_response: Answer) -> None:
        self._get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        free = request.path.startswith((reverse("mfa_index"), reverse("account_logout"), str(settings.STATIC_URL)))
        again = request.path == reverse("account_reauthenticate")
        if not (free or again) and isinstance(request.user, Staff) and lacks_second_factor(request.user):
            return redirect("mfa_index")
        return self._get_response(request)


def lacks_second_factor(staff: Staff) -> bool:
    """Tell whether somebody must set up a second factor first. A demonstration asks nobody."""
    if installation().demo:
        return False
    if has_second_factor(staff):  # asked first: whoever has one costs no second query at each page
        return False
    return staff.is_superuser or bool(rights(list(staff.memberships.values_list("role", flat=True))) & PRIVILEGED)


def has_second_factor(staff: Staff) -> bool:
    """Tell whether somebody has a passkey or an authenticator app."""
    strong = (Authenticator.Type.WEBAUTHN, Authenticator.Type.TOTP)
    return bool(Authenticator.objects.filter(user=staff, type__in=strong).exists())

"""The operator's pages: Django's own administration, for superusers only, who sign in as everybody else does."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.contrib.admin import AdminSite, ModelAdmin
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from undersigned.office.project.installed import installation
from undersigned.office.trail.operating import Trailed

__all__ = ["OperatorSite"]


class OperatorSite(AdminSite):
    """Opens to superusers; its own form would let a password in without the second factor. Changes are in the trail."""

    def register(
        self, model_or_iterable: Any, admin_class: type[ModelAdmin[Any]] | None = None, **options: Any
    ) -> None:
        """Register models, whoever wrote their pages, with pages whose changes are in the trail."""
        base = admin_class or ModelAdmin
        trailed = base if issubclass(base, Trailed) else type(base.__name__, (Trailed, base), {})
        super().register(model_or_iterable, trailed, **options)

    def has_permission(self, request: HttpRequest) -> bool:
        """Ask for a superuser, and for a fresh sign-in at every change.

        Raises:
            ReauthenticationRequired: allauth asks again, and then goes on with what was sent.
        """
        user = request.user
        if not (user.is_active and getattr(user, "is_superuser", False)):
            return False
        if request.method == "POST" and not installation().demo and not did_recently_reauthenticate(request):
            raise ReauthenticationRequired
        return True

    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Lead a stranger to the desk's own page of signing in; to anybody else this place does not exist."""
        if request.user.is_authenticated:
            raise Http404
        asked = str(request.GET.get("next", reverse("admin:index")))
        return HttpResponseRedirect(f"{reverse('account_login')}?{urlencode({'next': asked})}")

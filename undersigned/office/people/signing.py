"""Signing in and out, and what is done with passwords and second factors, in the trail.

Names and addresses that somebody typed are kept nowhere: an attempt names the account it was made on, or none. The
entry is written either way, so that its time tells nobody which accounts there are; allauth's limits bound how many.
"""

from __future__ import annotations

from typing import Any

from allauth.account.internal.flows.login import get_authentication_records
from allauth.account.signals import authentication_step_completed, password_changed, password_set
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import (
    authentication_failed,
    authenticator_added,
    authenticator_removed,
    authenticator_reset,
    authenticator_used,
)
from allauth.mfa.webauthn.forms import AuthenticateWebAuthnForm, LoginWebAuthnForm, ReauthenticateWebAuthnForm
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from undersigned.office.people.models import Staff
from undersigned.office.trail.chain import record

__all__ = ["AuthenticateByKey", "LoginByKey", "ReauthenticateByKey"]

_NOBODY = "staff:0"  # of an attempt on an account that is not there
_MALFORMED = (AttributeError, KeyError, TypeError, ValueError)  # what fido2 lets through of an answer out of shape
_BY_PASSKEY = str(Authenticator.Type.WEBAUTHN)


@transaction.atomic
def _tell(act: str, staff: Staff | None, *, done: bool = True, **facts: Any) -> None:
    """Add an entry about an account; who failed is not known to be its holder."""
    subject = f"staff:{staff.pk}" if staff is not None else _NOBODY
    record(staff=staff if done else None, section=None, act=act, subject=subject, facts=facts)


@receiver(user_logged_in)
def _signed_in(request: HttpRequest | None, user: Staff, **_: Any) -> None:
    methods = [one.get("type") or one["method"] for one in get_authentication_records(request, user)] if request else []
    _tell("account.signed-in", user, methods=methods)


@receiver(user_logged_out)
def _signed_out(user: Staff | None, **_: Any) -> None:
    if user is not None:
        _tell("account.signed-out", user)


@receiver(user_login_failed)
def _password_failed(credentials: dict[str, Any], **_: Any) -> None:
    typed = str(credentials.get("email") or credentials.get("username") or "")
    _tell("account.password-failed", Staff.objects.filter(email__iexact=typed).first(), done=False)


@receiver(authentication_failed)
def _code_failed(user: Staff, authenticator: Authenticator, **_: Any) -> None:
    _tell("account.second-factor-failed", user, done=False, type=str(authenticator.type))


@receiver(authenticator_used)
def _factor_used(user: Staff, authenticator: Authenticator, reauthenticated: bool = False, **_: Any) -> None:
    if reauthenticated:
        _tell("account.signed-in-afresh", user, methods=[str(authenticator.type)])


@receiver(authentication_step_completed)
def _step_done(user: Staff, method: str, reauthenticated: bool = False, **_: Any) -> None:
    if reauthenticated and method != "mfa":
        _tell("account.signed-in-afresh", user, methods=[method])


@receiver([authenticator_added, authenticator_removed, authenticator_reset])
def _factor_changed(signal: object, user: Staff, authenticator: Authenticator, **_: Any) -> None:
    acts = {id(authenticator_added): "added", id(authenticator_removed): "removed", id(authenticator_reset): "reset"}
    _tell(f"account.factor-{acts[id(signal)]}", user, type=str(authenticator.type))


@receiver([password_changed, password_set])
def _password_changed(user: Staff, **_: Any) -> None:
    _tell("account.password-changed", user)


class _ByKey(AuthenticateWebAuthnForm):  # type: ignore[misc]
    """allauth's form of a passkey; a refused one is told, of which allauth says nothing itself."""

    def clean_credential(self) -> Authenticator:
        """Check the passkey.

        Raises:
            ValidationError: it is refused.
        """
        try:
            return super().clean_credential()
        except (ValidationError, *_MALFORMED):
            _tell("account.second-factor-failed", self.user, done=False, type=_BY_PASSKEY)
            raise get_adapter().validation_error("incorrect_code") from None


class AuthenticateByKey(_ByKey):
    """The passkey after a password."""


class LoginByKey(_ByKey, LoginWebAuthnForm):  # type: ignore[misc]
    """The passkey alone."""


class ReauthenticateByKey(_ByKey, ReauthenticateWebAuthnForm):  # type: ignore[misc]
    """The passkey before what weighs."""

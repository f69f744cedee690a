"""What we decide of allauth's ways: nobody signs up, nothing is mailed from here, keys are named after us."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from undersigned.office.project.installed import installation

__all__ = ["Accounts", "Factors"]


class Accounts(DefaultAccountAdapter):  # type: ignore[misc]
    """Accounts are made by invitation only."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        """Refuse."""
        return False

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Send nothing: the desk has no way out for letters; what matters stands in the trail."""


class Factors(DefaultMFAAdapter):  # type: ignore[misc]
    """Names this installation towards authenticators."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        """Give the name and the host that passkeys are bound to."""
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": f"Undersigned, {installation().origin}"}

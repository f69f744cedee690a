"""The Django application of people."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.people"
    label = "people"

    def ready(self) -> None:
        """Listen to signing in, which allauth does."""
        from undersigned.office.people import signing  # noqa: F401  # its receivers

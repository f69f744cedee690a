"""The Django application of people."""

from __future__ import annotations

from django.apps import AppConfig


class PeopleConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.people"
    label = "people"

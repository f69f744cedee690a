"""The Django application of statements."""

from __future__ import annotations

from django.apps import AppConfig


class StatementsConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.statements"
    label = "statements"

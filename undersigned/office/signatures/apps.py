"""The Django application of signatures."""

from __future__ import annotations

from django.apps import AppConfig


class SignaturesConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.signatures"
    label = "signatures"

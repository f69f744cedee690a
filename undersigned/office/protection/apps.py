"""The Django application of data protection."""

from __future__ import annotations

from django.apps import AppConfig


class ProtectionConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.protection"
    label = "protection"

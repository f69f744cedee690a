"""The Django application of the trail."""

from __future__ import annotations

from django.apps import AppConfig


class TrailConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.trail"
    label = "trail"

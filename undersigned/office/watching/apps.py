"""The Django application of watching."""

from __future__ import annotations

from django.apps import AppConfig


class WatchingConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.watching"
    label = "watching"

"""The Django application of gatherings."""

from __future__ import annotations

from django.apps import AppConfig


class GatheringsConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.gatherings"
    label = "gatherings"

"""The Django application of campaigns."""

from __future__ import annotations

from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.campaigns"
    label = "campaigns"

"""The Django application of answers."""

from __future__ import annotations

from django.apps import AppConfig


class AnswersConfig(AppConfig):
    """Names the application."""

    name = "undersigned.office.answers"
    label = "answers"

"""Puts our site of the operator's pages in the place of Django's own."""

from __future__ import annotations

from django.contrib.admin.apps import AdminConfig

__all__ = ["OperatorConfig"]


class OperatorConfig(AdminConfig):
    """The administration, with our site."""

    default_site = "undersigned.office.project.operator.OperatorSite"

"""Our settings, for whoever works inside Django."""

from __future__ import annotations

from django.conf import settings as django_settings

from undersigned.assemble.places import Places
from undersigned.office.pictures.shelf import Shelf
from undersigned.settings import Settings

__all__ = ["installation", "shelf", "statement_shelf"]


def installation() -> Settings:
    """Give the settings of the data folder that the desk was started on."""
    found = getattr(django_settings, "UNDERSIGNED", None)
    assert isinstance(found, Settings)
    return found


def shelf() -> Shelf:
    """Give where the pictures are kept."""
    return Shelf(Places(installation().path).media)


def statement_shelf() -> Shelf:
    """Give where the pictures of statements are kept; each statement has a folder of its own."""
    return Shelf(Places(installation().path).media / "statements")

"""Numbers and moments as the public pages write them, in the reader's language."""

from __future__ import annotations

from datetime import datetime

from django import template
from django.utils.translation import get_language

from undersigned.pages.words import Words, words

__all__ = ["moment", "number", "register"]

register = template.Library()


@register.filter
def number(value: int) -> str:
    """Write a whole number."""
    return _words().number(value)


@register.filter
def moment(at: datetime | None) -> str:
    """Write day and time in UTC, and the zone; nothing where there is none."""
    return _words().moment(int(at.timestamp())) if at else ""


def _words() -> Words:
    return words(get_language() or "en")

"""What the first pages of the desk tell of statements: drafts that milestones have made, and what is to be signed."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from undersigned.office.people.access import staff_of
from undersigned.office.statements.drafting import drafted_for
from undersigned.office.statements.signing import waiting_for

__all__ = ["milestone_drafts", "register", "signatures_waiting"]

register = template.Library()


@register.inclusion_tag("statements/_drafts.html", takes_context=True)
def milestone_drafts(context: Context) -> dict[str, Any]:
    """Show the drafts that nobody has written in yet, to whoever may work on them."""
    return {"drafts": list(drafted_for(staff_of(context["request"])))}


@register.inclusion_tag("statements/_to_sign.html", takes_context=True)
def signatures_waiting(context: Context) -> dict[str, Any]:
    """Show the statements that lack the signature of whoever looks."""
    return {"statements": waiting_for(staff_of(context["request"]))}

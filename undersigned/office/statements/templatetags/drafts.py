"""What the home of the desk tells of drafts that milestones have made."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from undersigned.office.people.access import staff_of
from undersigned.office.statements.drafting import drafted_for

__all__ = ["milestone_drafts", "register"]

register = template.Library()


@register.inclusion_tag("statements/_drafts.html", takes_context=True)
def milestone_drafts(context: Context) -> dict[str, Any]:
    """Show the drafts that nobody has written in yet, to whoever may work on them."""
    return {"drafts": list(drafted_for(staff_of(context["request"])))}

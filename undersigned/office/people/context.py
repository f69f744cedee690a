"""What every page's frame shows."""

from __future__ import annotations

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest

from undersigned.office.people.models import Section, Staff
from undersigned.office.people.roles import Right
from undersigned.office.project.installed import installation

__all__ = ["desk"]

_SHOWN = 4  # sections that the head of a page names; of more it names the number


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give the sections of whoever has signed in, whether a campaign may be begun, and the marks of a demonstration."""
    staff = getattr(request, "user", None)
    sections = Section.objects.for_staff(staff) if isinstance(staff, Staff) else Section.objects.none()
    writing = Section.objects.for_staff(staff, Right.WRITE) if isinstance(staff, Staff) else Section.objects.none()
    writable = Exists(writing.filter(pk=OuterRef("pk")))
    mine = list(sections.select_related("organisation").annotate(writable=writable))
    return {
        "may_begin": any(one.writable for one in mine),
        "my_sections": mine,
        "shown_sections": mine if len(mine) <= _SHOWN else [],
        "more_sections": len(mine) if len(mine) > _SHOWN else 0,
        "demo": installation().demo,
        "simulated": installation().simulated,
        "public_url": installation().url.rstrip("/"),
    }

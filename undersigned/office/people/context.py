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
    mine, may_begin = _sections(staff) if isinstance(staff, Staff) else ([], False)
    return {
        "may_begin": may_begin,
        "my_sections": mine,
        "shown_sections": mine if len(mine) <= _SHOWN else [],
        "more_sections": len(mine) if len(mine) > _SHOWN else 0,
        "demo": installation().demo,
        "simulated": installation().simulated,
        "public_url": installation().url.rstrip("/"),
    }


def _sections(staff: Staff) -> tuple[list[Section], bool]:
    """Give the sections of somebody, and whether they may begin a campaign in one of them: all in one query."""
    writing = Section.objects.for_staff(staff, Right.WRITE).filter(pk=OuterRef("pk"))
    found = Section.objects.for_staff(staff).select_related("organisation").annotate(writable=Exists(writing))
    return list(found), any(one.writable for one in found)

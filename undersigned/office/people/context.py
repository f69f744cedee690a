"""What every page's frame shows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from undersigned.office.people.models import Section, Staff
from undersigned.office.project.installed import installation

__all__ = ["desk"]


def desk(request: HttpRequest) -> dict[str, Any]:
    """Give the sections of whoever has signed in, and the marks of a demonstration."""
    staff = getattr(request, "user", None)
    sections = Section.objects.for_staff(staff) if isinstance(staff, Staff) else Section.objects.none()
    return {
        "my_sections": sections.select_related("organisation"),
        "demo": installation().demo,
        "simulated": installation().simulated,
        "public_url": installation().url.rstrip("/"),
    }

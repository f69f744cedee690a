"""On whose press page a campaign stands: its organisation's, its section's too, or none of its own.

Ids are made of the short names that organisations and sections have at the desk. What a campaign once said stays as it
is, so that an address that was published does not move when somebody is called something else.
"""

from __future__ import annotations

from typing import Any

from undersigned.office.people.models import Section

__all__ = ["offered", "part_of", "whole_of"]


def whole_of(section: Section) -> dict[str, str]:
    """Give the fields of `core.organisation.Organisation` for the organisation of a section."""
    return {"id": _id(section.organisation.slug), "name": section.organisation.name}


def part_of(section: Section) -> dict[str, str]:
    """Give the fields for the section itself."""
    return {**whole_of(section), "section": _id(section.slug), "section_name": str(section)}


def offered(section: Section, now: dict[str, str]) -> dict[str, tuple[dict[str, str], str]]:
    """Give what may be chosen: code -> (fields, how it is called); `now` is what the campaign says, {} for nothing."""
    found: dict[str, tuple[dict[str, Any], str]] = {
        "organisation": (whole_of(section), section.organisation.name), "section": (part_of(section), str(section)),
    }  # fmt: skip
    if now and now not in [fields for fields, _ in found.values()]:
        found["kept"] = (now, now.get("section_name") or now["name"])
    return found


def _id(slug: str) -> str:
    return slug.lower().replace("_", "-").strip("-") or "organisation"

"""Whose campaign it is: the organisation, and the section of it, on whose press page it stands. Pure.

The ids are parts of addresses (`/o/<organisation>/`), for ever. A campaign without them stands on the page of the
whole installation only.
"""

from __future__ import annotations

import msgspec

from undersigned.core.demands import check_id
from undersigned.core.sheet import Part, quoted

__all__ = ["Organisation", "organisation", "written"]

_KEYS = ("id", "name", "section", "section_name")


class Organisation(msgspec.Struct, frozen=True):
    """An organisation, and the part of it that runs the campaign; both ids are "" or 1 to 40 of [a-z0-9-]."""

    id: str
    name: str
    section: str = ""  # id of a part of it, often national; "" where the campaign is the whole organisation's
    section_name: str = ""


def organisation(top: Part) -> Organisation | None:
    """Read the table `[organisation]` of a campaign; None where there is none."""
    if "organisation" not in top.values:
        return None
    part = top.part("organisation")
    part.only(_KEYS)
    found = Organisation(part.text("id", 40), part.text("name"))
    check_id(part, "id", found.id, "the organisation")
    if "section" not in part.values and "section_name" not in part.values:
        return found
    section, name = part.text("section", 40), part.text("section_name")
    check_id(part, "section", section, "the section")
    return Organisation(found.id, found.name, section, name)


def written(found: Organisation) -> str:
    """Give the table as it is written into `campaign.toml`; `organisation` reads the same again."""
    rows = [f"{key} = {quoted(value)}" for key in _KEYS if (value := getattr(found, key))]
    return "\n".join(["[organisation]", *rows])

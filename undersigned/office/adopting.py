"""Bringing a campaign that was made by hand to the desk, with every statement of it: what the operator asks for."""

from __future__ import annotations

from django.db import transaction

from undersigned.assemble.places import Places
from undersigned.office.campaigns.adopting import NotAdopted
from undersigned.office.campaigns.adopting import adopt as adopt_campaign
from undersigned.office.campaigns.models import Campaign
from undersigned.office.people import actions
from undersigned.office.people.models import Section, Staff
from undersigned.office.statements.adopting import adopt as adopt_statement
from undersigned.settings import Settings

__all__ = ["adopted", "with_statements"]


@transaction.atomic
def adopted(settings: Settings, name: str, section: str) -> tuple[Campaign, list[str]]:
    """Let the operator adopt a campaign for a section; give it, and the short names of its statements.

    Raises:
        NotAdopted: there is no such section (`no-section`), or one of the two acts refuses; nothing was changed.
    """
    found = Section.objects.filter(slug=section).first()
    if found is None:
        known = ", ".join(Section.objects.order_by("slug").values_list("slug", flat=True)) or "none"
        remedy = f"Give one of these, or found it at the desk first: {known}."
        raise NotAdopted("no-section", f"There is no section {section}.", remedy)
    operator = actions.first_operator(email=f"operator@{settings.origin.partition(':')[0]}")
    return with_statements(settings, operator, found, name)


@transaction.atomic
def with_statements(settings: Settings, staff: Staff, section: Section, name: str) -> tuple[Campaign, list[str]]:
    """Adopt a campaign and everything that lies in `statements/<name>`."""
    campaign = adopt_campaign(staff=staff, section=section, name=name)
    folders = sorted((Places(settings.path).statements / name).glob("*/record.toml"))
    for file in folders:
        adopt_statement(staff=staff, campaign=campaign, slug=file.parent.name)
    return campaign, [file.parent.name for file in folders]

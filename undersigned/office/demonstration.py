"""What the desk of a demonstration holds at its first start: an organisation with the example campaigns."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction

from undersigned.assemble.places import Places
from undersigned.office.adopting import with_statements
from undersigned.office.campaigns.adopting import NotAdopted
from undersigned.office.people import actions
from undersigned.office.people.models import Membership, Organisation
from undersigned.office.people.roles import Role
from undersigned.settings import Settings

__all__ = ["fill"]


@transaction.atomic
def fill(settings: Settings) -> bool:
    """Fill an empty desk; tell whether it was empty. Django must be set up."""
    if Organisation.objects.exists():
        return False
    operator = actions.first_operator(email=f"operator@{settings.origin.partition(':')[0]}")
    actions.set_profile(staff=operator, name="Operator of the demonstration", language="")
    section = actions.found(
        staff=operator, organisation="A made-up organisation", section="Demonstration", slug="demonstration"
    )
    for role in Role:
        Membership.objects.get_or_create(staff=operator, section=section, role=role)
    for file in sorted(Places(settings.path).campaigns.glob("*/campaign.toml")):
        with suppress(NotAdopted):  # what is broken stays a folder; doctor says what is wrong with it
            with_statements(settings, operator, section, file.parent.name)
    return True

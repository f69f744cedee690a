"""How every release is made: kept as a row, and as files once it is committed. The trail's entry is the caller's."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.db import transaction

from undersigned.office.campaigns import folder
from undersigned.office.campaigns.models import Campaign, Release, Revision
from undersigned.office.people.models import Staff

__all__ = ["publish"]


@transaction.atomic
def publish(staff: Staff, campaign: Campaign, facts: Mapping[str, Any], revisions: Iterable[Revision]) -> Release:
    """Make these facts and revisions public together.

    Raises:
        NotOurs: it would overwrite or delete files that the desk has not written.
    """
    folder.ours(campaign)
    made = Release.objects.create(campaign=campaign, facts=dict(facts), by=staff)
    made.revisions.set(revisions)
    folder.keep(made)
    return made

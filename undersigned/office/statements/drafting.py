"""A milestone drafts its statement by itself, once, as soon as the desk runs; and what a campaign wants of that.

The desk runs only while somebody uses it. A milestone that is reached meanwhile has its turn at the next start, with
the figure of the checkpoint that reached it, so that nothing depends on when the desk was there.
"""

from __future__ import annotations

from collections.abc import Mapping
from urllib.parse import urlsplit

from django.db import DatabaseError, transaction
from django.db.models import QuerySet

from undersigned.assemble.places import Places
from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Staff
from undersigned.office.people.roles import Right
from undersigned.office.project.installed import installation
from undersigned.office.statements import milestones
from undersigned.office.statements.models import Drafted, Drafting, Statement
from undersigned.office.trail.chain import record

__all__ = ["Watch", "contact_of", "drafted_for", "place_of", "set_drafting", "wanted"]

_NAME = "Undersigned"  # who has drafted, where no person has
_WORKERS = (Right.DRAFT, Right.TRANSLATE, Right.REVIEW, Right.STATE)


def wanted(campaign: Campaign) -> Drafting:
    """Give what a campaign wants; drafts, where nobody has said."""
    return Drafting.objects.filter(campaign=campaign).first() or Drafting(campaign=campaign)


def place_of(campaign: Campaign) -> str:
    """Give the place that the campaign's statements speak from, in its first language; "" where nobody has said."""
    return wanted(campaign).places.get(campaign.source, "")


def contact_of(campaign: Campaign) -> str:
    """Give whom the press asks about the campaign's statements; "" where nobody has said."""
    return wanted(campaign).contact


@transaction.atomic
def set_drafting(
    *, staff: Staff, campaign: Campaign, drafts: bool, places: Mapping[str, str], contact: str = ""
) -> None:
    """Say whether milestones draft statements, from where statements speak (by language), and whom the press asks."""
    kept = {language: words for language, words in places.items() if words}
    said = {"wanted": drafts, "places": kept, "contact": contact}
    Drafting.objects.update_or_create(campaign=campaign, defaults=said)
    facts = {"drafts": drafts, "places": sorted(kept), "contact": bool(contact)}
    record(staff=staff, section=campaign.section, act="drafting.set", subject=f"campaign:{campaign.name}", facts=facts)


def drafted_for(staff: Staff) -> QuerySet[Statement]:
    """Give the drafts that milestones have made and nobody has written in yet, to whoever may work on them."""
    found = Statement.objects.none()
    for right in _WORKERS:
        found = found | Statement.objects.for_staff(staff, right)
    return found.filter(drafted__isnull=False, version=0, versions=None).distinct()


class Watch:
    """Looks at the published counts of all campaigns, and at a file again only when it has changed."""

    def __init__(self) -> None:
        """Have seen nothing yet."""
        self._seen: dict[str, tuple[int, int]] = {}

    def step(self) -> list[Statement]:
        """Give every milestone that has not had its turn its turn; give what was drafted.

        A milestone reached before the campaign came to the desk drafts nothing: its news is over.
        """
        made = []
        for campaign in Campaign.objects.select_related("section"):
            stamp = _stamp(campaign)
            if stamp is None or self._seen.get(campaign.name) == stamp:
                continue
            try:
                made += _turns(campaign)
            except DatabaseError:  # another writer holds it; at the next step
                continue
            self._seen[campaign.name] = stamp
        return made


def _stamp(campaign: Campaign) -> tuple[int, int] | None:
    try:
        found = (Places(installation().path).public / "c" / f"{campaign.name}.json").stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _turns(campaign: Campaign) -> list[Statement]:
    done = set(Drafted.objects.filter(campaign=campaign).values_list("number", flat=True))
    due = [one for one in milestones.reached(campaign) if one.number not in done and one.moment >= campaign.made]
    made = (_turn(campaign, one.number) for one in sorted(due, key=lambda one: one.number))
    return [one for one in made if one is not None]


@transaction.atomic
def _turn(campaign: Campaign, number: int) -> Statement | None:
    """Draft, unless drafts are not wanted or the count has fallen again; the row and the draft are one transaction."""
    turn, first = Drafted.objects.get_or_create(campaign=campaign, number=number)
    if not first or not wanted(campaign).wanted:
        return None
    try:
        made = milestones.draft(staff=_nobody(), campaign=campaign, number=number)
    except milestones.NotReached:
        turn.delete()
        return None
    turn.statement = made
    turn.save(update_fields=["statement"])
    return made


def _nobody() -> Staff:
    """Give the account under which the desk itself writes; nobody can sign in with it."""
    email = f"desk@{urlsplit(installation().url).hostname or 'localhost'}"
    found, made = Staff.objects.get_or_create(email=email, defaults={"name": _NAME, "is_active": False})
    if made:
        found.set_unusable_password()
        found.save(update_fields=["password"])
    return found

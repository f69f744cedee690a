"""Beginning a campaign from a template, or as a copy of another one of one's own."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import transaction

from undersigned.core.countries import LANGUAGES
from undersigned.office.campaigns import actions, templates
from undersigned.office.campaigns.belonging import whole_of
from undersigned.office.campaigns.models import Campaign, Revision, Text
from undersigned.office.campaigns.revising import revise
from undersigned.office.campaigns.segments import Segment
from undersigned.office.campaigns.suggesting import consents
from undersigned.office.people.models import Section, Staff
from undersigned.office.trail.chain import record

__all__ = ["begin_plain", "begin_with", "copy", "in_more_languages", "usual_days", "with_days"]


@transaction.atomic
def begin_with(
    *, staff: Staff, section: Section, name: str, title: str, organiser: str, contact: str, language: str, template: str
) -> Campaign:
    """Begin a campaign with the text of a template, whose gaps are still to be filled."""
    campaign = actions.begin(
        staff=staff, section=section, name=name, title=title, organiser=organiser, contact=contact, language=language
    )
    found = templates.filled(template, language)
    actions.write(
        staff=staff, campaign=campaign, version=campaign.version,
        words={"title": title, **found.words, "organiser": organiser}, body=found.body,
        demands=[actions.Asked(sentence, addressees) for sentence, addressees in found.demands],
    )  # fmt: skip
    return campaign


@transaction.atomic
def begin_plain(
    *, staff: Staff, section: Section, name: str, title: str, organiser: str, contact: str, language: str
) -> Campaign:
    """Begin a campaign with a title and the usual words of both consents in its language."""
    campaign = actions.begin(
        staff=staff, section=section, name=name, title=title, organiser=organiser, contact=contact, language=language
    )
    words = {"title": title, "organiser": organiser, **consents(language)}
    actions.write(staff=staff, campaign=campaign, version=campaign.version, words=words, body="", demands=[])
    return campaign


def in_more_languages(*, staff: Staff, campaign: Campaign, languages: Collection[str]) -> Campaign:
    """Let a campaign be read in these languages too; give it as it is then."""
    wanted = [one for one in LANGUAGES if one in {*campaign.languages, *languages} and one != campaign.source]
    facts = {"languages": [campaign.source, *wanted]}
    if facts["languages"] != campaign.languages:
        actions.set_facts(staff=staff, campaign=campaign, version=campaign.version, facts=facts)
    return campaign


def usual_days(now: datetime) -> dict[str, datetime]:
    """Give when a campaign opens and closes unless somebody says otherwise: at once, and late on the ninetieth day."""
    begin = now.replace(second=0, microsecond=0)
    return {"opens": begin, "closes": (begin + timedelta(days=90)).replace(hour=23, minute=59)}


def with_days(*, staff: Staff, campaign: Campaign, now: datetime) -> Campaign:
    """Give a campaign that was just begun the usual days; its release says which, and leads to where they change."""
    actions.set_facts(staff=staff, campaign=campaign, version=campaign.version, facts=usual_days(now))
    return campaign


@transaction.atomic
def copy(
    *, staff: Staff, section: Section, of: Campaign, name: str, title: str, organiser: str, contact: str
) -> Campaign:
    """Begin a campaign as another one stands: facts, demands, and all texts as drafts.

    Not copied are what belongs to that one alone: its key, its days, its picture with its consents, its goals' history.
    A new title leaves the translations of the old one stale.
    """
    made = Campaign.objects.create(
        section=section, name=name, organiser=organiser, contact=contact, at_risk=of.at_risk,
        languages=list(of.languages), milestones=list(of.milestones), comments=of.comments,
        smallest_group=of.smallest_group, demands=list(of.demands), addressees=dict(of.addressees), consent=of.consent,
        organisation=whole_of(section),
        review_disposable=of.review_disposable,
    )  # fmt: skip
    record(staff=staff, section=section, act="campaign.copied", subject=f"campaign:{name}")
    for text in of.texts.filter(language__in=of.languages):
        mine = Text.objects.create(campaign=made, language=text.language)
        latest = text.revisions.first()
        if latest is not None:
            revise(staff, mine, _segments(latest, title if text.language == of.source else ""))
    return made


def _segments(revision: Revision, title: str) -> list[Segment]:
    found = [dict(one) for one in revision.segments if not one["key"].startswith(("photo.", "goal."))]
    for one in found:
        if title and one["key"] == "title":
            one["words"] = title
    return found

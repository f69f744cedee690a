"""Taking a campaign that was made as a folder of files into the desk, as what is released now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec
from django.db import transaction

from undersigned.core.campaign import Card, Text
from undersigned.core.demands import GoalChange
from undersigned.core.disposable import DISPOSABLE
from undersigned.core.photo import WORDS
from undersigned.office.campaigns import actions
from undersigned.office.campaigns.goals import with_goals
from undersigned.office.campaigns.models import Campaign, Release, Revision
from undersigned.office.campaigns.models import Text as Thread
from undersigned.office.campaigns.segments import Segment, bodies, digest, word_digest
from undersigned.office.people.models import Section, Staff
from undersigned.office.pictures.crops import CENTRE
from undersigned.office.project.installed import shelf
from undersigned.office.trail.chain import record

__all__ = ["adopt", "segments_of"]


@transaction.atomic
def adopt(
    *, staff: Staff, section: Section, card: Card, recipients: str, drill: str, pictures: Mapping[str, bytes]
) -> Campaign:
    """Take a campaign in: facts, key, and each language's text as an approved revision. No file is written.

    Every text is taken for a translation of today's source. Of a picture there is no original: its focus stays.
    """
    made = Campaign.objects.create(
        section=section, name=card.campaign, organiser=card.organiser, contact=card.contact,
        at_risk=card.mode == "at-risk", languages=list(card.languages), opens=_moment(card.opens),
        closes=_moment(card.closes), paused=card.paused, milestones=list(card.milestones),
        comments="comment" in card.fields, smallest_group=card.k, consent=card.consents[0].version,
        demands=[
            {"id": one.id, "addressees": list(one.addressees), "deadline": one.deadline} for one in card.demands
        ],
        addressees={
            one.id: {"kind": one.kind, "jurisdiction": one.jurisdiction, "contact": one.contact}
            for one in card.addressees
        },
        embed=list(card.embed), review_disposable=DISPOSABLE in card.review,
        organisation=_organisation(card),
        goal_changes=[msgspec.to_builtins(one) for one in card.goal_changes],
        recipients=recipients, drill=drill, photo=_photo(card, pictures),
    )  # fmt: skip
    for one in card.answers:
        published = one.published or None
        made.answers.create(**{**msgspec.structs.asdict(one), "published": published})
    source = segments_of(card, card.texts[card.languages[0]], [])
    revisions = [_revision(staff, made, language, card, source) for language in card.languages]
    release = Release.objects.create(campaign=made, facts=actions.facts_of(made), by=staff)
    release.revisions.set(revisions)
    texts = {one.text.language: one.hash for one in revisions}
    facts = {"release": release.pk, "texts": texts}
    record(staff=staff, section=section, act="campaign.adopted", subject=f"campaign:{made.name}", facts=facts)
    return made


def _reason(change: GoalChange, text: Text, card: Card) -> str:
    return change.reason if text.language == card.languages[0] else change.reasons.get(text.language, "")


def _organisation(card: Card) -> dict[str, str]:
    found: dict[str, str] = msgspec.to_builtins(card.organisation) if card.organisation else {}
    return {key: value for key, value in found.items() if value}


def _photo(card: Card, pictures: Mapping[str, bytes]) -> dict[str, Any]:
    """Keep the files of a picture, and give what a campaign knows of it."""
    if card.photo is None:
        return {}
    for name, data in pictures.items():
        shelf().keep(card.campaign, name, data)
    known = {"licence": card.photo.licence, "people": card.photo.people, "taken": card.photo.taken}
    whole = card.photo.of("page", "jpg")[-1].name
    return {"original": "", "whole": whole, "files": sorted(pictures), "focus": CENTRE, **known}


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _revision(staff: Staff, campaign: Campaign, language: str, card: Card, source: list[Segment]) -> Revision:
    segments = segments_of(card, card.texts[language], source)
    text = Thread.objects.create(campaign=campaign, language=language)
    return Revision.objects.create(
        text=text, segments=segments, hash=digest(segments), author=staff, state="approved", reviewer=staff
    )


def segments_of(card: Card, text: Text, source: list[Segment]) -> list[Segment]:
    """Cut a text of a card into segments; with a source, each is a translation of the one with its key."""
    words = {"title": text.title, "summary": text.summary, "organiser": text.organiser}
    for prefix, table in (("demand", text.demands), ("addressee", text.addressees), ("consent", text.consents)):
        words |= {f"{prefix}.{key}": sentence for key, sentence in table.items()}
    found: list[Segment] = [{"key": key, "words": sentence} for key, sentence in words.items()]
    found += [{"key": f"photo.{key}", "words": text.photo.get(key, "")} for key in WORDS] if card.photo else []
    found = with_goals(
        [*found, *bodies([], text.body)], [{"reason": _reason(one, text, card)} for one in card.goal_changes]
    )
    of = {one["key"]: word_digest(one["words"]) for one in source}
    return [{**one, "of": of[one["key"]]} if one["key"] in of else one for one in found]

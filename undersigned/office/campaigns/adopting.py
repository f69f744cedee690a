"""Taking a campaign that was made as a folder of files into the desk, as what is released now."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
from django.db import transaction
from msgspec import UNSET

from undersigned.assemble.places import Places
from undersigned.core.campaign import Card, Text
from undersigned.core.demands import GoalChange
from undersigned.core.disposable import DISPOSABLE
from undersigned.core.gatherings import Gathering
from undersigned.core.photo import WORDS
from undersigned.core.reading import read
from undersigned.core.sheet import Fault
from undersigned.engines.files.campaign_folder import Sources, sources
from undersigned.office.campaigns import actions, folder
from undersigned.office.campaigns.goals import with_goals
from undersigned.office.campaigns.models import Campaign, Release, Revision
from undersigned.office.campaigns.models import Text as Thread
from undersigned.office.campaigns.segments import Segment, bodies, digest, word_digest
from undersigned.office.people.models import Section, Staff
from undersigned.office.pictures.crops import CENTRE
from undersigned.office.project.installed import installation, shelf
from undersigned.office.project.taken import digests
from undersigned.office.trail.chain import record

__all__ = ["NotAdopted", "adopt", "segments_of"]


class NotAdopted(Exception):
    """What lies in the folder is not taken to the desk; nothing was changed. `code` says why, `remedy` what to do."""

    def __init__(self, code: str, what: str, remedy: str) -> None:
        """Take a stable code and two English sentences."""
        super().__init__(f"{what} {remedy}")
        self.code, self.what, self.remedy = code, what, remedy


@transaction.atomic
def adopt(*, staff: Staff, section: Section, name: str) -> Campaign:
    """Take the campaign of that folder in: facts, key, and each language's text as an approved revision.

    No file is written, and a release with nothing changed makes the same card. Every text is taken for a translation
    of today's source. Of a picture there is no original: its focus stays.

    Raises:
        NotAdopted: there is no such folder (`no-campaign`), the desk has one of its name (`name-taken`), the mill
            could not read it (`campaign-faulty`), or it says what the desk cannot keep (`campaign-differs`).
    """
    place = Places(installation().path).campaigns / name
    card, found = _read(place)
    if Campaign.objects.filter(name=name).exists():
        remedy = "It is not adopted twice; a draft of that name has to be begun anew under another one."
        raise NotAdopted("name-taken", f"The desk has a campaign {name} already.", remedy)
    drill = place / "drill.txt"
    made = _kept(section, card, found, drill.read_text("utf-8") if drill.exists() else "")
    source = segments_of(card, card.texts[card.languages[0]], [])
    revisions = [_revision(staff, made, language, card, source) for language in card.languages]
    lying = digests(folder.lying(name))
    release = Release.objects.create(campaign=made, facts=actions.facts_of(made), by=staff, written=lying)
    release.revisions.set(revisions)
    _compare(card, release)
    texts = {one.text.language: one.hash for one in revisions}
    facts = {"release": release.pk, "texts": texts}
    record(staff=staff, section=section, act="campaign.adopted", subject=f"campaign:{made.name}", facts=facts)
    return made


def _read(place: Path) -> tuple[Card, Sources]:
    if not (place / "campaign.toml").exists():
        remedy = "Give the name of a folder in campaigns/ of the data folder."
        raise NotAdopted("no-campaign", f"There is no campaigns/{place.name}/campaign.toml.", remedy)
    found = sources(place)
    card = _card(found)
    if not isinstance(card, Card):
        said = " ".join(f"{one.file}, line {one.line}: {one.what}" for one in card)
        raise NotAdopted("campaign-faulty", f"The mill could not read it. {said}", "Mend that first.")
    if card.campaign != place.name:
        raise NotAdopted("campaign-faulty", f"The campaign is called {card.campaign}, its folder is not.", "Mend that.")
    return card, found


def _card(found: Sources) -> Card | tuple[Fault, ...]:
    return read(found.campaign, found.texts, found.recipients, None, found.pictures, found.answers, found.gatherings)


def _kept(section: Section, card: Card, found: Sources, drill: str) -> Campaign:
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
        organisation=_organisation(card), digits={} if card.digits is UNSET else dict(card.digits),
        goal_changes=[msgspec.to_builtins(one) for one in card.goal_changes],
        recipients=found.recipients.decode(), drill=drill, photo=_photo(card, found.pictures),
    )  # fmt: skip
    for one in card.answers:
        made.answers.create(**{**msgspec.structs.asdict(one), "published": one.published or None})
    for gathering in card.gatherings:
        made.gatherings.create(**_gathering(gathering))
    for code in card.sources:
        made.sources.create(code=code, label=code)
    return Campaign.objects.get(pk=made.pk)


def _gathering(one: Gathering) -> dict[str, Any]:
    times = {key: _moment(getattr(one, key)) for key in ("starts", "ends", "announced", "changed")}
    same = ("kind", "zone", "title", "contact", "note", "place", "called_off")
    return {"slug": one.id, **times, **{key: getattr(one, key) for key in same}, "attendance": _attendance(one)}


def _attendance(one: Gathering) -> dict[str, Any]:
    """Give how many came as the desk keeps it: whole numbers, and who says so."""
    if one.attendance is None:
        return {}
    numbers = {key: getattr(one.attendance, key) for key in ("value", "least", "most")}
    said = {key: int(number) for key, number in numbers.items() if number is not None}
    who = {key: getattr(one.attendance.source, key) for key in ("organisation", "title", "address")}
    return {"value": None, **said, **who, "qualifier": one.attendance.qualifier, "status": one.attendance.status}


def _compare(card: Card, release: Release) -> None:
    """Read what a release would write now with the mill's own reader: it has to be the card that stands.

    Raises:
        NotAdopted: it is another one.
    """
    found = _card(folder.as_sources(folder.contents(release)))
    if found == card:
        return
    if isinstance(found, Card):
        said = ", ".join(key for key in card.__struct_fields__ if getattr(card, key) != getattr(found, key))
    else:
        said = " ".join(f"{one.file}: {one.what}" for one in found)
    shelf().forget(card.campaign)
    remedy = (
        "Let the files say it as the desk does (docs/campaigns.md, “Bringing it to the desk”), or keep the campaign "
        "by hand."
    )
    raise NotAdopted("campaign-differs", f"A release of the desk would change this petition in: {said}.", remedy)


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
        text=text, segments=segments, hash=digest(segments), author=staff, state="approved", reviewer=staff,
        file=card.texts[language].source,
    )  # fmt: skip


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

"""What is done with campaigns. Each act is one transaction with its entry in the trail."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import MappingProxyType
from typing import Any, Literal, cast

import msgspec
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from undersigned.core.answers import Answer, written
from undersigned.core.disposable import DISPOSABLE
from undersigned.office.campaigns.belonging import whole_of
from undersigned.office.campaigns.folder import ours
from undersigned.office.campaigns.gathered import gatherings_file
from undersigned.office.campaigns.goals import Change, plain, with_goals, with_reasons
from undersigned.office.campaigns.models import Campaign, Release, Revision, Text
from undersigned.office.campaigns.releasing import publish
from undersigned.office.campaigns.revising import Overtaken, revise, told, touch
from undersigned.office.campaigns.segments import Segment, bodies, word_digest
from undersigned.office.people.models import Section, Staff
from undersigned.office.project.installed import installation
from undersigned.office.trail.chain import record

__all__ = [
    "Asked",
    "Overtaken",
    "answers_of",
    "ask",
    "begin",
    "changed_since",
    "decide",
    "facts_of",
    "goals_moved",
    "pause",
    "release",
    "release_answers",
    "release_gatherings",
    "release_sources",
    "set_addressees",
    "set_facts",
    "set_key",
    "translate",
    "undo",
    "write",
]  # fmt: skip


class Asked(msgspec.Struct, frozen=True):
    """One demand as an editor writes it."""

    sentence: str
    addressees: tuple[str, ...]  # names
    deadline: str = ""  # day, YYYY-MM-DD


@transaction.atomic
def begin(
    *, staff: Staff, section: Section, name: str, title: str, organiser: str, contact: str, language: str
) -> Campaign:
    """Begin a campaign with its title in its first language."""
    campaign = Campaign.objects.create(
        section=section,
        name=name,
        organiser=organiser,
        contact=contact,
        languages=[language],
        milestones=[100, 1000],
        organisation=whole_of(section),
        review_disposable=True,
    )
    text = Text.objects.create(campaign=campaign, language=language)
    record(staff=staff, section=section, act="campaign.begun", subject=f"campaign:{name}")
    revise(staff, text, [{"key": "title", "words": title}, {"key": "organiser", "words": organiser}])
    return campaign


@transaction.atomic
def set_facts(
    *,
    staff: Staff,
    campaign: Campaign,
    version: int,
    facts: Mapping[str, Any],
    goal_reason: str = "",
    now: datetime | None = None,
) -> None:
    """Change facts of a campaign; `version` is the one the editor has seen.

    Goals that were released are moved only with a `goal_reason`, at `now`; both are published.

    Raises:
        Overtaken: it is another one now.
    """
    touch(campaign, version)
    if "milestones" in facts:
        at = now or timezone.now()
        facts = {**facts, "goal_changes": _goal_changes(campaign, facts["milestones"], goal_reason, at)}
    for key, value in facts.items():
        setattr(campaign, key, value)
    campaign.save(update_fields=list(facts))
    for language in campaign.languages:
        Text.objects.get_or_create(campaign=campaign, statement=None, language=language)
    told(staff, campaign, "campaign.changed", fields=sorted(facts))
    if "milestones" in facts:
        _say_goals(staff, campaign)


@transaction.atomic
def set_key(*, staff: Staff, campaign: Campaign, version: int, recipients: str, drill: str) -> None:
    """Set the key that signatures are sealed to, and the proof that a test record was opened with it.

    Raises:
        Overtaken: the campaign is at another version than this one, which the editor has seen.
    """
    touch(campaign, version)
    campaign.recipients, campaign.drill = recipients, drill
    campaign.save(update_fields=["recipients", "drill"])
    told(staff, campaign, "campaign.key-set", recipients=word_digest(recipients))


@transaction.atomic
def write(
    *, staff: Staff, campaign: Campaign, version: int, words: Mapping[str, str], body: str, demands: Sequence[Asked]
) -> Revision:
    """Write the source text: `words` by key (`title`, `summary`, …), the body, and the demands.

    Raises:
        Overtaken: somebody else has written since.
    """
    touch(campaign, version)
    text = campaign.texts.get(language=campaign.source)
    latest = text.revisions.first()
    before = latest.segments if latest else []
    campaign.demands, asked = _identified(campaign.demands, before, demands)
    campaign.save(update_fields=["demands"])
    segments = [{"key": key, "words": value.strip()} for key, value in words.items()]
    photo = [one for one in before if one["key"].startswith("photo.")]  # it has a page of its own
    return revise(staff, text, with_goals([*segments, *asked, *photo, *bodies(before, body)], campaign.goal_changes))


def _say_goals(staff: Staff, campaign: Campaign) -> None:
    """Let the source text say why goals were moved, to be translated as all of it."""
    text = campaign.texts.get(language=campaign.source)
    latest = text.revisions.first()
    before = latest.segments if latest else []
    if latest is not None or campaign.goal_changes:
        revise(staff, text, with_goals(before, campaign.goal_changes))


@transaction.atomic
def translate(
    *,
    staff: Staff,
    text: Text,
    before: int,
    source: Sequence[Segment],
    words: Mapping[str, str],
    still: frozenset[str] = frozenset(),
    unsure: frozenset[str] = frozenset(),
    notes: Mapping[str, str] = MappingProxyType({}),
) -> Revision:
    """Save a translation; `before` is the id of the revision the translator has seen, 0 for none.

    `still` names the segments whose words are as they were and still right for the source's new words; `unsure`
    those that stay stale although they came; `notes` are the translator's, and the old ones stay where none is given.

    Raises:
        Overtaken: somebody else has translated since.
    """
    latest = text.revisions.select_for_update().first()
    if (latest.pk if latest else 0) != before:
        raise Overtaken
    old = {one["key"]: one for one in (latest.segments if latest else [])}
    made = []
    for one in source:
        key = one["key"]
        before_it = old.get(key, {})
        segment = _made(one, {} if key in still else before_it, words.get(key, ""))
        if key in unsure and segment["of"] == word_digest(one["words"]):
            segment["of"] = ""
        note = notes.get(key, before_it.get("note", ""))
        made.append({**segment, "note": note} if note else segment)
    return revise(staff, text, made)


def _made(source: Segment, old: Segment, words: str) -> Segment:
    """A segment that was sent back as it was is still made from the words it was made from; of nothing, nothing."""
    words = words.replace("\r\n", "\n").strip() if source["words"].strip() else ""
    kept = old["of"] if words == old.get("words") and "of" in old else word_digest(source["words"])
    return {"key": source["key"], "words": words, "of": kept}


@transaction.atomic
def ask(*, staff: Staff, revision: Revision) -> None:
    """Ask for a review."""
    _decide(staff, revision, "asked", "", "text.asked")


@transaction.atomic
def decide(*, staff: Staff, revision: Revision, approved: bool, reason: str = "") -> None:
    """Approve a revision, or send it back with a reason."""
    _decide(
        staff, revision, "approved" if approved else "back", reason, "text.approved" if approved else "text.sent-back"
    )


@transaction.atomic
def release(*, staff: Staff, campaign: Campaign, revisions: Iterable[Revision], now: datetime | None = None) -> Release:
    """Release the facts and these approved revisions together; the files are written once this is committed.

    Nobody could sign before the first release: an opening that is past then becomes `now`.

    Raises:
        NotOurs: files lie there that the desk has not written.
    """
    chosen = list(revisions)
    opened = _open_now(campaign, now or timezone.now())
    facts = facts_of(campaign)
    texts = {one.text.language: one.segments for one in chosen}
    facts["goal_changes"] = with_reasons(campaign.goal_changes, campaign.languages, texts)
    made = publish(staff, campaign, facts, chosen)
    told(
        staff,
        campaign,
        "campaign.released",
        release=made.pk,
        texts={r.text.language: r.hash for r in made.revisions.all()},
        **opened,
    )
    return made


def _open_now(campaign: Campaign, now: datetime) -> dict[str, str]:
    """Let a campaign that was never released open no earlier than `now`; say for the trail when, if that was moved.

    One that has closed by then keeps its days: there is no moment at which it could open.
    """
    moment = now.replace(microsecond=0)
    past = campaign.opens is not None and campaign.opens < moment
    if not past or campaign.open_version is not None or (campaign.closes is not None and campaign.closes <= moment):
        return {}
    campaign.opens = moment
    campaign.save(update_fields=["opens"])
    # Whoever has the facts open to edit has seen the earlier opening, and is told.
    Campaign.objects.filter(pk=campaign.pk).update(version=F("version") + 1)
    campaign.version += 1
    return {"opens": moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}


@transaction.atomic
def undo(*, staff: Staff, campaign: Campaign) -> Release | None:
    """Release once more what was released before the last release; None where there is nothing to go back to."""
    before = campaign.releases.all()[1:2]
    if not before:
        return None
    facts = {**before[0].facts, "sources": _sources(campaign)}  # no poster stops counting because words went back
    facts |= _goals(campaign)
    # nothing that was answered is forgotten, and nothing called off comes back, because words went back
    facts |= {"answers": _answers(campaign), "gatherings": gatherings_file(campaign)}
    made = publish(staff, campaign, facts, before[0].revisions.all())
    told(staff, campaign, "campaign.release-undone", release=made.pk, as_in=before[0].pk)
    return made


def _goals(campaign: Campaign) -> dict[str, Any]:
    """Give the goals that are public: no goal is moved by undoing what else was released with it."""
    released = campaign.open_version
    facts = released.facts if released else {}
    return {"milestones": facts.get("milestones", []), "goal_changes": facts.get("goal_changes", [])}


@transaction.atomic
def pause(*, staff: Staff, campaign: Campaign, paused: bool, now: datetime) -> Release | None:
    """Pause an open campaign or let it go on; the texts stay those that are released.

    When it goes on, it closes later by as long as it was paused: nobody loses days to sign in.
    """
    if campaign.open_version is not None:
        ours(campaign)
    given = _given_back(campaign, now) if not paused else timedelta()
    if paused != campaign.paused:
        campaign.paused_at = now if paused else None
    campaign.paused = paused
    if campaign.closes is not None:
        campaign.closes += given
    campaign.save(update_fields=["paused", "paused_at", "closes"])
    released = campaign.open_version
    if released is None:
        return None
    seconds = int(given.total_seconds())
    closes = released.facts["closes"]
    facts = {**released.facts, "paused": paused, "closes": closes + seconds if closes is not None else None}
    made = publish(staff, campaign, facts, released.revisions.all())
    told(staff, campaign, "campaign.paused" if paused else "campaign.resumed", release=made.pk, given_back=seconds)
    return made


def _given_back(campaign: Campaign, now: datetime) -> timedelta:
    """Give how long a campaign was paused while it was open, in whole seconds."""
    if not campaign.paused or campaign.paused_at is None:
        return timedelta()
    begin = max(campaign.paused_at, campaign.opens) if campaign.opens else campaign.paused_at
    if campaign.closes is not None and campaign.paused_at >= campaign.closes:
        return timedelta()
    return max(timedelta(seconds=int((now - begin).total_seconds())), timedelta())


def goals_moved(campaign: Campaign, milestones: Sequence[int]) -> bool:
    """Tell whether these goals are others than those that are released."""
    released = campaign.open_version
    return released is not None and list(released.facts["milestones"]) != list(milestones)


def _goal_changes(campaign: Campaign, milestones: Sequence[int], reason: str, now: datetime) -> list[Change]:
    """Give the changes that are published, and the one that is now made; the last draft of it counts."""
    released = campaign.open_version
    if released is None:
        return []
    kept = list(released.facts.get("goal_changes", []))
    if not goals_moved(campaign, milestones):
        return kept
    change = {"at": int(now.timestamp()), "before": released.facts["milestones"], "after": list(milestones)}
    return [*kept, {**change, "reason": reason}]


@transaction.atomic
def set_addressees(*, staff: Staff, campaign: Campaign, version: int, facts: Mapping[str, Mapping[str, str]]) -> None:
    """Set what is known of those called on, by id: `kind`, `jurisdiction`, `contact`.

    Raises:
        Overtaken: somebody else has changed the campaign since.
    """
    touch(campaign, version)
    campaign.addressees = {key: dict(value) for key, value in facts.items()}
    campaign.save(update_fields=["addressees"])
    told(staff, campaign, "campaign.changed", fields=["addressees"])


def changed_since(release: Release, campaign: Campaign, revisions: Iterable[Revision | None]) -> bool:
    """Tell whether facts or texts are others than what is released."""
    now = {one.pk for one in revisions if one is not None}
    # not said by releases before there were any
    unsaid = {"sources": [], "gatherings": "", "embed": [], "organisation": {}, "review": [], "digits": {}}
    before, facts = {**unsaid, **release.facts}, facts_of(campaign)
    for one in (facts, before):  # of a translated reason the revisions tell
        one["goal_changes"] = plain(one.get("goal_changes", []))
    return facts != before or now != {one.pk for one in release.revisions.only("pk")}


@transaction.atomic
def release_answers(*, staff: Staff, campaign: Campaign) -> Release | None:
    """Let what was answered be seen, and nothing else that has changed; None where nothing was released yet."""
    return _release_only(staff, campaign, "campaign.answers-released", {"answers": _answers(campaign)})


@transaction.atomic
def release_gatherings(*, staff: Staff, campaign: Campaign) -> Release | None:
    """Let the gatherings be seen, and nothing else that has changed; None where nothing was released yet."""
    return _release_only(staff, campaign, "campaign.gatherings-released", {"gatherings": gatherings_file(campaign)})


@transaction.atomic
def release_sources(*, staff: Staff, campaign: Campaign) -> Release | None:
    """Let the codes in use count, and no others; None where nothing was released yet."""
    codes = {"sources": _sources(campaign)}
    return _release_only(staff, campaign, "campaign.sources-released", codes, **codes)


def _release_only(staff: Staff, campaign: Campaign, act: str, facts: Mapping[str, Any], **said: Any) -> Release | None:
    """Release these facts with everything else as it was released; `said` goes into the trail."""
    now = campaign.open_version
    if now is None:
        return None
    made = publish(staff, campaign, {**now.facts, **facts}, now.revisions.all())
    told(staff, campaign, act, release=made.pk, **said)
    return made


def facts_of(campaign: Campaign) -> dict[str, Any]:
    """Give the facts of a campaign as a release keeps them; times in seconds since 1970."""
    return {
        "name": campaign.name,
        "organiser": campaign.organiser,
        "contact": campaign.contact,
        "at_risk": campaign.at_risk,
        "languages": campaign.languages,
        "opens": int(campaign.opens.timestamp()) if campaign.opens else None,
        "closes": int(campaign.closes.timestamp()) if campaign.closes else None,
        "paused": campaign.paused,
        "demonstration": installation().demo,
        "smallest_group": campaign.smallest_group,
        "milestones": campaign.milestones,
        "comments": campaign.comments,
        "demands": campaign.demands,
        "consent": campaign.consent,
        "recipients": campaign.recipients,
        "drill": campaign.drill,
        "photo": campaign.photo,
        "addressees": campaign.addressees,
        "goal_changes": campaign.goal_changes,
        "sources": _sources(campaign),
        "answers": _answers(campaign),
        "embed": campaign.embed,
        "organisation": campaign.organisation,
        "review": [DISPOSABLE] if campaign.review_disposable else [],
        "gatherings": gatherings_file(campaign),
        "digits": campaign.digits,
    }


def _sources(campaign: Campaign) -> list[str]:
    return list(campaign.sources.filter(used=True).values_list("code", flat=True))


def answers_of(campaign: Campaign) -> tuple[Answer, ...]:
    """Give what was answered, in the order of the days."""
    return tuple(
        Answer(
            demand=one.demand, addressee=one.addressee, status=cast(Literal["refused", "promised", "met"], one.status),
            on=one.on.isoformat(), words=one.words, organisation=one.organisation, title=one.title,
            address=one.address, published=one.published.isoformat() if one.published else "",
        )
        for one in campaign.answers.all()
    )  # fmt: skip


def _answers(campaign: Campaign) -> str:
    """Give `answers.toml`, without what was said to demands and by addressees that are no more; "" for nothing."""
    asked = {(one["id"], who) for one in campaign.demands for who in one["addressees"]}
    return written([one for one in answers_of(campaign) if (one.demand, one.addressee) in asked])


def _decide(staff: Staff, revision: Revision, state: str, reason: str, act: str) -> None:
    revision.state, revision.reason = state, reason
    if state != "asked":
        revision.reviewer = staff
    revision.save(update_fields=["state", "reason", "reviewer"])
    told(staff, revision.text.campaign, act, language=revision.text.language, hash=revision.hash)


def _identified(
    demands: Sequence[Mapping[str, Any]], before: Sequence[Segment], asked: Sequence[Asked]
) -> tuple[list[dict[str, Any]], list[Segment]]:
    """Give each demand and addressee its id: the one it had in its place or under its name, else one from its words."""
    known = {one["words"]: one["key"][10:] for one in before if one["key"].startswith("addressee.")}
    found: list[dict[str, Any]] = []
    said: list[Segment] = []
    named: dict[str, str] = {}
    for place, one in enumerate(asked):
        taken = {demand["id"] for demand in found}
        own = demands[place]["id"] if place < len(demands) and demands[place]["id"] not in taken else ""
        ids = []
        for name in one.addressees:
            named.setdefault(name, known.get(name) or _id(name, {*named.values(), *known.values()}, "addressee"))
            ids.append(named[name])
        found.append({"id": own or _id(one.sentence, taken, "demand"), "addressees": ids, "deadline": one.deadline})
        said.append({"key": f"demand.{found[-1]['id']}", "words": one.sentence})
    return found, [*said, *({"key": f"addressee.{key}", "words": name} for name, key in named.items())]


def _id(words: str, taken: set[str], kind: str) -> str:
    """Make an id of the first words, or of a number where they are in no Latin script."""
    plain = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode().lower()
    stem = "-".join(re.findall(r"[a-z0-9]+", plain)[:3])[:32].strip("-") or kind
    return next(name for number in range(1, 1000) if (name := stem if number == 1 else f"{stem}-{number}") not in taken)

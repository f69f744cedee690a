"""What is done with statements. Each act is one transaction with its entry in the trail."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from undersigned.office.campaigns.models import Campaign, Revision, Text
from undersigned.office.campaigns.revising import Overtaken, revise
from undersigned.office.campaigns.segments import Segment, bodies
from undersigned.office.people.models import Staff
from undersigned.office.project.installed import statement_shelf
from undersigned.office.statements import folder
from undersigned.office.statements.assembling import WORDS, part_digest, pictures_of, used
from undersigned.office.statements.checklist import Whole, whole
from undersigned.office.statements.corrections import corrections
from undersigned.office.statements.models import Figure, Published, SignOff, Statement
from undersigned.office.trail.chain import record

__all__ = [
    "NotReady", "TooLate", "add_claim", "add_figure", "begin", "check", "discard", "drop_claim", "move_hour", "release",
    "set_quote", "sign", "told", "touch", "withdraw", "write",
]  # fmt: skip

_LEAST = timedelta(minutes=1)  # before an hour in which it can still be moved: the mill may be making the pages

_QUOTED = ("quote", "role", "organisation")
_PICTURED = ("alt", "caption", "credit", "warning")  # kinds of a picture's words


class NotReady(Exception):
    """Something is missing, or has changed since it was signed off. Nothing was done."""


class TooLate(Exception):
    """The hour has come, or is less than a minute away. Nothing was done."""


@transaction.atomic
def begin(
    *,
    staff: Staff,
    campaign: Campaign,
    slug: str,
    languages: Sequence[str],
    headline: str,
    milestone: int | None = None,
) -> Statement:
    """Begin a statement with its headline in its first language."""
    made = Statement.objects.create(campaign=campaign, slug=slug, languages=list(languages), milestone=milestone)
    texts = [Text.objects.create(campaign=campaign, statement=made, language=one) for one in languages]
    told(staff, made, "statement.begun", milestone=milestone)
    revise(staff, texts[0], [{"key": "headline", "words": headline}])
    return made


@transaction.atomic
def discard(*, staff: Staff, statement: Statement) -> None:
    """Take a draft away for good, with its texts.

    Raises:
        NotReady: it was released.
    """
    statement = Statement.objects.select_for_update().get(pk=statement.pk)
    if statement.versions.exists():
        raise NotReady
    told(staff, statement, "statement.discarded", milestone=statement.milestone)
    pictures = f"{statement.campaign.name}/{statement.slug}"
    statement.delete()
    transaction.on_commit(lambda: statement_shelf().forget(pictures))


@transaction.atomic
def write(
    *, staff: Staff, statement: Statement, version: int, words: Mapping[str, str], body: str, notes: str,
    demands: Sequence[tuple[str, str]],
) -> Revision:  # fmt: skip
    """Write the source text: `words` by key (`headline`, `summary` …), body and notes, and (id, sentence) of demands.

    Raises:
        Overtaken: somebody else has written since.
    """
    touch(statement, version)
    text = statement.texts.get(language=statement.source)
    latest = text.revisions.first()
    before = latest.segments if latest else []
    statement.demands = [key for key, _ in demands]
    statement.save(update_fields=["demands"])
    made: list[Segment] = [{"key": key, "words": value.strip()} for key, value in words.items()]
    made += [{"key": f"demand.{key}", "words": sentence} for key, sentence in demands]
    made += [*bodies(before, body), *bodies(before, notes, "note")]
    kept = [one for one in before if one["key"].partition(".")[0] in (*_QUOTED, *_PICTURED)]
    return revise(staff, text, [*made, *kept, *_of_figures(statement, [*made, *kept])])


@transaction.atomic
def set_quote(
    *, staff: Staff, statement: Statement, version: int, facts: Mapping[str, str], words: Mapping[str, str]
) -> None:
    """Add a quote, or change one that has the same id; `words` are those of the source language.

    Raises:
        Overtaken: somebody else has changed the statement since.
    """
    touch(statement, version)
    others = [one for one in statement.quotes if one["id"] != facts["id"]]
    statement.quotes = [*others, {key: value for key, value in facts.items() if value}]
    statement.save(update_fields=["quotes"])
    text = statement.texts.get(language=statement.source)
    latest = text.revisions.first()
    mine = [{"key": f"{kind}.{facts['id']}", "words": words[kind]} for kind in _QUOTED if words.get(kind)]
    keys = {f"{kind}.{facts['id']}" for kind in _QUOTED}
    kept = [one for one in (latest.segments if latest else []) if one["key"] not in keys]
    told(staff, statement, "statement.quote-set", quote=facts["id"])
    revise(staff, text, [*kept, *mine])


@transaction.atomic
def add_figure(
    *, staff: Staff, campaign: Campaign, key: str, facts: Mapping[str, Any], words: Mapping[str, str],
    supersedes: Figure | None = None, held: bool = False,
) -> Figure:  # fmt: skip
    """Add a figure; it is never changed. Statements that named the one it supersedes say "since then".

    They do from now on; where it is `held`, only from the hour of the first statement that gives it.
    """
    made = Figure.objects.create(
        campaign=campaign, key=key, by=staff, supersedes=supersedes, held=held and supersedes is not None,
        facts={name: value for name, value in facts.items() if value not in ("", None)},
        words={name: words[name] for name in WORDS if words.get(name)},
    )  # fmt: skip
    named = {"figure": key, "supersedes": supersedes.key if supersedes else "", "held": made.held}
    record(staff=staff, section=campaign.section, act="figure.added", subject=f"campaign:{campaign.name}", facts=named)
    if supersedes is not None:
        _write_all(campaign)
    return made


@transaction.atomic
def add_claim(*, staff: Staff, statement: Statement, version: int, claim: Mapping[str, str]) -> None:
    """Give a source for something that a part says; `part` is the part's key.

    Raises:
        Overtaken: somebody else has changed the statement since.
    """
    touch(statement, version)
    statement.claims = [*statement.claims, {key: value for key, value in claim.items() if value}]
    statement.save(update_fields=["claims"])
    told(staff, statement, "statement.claim-added", part=claim["part"])


@transaction.atomic
def drop_claim(*, staff: Staff, statement: Statement, version: int, number: int) -> None:
    """Take a source away again.

    Raises:
        Overtaken: somebody else has changed the statement since, or it has no such claim.
    """
    touch(statement, version)
    if not 0 <= number < len(statement.claims):
        raise Overtaken
    part = statement.claims[number]["part"]
    statement.claims = [one for place, one in enumerate(statement.claims) if place != number]
    statement.save(update_fields=["claims"])
    told(staff, statement, "statement.claim-dropped", part=part)


@transaction.atomic
def check(*, staff: Staff, statement: Statement, digest: str, key: str, opinion: bool) -> None:
    """Say that every number and claim of a part has its source; `digest` is of what the checker has seen.

    Raises:
        Overtaken: the part has changed since.
        NotReady: it has neither figure nor source, and is not said to be an opinion.
    """
    statement = Statement.objects.select_for_update().get(pk=statement.pk)
    part = next((one for one in whole(statement).parts if one.key == key), None)
    if part is None or part_digest(part, statement.claims) != digest:
        raise Overtaken
    sourced = bool(part.figures) or any(one["part"] == key for one in statement.claims)
    if not sourced and not opinion:
        raise NotReady
    day = timezone.now().date().isoformat()
    found = {"digest": digest, "name": staff.name, "day": day, "opinion": opinion and not sourced}
    statement.checks = {**statement.checks, key: found}
    statement.save(update_fields=["checks"])
    told(staff, statement, "statement.checked", part=key, digest=digest)


@transaction.atomic
def sign(*, staff: Staff, statement: Statement, seen: str) -> None:
    """Stand for a statement; `seen` names what one has read.

    Raises:
        Overtaken: it is another state now.
        NotReady: something is missing.
    """
    now = whole(Statement.objects.select_for_update().get(pk=statement.pk))
    if now.hash != seen:
        raise Overtaken
    if now.lacks or now.stage == "withdrawn":
        raise NotReady
    SignOff.objects.get_or_create(statement=statement, staff=staff, hash=seen)
    told(staff, statement, "statement.signed-off", hash=seen)


@transaction.atomic
def release(
    *, staff: Staff, statement: Statement, seen: str, embargo: datetime | None, zones: Sequence[str],
    why: Mapping[str, str],
) -> Published:  # fmt: skip
    """Release the next version, for the hour of the embargo or now; `why` says by language what a correction is for.

    Every approved language is released together; one that is not approved and never was released stays out.

    Raises:
        Overtaken: it is not what two people have signed off.
        NotReady: something is missing.
        NotOurs: another statement, or other words than those signed off, lie where it would be written.
    """
    statement = Statement.objects.select_for_update().get(pk=statement.pk)
    now = whole(statement)
    if now.hash != seen:
        raise Overtaken
    if not now.ready:
        raise NotReady
    if now.number == 1:
        statement.embargo, statement.zones = embargo or timezone.now().replace(microsecond=0), list(zones)
        statement.save(update_fields=["embargo", "zones"])
    at = max(timezone.now().replace(microsecond=0), statement.embargo or timezone.now())
    made = _publish(staff, now, at, why)
    told(staff, statement, "statement.released", version=now.number, hash=seen, embargo=int(at.timestamp()))
    _write_all(statement.campaign)
    return made


def _write_all(campaign: Campaign) -> None:
    """Write what was released once this is committed; commit nothing where that would not be what was signed."""
    folder.ours(campaign)
    transaction.on_commit(lambda: folder.write_all(campaign))


def _publish(staff: Staff, now: Whole, at: datetime, why: Mapping[str, str]) -> Published:
    last = now.statement.versions.first()
    found = corrections(last, now, staff.name, at, why) if last else []
    made = Published.objects.create(
        statement=now.statement, number=now.number, files=now.files, corrections=found, released=at, by=staff,
        pictures=pictures_of(now.statement, now.included),
    )  # fmt: skip
    made.revisions.set([one for one in now.included.values() if one is not None])
    return made


@transaction.atomic
def move_hour(*, staff: Staff, statement: Statement, embargo: datetime, zones: Sequence[str]) -> None:
    """Let what was released be seen at another hour than it was released for; no byte of a version changes.

    Raises:
        NotReady: nothing was released, or it was withdrawn.
        TooLate: its hour has come, or is less than a minute away. What was read cannot be made unread.
        NotOurs: other files lie where it stands.
    """
    statement = Statement.objects.select_for_update().get(pk=statement.pk)
    before = statement.embargo
    if before is None or statement.withdrawn or not statement.versions.exists():
        raise NotReady
    if before <= timezone.now() + _LEAST:
        raise TooLate
    statement.embargo, statement.zones = embargo, list(zones)
    statement.save(update_fields=["embargo", "zones"])
    for version in statement.versions.all():  # all of them were released for that hour
        version.released = embargo
        version.corrections = [{**one, "at": int(embargo.timestamp())} for one in version.corrections]
        version.save(update_fields=["released", "corrections"])
    told(staff, statement, "statement.hour-moved", embargo=int(embargo.timestamp()), before=int(before.timestamp()))
    _write_all(statement.campaign)


@transaction.atomic
def withdraw(*, staff: Staff, statement: Statement, why: Mapping[str, str]) -> None:
    """Withdraw a released statement for ever, with the reason in each language.

    Raises:
        NotReady: nothing was released, or it is withdrawn already.
    """
    statement = Statement.objects.select_for_update().get(pk=statement.pk)
    if statement.withdrawn or not statement.versions.exists():
        raise NotReady
    statement.withdrawn = {"at": int(timezone.now().timestamp()), "by": staff.name, **why}
    statement.save(update_fields=["withdrawn"])
    told(staff, statement, "statement.withdrawn", languages=sorted(why))
    _write_all(statement.campaign)


def _of_figures(statement: Statement, made: Sequence[Segment]) -> list[Segment]:
    """Give the words of the figures that a text names, so that they are translated with it."""
    keys = used(made)
    known = {one.key: one for one in Figure.objects.filter(campaign=statement.campaign, key__in=keys)}
    return [
        {"key": f"{name}.{key}", "words": known[key].words[name]}
        for key in keys
        if key in known
        for name in WORDS
        if known[key].words.get(name)
    ]


def touch(statement: Statement, version: int) -> None:
    """Take the next version of a statement, if it is still at the one the editor has seen.

    Raises:
        Overtaken: it is another one now.
    """
    if not Statement.objects.filter(pk=statement.pk, version=version).update(version=version + 1):
        raise Overtaken
    statement.version = version + 1


def told(staff: Staff | None, statement: Statement, act: str, **facts: Any) -> None:
    """Write an act on a statement into the trail."""
    campaign = statement.campaign
    subject = f"statement:{campaign.name}/{statement.slug}"
    record(staff=staff, section=campaign.section, act=act, subject=subject, facts=facts)

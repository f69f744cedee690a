"""Deciding about signatures. Each act is one transaction with its entry in the trail; its events follow the commit.

More than `ALONE` signatures need two people: what somebody does alone in a campaign within a day is added up, so that
many small acts are not a way round.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from hashlib import sha256

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from undersigned.core.review import Chosen, Selection, affected
from undersigned.core.review import Kind as Plain
from undersigned.office.campaigns.models import Campaign
from undersigned.office.people.models import Staff
from undersigned.office.signatures.entering import enter_owed, seconds
from undersigned.office.signatures.models import Act, Kind, State, WrittenList
from undersigned.office.trail.chain import record

__all__ = [
    "ALONE", "Nothing", "Own", "Settled", "agree", "alone_left", "answer", "changes", "decline", "digest", "due",
    "may_agree", "note_written", "propose", "reverse", "strikers",
]  # fmt: skip

ALONE = 100  #: signatures that one person may decide about alone, in one campaign and 24 hours
_DAY = timedelta(hours=24)
_PLAIN: Mapping[Kind, Plain] = {Kind.ADMIT: "admit", Kind.STRIKE: "strike", Kind.REINSTATE: "reinstate"}


class Nothing(Exception):
    """The act would change no signature."""


class Own(Exception):
    """Somebody else has to do this: two people are needed, or it is about what this person has done."""


class Settled(Exception):
    """The act is decided or declined already."""


def digest(records: Sequence[bytes]) -> str:
    """Give the hash of a sorted list of record ids, hexadecimal."""
    return sha256(b"undersigned/list/v1\n" + b"".join(records)).hexdigest()


def alone_left(staff: Staff, campaign: Campaign) -> int:
    """Give how many more signatures somebody may decide about alone now."""
    since = timezone.now() - _DAY
    done = Act.objects.filter(campaign=campaign, by=staff, second=None, state=State.DECIDED, decided__gt=since)
    return max(0, ALONE - int(done.aggregate(n=Sum("number"))["n"] or 0))


def may_agree(staff: Staff, act: Act) -> bool:
    """Tell whether somebody may decide a proposed act: another person, or whoever proposed it if it is small."""
    return act.by_id != staff.pk or act.number <= alone_left(staff, act.campaign)


def changes(act: Act, chosen: Sequence[Chosen]) -> int:
    """Give how many signatures a proposed act would change now; `chosen` are its signatures as they are."""
    return len(affected(_PLAIN[Kind(act.kind)], chosen))


@transaction.atomic
def propose(
    *,
    staff: Staff,
    campaign: Campaign,
    kind: Kind,
    code: str,
    selection: Selection,
    chosen: Sequence[Chosen],
    at_once: bool,
) -> Act:
    """Act on a selection: decided at once where that is wanted and it is small; else proposed.

    `at_once`: whoever acts has seen exactly these signatures in exactly these states.

    Raises:
        Nothing: no signature of it would change.
    """
    records = affected(_PLAIN[kind], chosen)
    act = _propose(staff, campaign, kind, code, records, _shared(selection))
    if at_once and act.number <= alone_left(staff, campaign):
        _decide(staff, act, None)
    return act


@transaction.atomic
def agree(*, staff: Staff, act: Act) -> Act:
    """Decide an act that was proposed.

    Raises:
        Own: whoever proposed it cannot agree alone.
        Settled: it is decided or declined already.
    """
    act = _still_open(act)
    if not may_agree(staff, act):
        raise Own
    _decide(staff, act, None if act.by_id == staff.pk else staff)
    return act


@transaction.atomic
def decline(*, staff: Staff, act: Act) -> Act:
    """Decline an act that was proposed, or take one's own proposal back.

    Raises:
        Settled: it is decided or declined already.
    """
    act = _still_open(act)
    act.state, act.second, act.decided = State.DECLINED, staff, timezone.now()
    act.save(update_fields=["state", "second", "decided"])
    _tell(staff, act, "declined")
    return act


@transaction.atomic
def reverse(*, staff: Staff, act: Act, chosen: Sequence[Chosen], code: str = "") -> Act:
    """Undo an act: what it struck out is reinstated, what it admitted or reinstated is struck out again.

    `chosen` are its signatures as they are now; `code` is the reason of striking out what was admitted.

    Raises:
        Nothing: none of them is as the act left it.
        Settled: the act was not decided, or answered an appeal.
    """
    if act.state != State.DECIDED or act.kind in (Kind.UPHOLD, Kind.DISMISS):
        raise Settled
    kind = Kind.REINSTATE if act.kind == Kind.STRIKE else Kind.STRIKE
    if act.kind == Kind.REINSTATE:
        code = act.undoes.code if act.undoes is not None else code
    records = affected(_PLAIN[kind], chosen)
    undo = _propose(staff, act.campaign, kind, code if kind == Kind.STRIKE else "", records, {}, act)
    if undo.number <= alone_left(staff, act.campaign):
        _decide(staff, undo, None)
    return undo


@transaction.atomic
def note_written(*, staff: Staff, campaign: Campaign, reasons: Mapping[bytes, str]) -> None:
    """Take the list of those who need no letter any more, in the place of the one before."""
    named = {record.hex(): code for record, code in reasons.items()}
    facts = {"reasons": named, "by": staff, "given": timezone.now()}
    WrittenList.objects.update_or_create(campaign=campaign, defaults=facts)
    told = {"campaign": campaign.name, "n": len(named), "list": digest(sorted(reasons))}
    subject = f"campaign:{campaign.name}"
    record(staff=staff, section=campaign.section, act="signatures.letters-noted", subject=subject, facts=told)


def due(campaign: Campaign, struck: Sequence[Chosen]) -> int:
    """Give how many of those struck out wait for a letter: not written to about this reason, and without an appeal."""
    found = WrittenList.objects.filter(campaign=campaign).first()
    reasons = found.reasons if found else {}
    return sum(1 for one in struck if not one.appeal and reasons.get(one.record.hex()) != one.code)


@transaction.atomic
def answer(*, staff: Staff, campaign: Campaign, appeal: Chosen, upheld: bool) -> Act:
    """Answer an appeal.

    Raises:
        Own: this person has struck the signature out, or agreed to it.
    """
    if staff.pk in strikers(campaign, appeal.record):
        raise Own
    act = _propose(staff, campaign, Kind.UPHOLD if upheld else Kind.DISMISS, "", (appeal.record,), {})
    _decide(staff, act, None)
    return act


def strikers(campaign: Campaign, reference: bytes) -> set[int]:
    """Give the staff who struck a signature out: who proposed it, and who agreed."""
    found = set()
    for act in Act.objects.filter(campaign=campaign, kind=Kind.STRIKE, state=State.DECIDED):
        if reference in act.records:
            found |= {act.by_id, act.second_id}
    return {one for one in found if one is not None}


def _propose(
    staff: Staff, campaign: Campaign, kind: Kind, code: str, records: Sequence[bytes], chosen: dict[str, object],
    undoes: Act | None = None,
) -> Act:  # fmt: skip
    if not records:
        raise Nothing
    act = Act.objects.create(
        campaign=campaign, kind=kind, code=code, chosen=chosen, references=b"".join(records), number=len(records),
        digest=digest(records), by=staff, undoes=undoes,
    )  # fmt: skip
    _tell(staff, act, "proposed")
    return act


def _decide(staff: Staff, act: Act, second: Staff | None) -> None:
    act.state, act.second, act.decided, act.at = State.DECIDED, second, timezone.now(), seconds()
    act.save(update_fields=["state", "second", "decided", "at"])
    _tell(staff, act, "decided")
    transaction.on_commit(enter_owed)


def _still_open(act: Act) -> Act:
    found = Act.objects.select_for_update().select_related("campaign__section").get(pk=act.pk)
    if found.state != State.PROPOSED:
        raise Settled
    return found


def _tell(staff: Staff, act: Act, what: str) -> None:
    facts = {"campaign": act.campaign.name, "kind": act.kind, "n": act.number, "list": act.digest}
    facts |= {"code": act.code} if act.code else {}
    facts |= {"undoes": act.undoes_id} if act.undoes_id else {}
    record(staff=staff, section=act.campaign.section, act=f"signatures.{what}", subject=f"act:{act.pk}", facts=facts)


def _shared(selection: Selection) -> dict[str, object]:
    """Give what the chosen have in common, in what may be kept: of a domain only that there is one."""
    shared = {"pool": selection.pool, "reason": selection.reason, "source": selection.source}
    times = {"since": selection.since, "until": selection.until}
    return {**{key: value for key, value in shared.items() if value}, **times, "domain": bool(selection.cohort)}

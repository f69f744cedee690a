"""Who stands for a statement, who else may, and what waits for somebody's signature."""

from __future__ import annotations

from collections.abc import Iterable

from undersigned.office.people.models import Staff
from undersigned.office.people.roles import Right, holders
from undersigned.office.statements.checklist import SIGNERS, Whole, whole
from undersigned.office.statements.models import SignOff, Statement

__all__ = ["may_sign", "stands", "waiting_for"]


def stands(staff: Staff, now: Whole) -> bool:
    """Tell whether somebody stands for a statement exactly as it is now."""
    return now.statement.sign_offs.filter(staff=staff, hash=now.hash).exists()


def may_sign(now: Whole) -> list[str]:
    """Give the names of those in the section who may sign the statement and do not stand for it as it is."""
    section = now.statement.campaign.section
    able = Staff.objects.filter(
        memberships__section=section, memberships__role__in=holders(Right.STATE), is_active=True
    ).exclude(pk__in=now.statement.sign_offs.filter(hash=now.hash).values("staff"))
    return [str(one) for one in able.distinct()]


def waiting_for(staff: Staff) -> list[Statement]:
    """Give the statements that somebody else stands for as they are, and that lack this person's signature."""
    mine = Statement.objects.for_staff(staff, Right.STATE).filter(withdrawn={})
    last: dict[int, list[SignOff]] = {}
    rows = SignOff.objects.filter(statement__in=mine).select_related("statement__campaign__section").order_by("id")
    for one in rows:
        found = last.setdefault(one.statement_id, [])
        if found and found[0].hash != one.hash:
            found.clear()
        found.append(one)
    return [found[0].statement for found in last.values() if _lacks(staff, found)]


def _lacks(staff: Staff, signed: Iterable[SignOff]) -> bool:
    """Tell whether somebody's name is what is missing; cheap questions first, for few statements are half signed."""
    rows = list(signed)
    if len(rows) >= SIGNERS or any(one.staff_id == staff.pk for one in rows):
        return False
    now = whole(rows[0].statement)
    return now.hash == rows[0].hash and now.changed and not now.lacks

"""Preview links: made, revoked, opened. Each in one transaction with its entry in the trail; no recipient is named."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from undersigned.office.people.models import Staff
from undersigned.office.statements.actions import NotReady
from undersigned.office.statements.models import Preview, Reading, Statement
from undersigned.office.trail.chain import record

__all__ = ["found", "give", "open_link", "revoke"]


@transaction.atomic
def give(*, staff: Staff, statement: Statement, recipient: str, days: int) -> str:
    """Make a link for one recipient that lives for some days; give its secret, which is not kept.

    Raises:
        NotReady: nothing was released for an hour to come, or the statement was withdrawn.
    """
    if statement.withdrawn or not statement.versions.exists():
        raise NotReady
    secret = secrets.token_urlsafe(32)
    made = Preview.objects.create(
        statement=statement, recipient=recipient, digest=_digest(secret), by=staff,
        expires=timezone.now() + timedelta(days=days),
    )  # fmt: skip
    _told(staff, statement, "statement.link-made", link=made.pk, days=days)
    return secret


@transaction.atomic
def revoke(*, staff: Staff, preview: Preview) -> None:
    """End a link now; a second time does nothing."""
    if Preview.objects.filter(pk=preview.pk, revoked=None).update(revoked=timezone.now()):
        _told(staff, preview.statement, "statement.link-revoked", link=preview.pk)


@transaction.atomic
def open_link(*, secret: str, language: str, form: str) -> Preview | None:
    """Give the link of a secret while it is good, and note that it was opened; None where it is not, or never was."""
    preview = found(secret)
    if preview is not None:
        Reading.objects.create(preview=preview, language=language, form=form)
        _told(None, preview.statement, "statement.link-opened", link=preview.pk, form=form, language=language)
    return preview


def found(secret: str) -> Preview | None:
    """Give the link of a secret while it is good, and note nothing."""
    one = Preview.objects.select_related("statement__campaign__section").filter(digest=_digest(secret)).first()
    if one is None or one.revoked or one.expires <= timezone.now() or one.statement.withdrawn:
        return None
    return one


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def _told(staff: Staff | None, statement: Statement, act: str, **facts: Any) -> None:
    campaign = statement.campaign
    subject = f"statement:{campaign.name}/{statement.slug}"
    record(staff=staff, section=campaign.section, act=act, subject=subject, facts=facts)

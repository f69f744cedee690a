"""Adding to the trail, and checking it.

    hash = SHA-256("undersigned/trail/v1\\n" || before || "\\n" || canonical JSON of the entry's other fields)

The entry is written in the transaction of the act itself, so that neither is ever there without the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import Any

import msgspec
from django.contrib.auth.base_user import AbstractBaseUser
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from undersigned.office.trail.models import Entry

__all__ = ["Torn", "check", "record"]

_START = "0" * 64
_LOCK = 0x756E6472  # the advisory lock under which PostgreSQL adds one entry at a time


class Torn(Exception):
    """The trail is not whole: an entry was changed, removed or put in. The message names the first such id."""


def record(
    *,
    staff: AbstractBaseUser | None,
    section: Model | None,
    act: str,
    subject: str,
    facts: dict[str, Any] | None = None,
) -> Entry:
    """Add an entry; inside the transaction of the act. `section` is a `people.Section`.

    Raises:
        TransactionManagementError: there is no transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("an act and its entry are one transaction")
    if connection.vendor == "postgresql":  # SQLite has begun its transaction as the only writer
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    last = Entry.objects.order_by("-id").values_list("hash", flat=True).first()
    entry = Entry(
        at=timezone.now().replace(microsecond=0),
        staff_id=staff.pk if staff else None, section_id=section.pk if section else None, act=act,
        subject=subject, facts=facts or {}, before=last or _START,
    )  # fmt: skip
    entry.hash = _hash(entry)
    entry.save(force_insert=True)
    return entry


def check(entries: Iterable[Entry] | None = None) -> int:
    """Follow the chain from its start; give how many entries it has.

    Raises:
        Torn: it does not hold.
    """
    before, number = _START, 0
    for entry in entries if entries is not None else Entry.objects.order_by("id").iterator(chunk_size=2000):
        if entry.before != before or entry.hash != _hash(entry):
            raise Torn(f"the trail is not whole at entry {entry.pk}")
        before, number = entry.hash, number + 1
    return number


def _hash(entry: Entry) -> str:
    fields = {
        "at": int(entry.at.timestamp()),
        "staff": entry.staff_id,
        "section": entry.section_id,
        "act": entry.act,
        "subject": entry.subject,
        "facts": entry.facts,
    }
    canonical = msgspec.json.encode(fields, order="sorted")
    return hashlib.sha256(b"undersigned/trail/v1\n" + entry.before.encode() + b"\n" + canonical).hexdigest()

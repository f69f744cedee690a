"""Letters of a statement to those who receive it: written here, handed over by the post, told to each once.

The desk leaves a letter in the outbox when its transaction has ended, and learns from there what became of it. Where no
mail server is set nothing is written, and the words stand on the page to be copied. The trail names nobody.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from datetime import UTC, datetime, timedelta

from django.db import transaction
from django.utils import timezone

from undersigned.assemble import stores
from undersigned.engines.files.press_outbox import PressFolder
from undersigned.office.people.models import Staff
from undersigned.office.project.installed import installation
from undersigned.office.statements import previewing
from undersigned.office.statements.actions import NotReady, told
from undersigned.office.statements.models import Letter, Preview, Recipient, Statement
from undersigned.office.statements.reading import shown_to
from undersigned.pages import statement_letters
from undersigned.pages.letters import Letter as Words
from undersigned.pages.shown import Shown
from undersigned.stages.mail.press import PressLetter

__all__ = [
    "KEPT", "Told", "add", "again", "collect", "forget_old", "invite", "link_again", "remove", "states", "tell",
]  # fmt: skip

KEPT = timedelta(days=365)  #: after its last letter an address is forgotten
Kind = Letter.Kind


class Told(Exception):
    """That was told to this recipient already, or is on its way."""


def outbox() -> PressFolder:
    """Give where letters wait for the post."""
    return stores.press_folder(installation())


@transaction.atomic
def add(*, staff: Staff, statement: Statement, name: str, email: str, language: str) -> Recipient:
    """Note who receives the statement; the same address once, with the newest name and language."""
    found, new = Recipient.objects.update_or_create(
        statement=statement, email=email.strip().lower(), defaults={"name": name, "language": language},
        create_defaults={"name": name, "language": language, "by": staff},
    )  # fmt: skip
    told(staff, statement, "statement.recipient-added", recipient=found.pk, new=new)
    return found


@transaction.atomic
def remove(*, staff: Staff, recipient: Recipient) -> None:
    """Forget somebody, name and address; letters of theirs that still wait are called back."""
    told(staff, recipient.statement, "statement.recipient-removed", recipient=recipient.pk)
    _drop(recipient)


def _drop(recipient: Recipient) -> None:
    for letter in recipient.letters.filter(state="waiting"):
        if outbox().call_back(letter.name):
            Letter.objects.filter(pk=letter.pk).update(state="failed", code="called-back", settled=timezone.now())
    recipient.delete()


@transaction.atomic
def invite(*, staff: Staff, recipient: Recipient, preview: Preview, link: str) -> None:
    """Send a preview link."""
    shown = _shown(recipient)
    words = statement_letters.invited(shown, recipient.name, preview.pk, link)
    _write(staff, recipient, Kind.PREVIEW, words, preview)


@transaction.atomic
def tell(*, staff: Staff, statement: Statement, kind: Letter.Kind) -> int:
    """Tell everybody whom it concerns and who was not told yet; give how many letters were written.

    The statement itself goes to every recipient; a correction, a withdrawal or another hour to those who had it
    before. An hour is told each time it is moved.
    """
    if not stores.leaves(installation()):
        return 0
    recipients = [one for one in statement.recipients.all() if kind == Kind.STATEMENT or _had(one)]
    version = _version(statement)
    written = 0
    for one in recipients:
        if kind == Kind.HOUR or not one.letters.filter(kind=kind, version=version).exists():
            _write(staff, one, kind, _words(one, kind))
            written += 1
    return written


def _had(recipient: Recipient) -> bool:
    """Tell whether somebody has, or may have, received any of it; whoever had a link may have had it otherwise."""
    return recipient.letters.filter(kind__in=(Kind.PREVIEW, Kind.STATEMENT)).exclude(state="failed").exists()


@transaction.atomic
def again(*, staff: Staff, letter: Letter) -> None:
    """Write a letter once more that was refused, or of which it is not known whether it arrived.

    Raises:
        Told: it was handed over, or waits.
        NotReady: its recipient is forgotten, or it held a link, whose secret nobody keeps: see `link_again`.
    """
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.state in ("sent", "waiting"):
        raise Told
    if letter.recipient is None or letter.kind == Kind.PREVIEW:
        raise NotReady
    letter.name, letter.state, letter.code, letter.settled = secrets.token_hex(16), "waiting", "", None
    letter.save(update_fields=["name", "state", "code", "settled"])
    told(staff, letter.statement, "statement.letter-again", letter=letter.pk)
    _leave(letter.name, letter.recipient, _words(letter.recipient, Kind(letter.kind)))


@transaction.atomic
def link_again(*, staff: Staff, letter: Letter, address: Callable[[str, str], str]) -> None:
    """Send a link once more that did not arrive: a new one for as long, for the secret of the old is kept by nobody.

    The old one ends. `address` gives that of a link, of its secret and a language.

    Raises:
        Told: the letter was handed over, or waits.
        NotReady: its recipient is forgotten, its link was revoked, or the statement withdrawn.
    """
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.state in ("sent", "waiting"):
        raise Told
    recipient, old = letter.recipient, letter.preview
    if recipient is None or old is None or old.revoked:
        raise NotReady
    previewing.revoke(staff=staff, preview=old)
    secret = previewing.give(
        staff=staff,
        statement=letter.statement,
        recipient=old.recipient,
        days=max(1, round((old.expires - old.made) / timedelta(days=1))),
    )
    link = address(secret, recipient.language)
    invite(staff=staff, recipient=recipient, preview=letter.statement.previews.all()[0], link=link)


def _version(statement: Statement) -> int:
    last = statement.versions.first()
    return last.number if last else 0


def _shown(recipient: Recipient) -> Shown:
    shown = shown_to(recipient.statement, recipient.language)
    if shown is None:
        raise NotReady
    return shown


def _words(recipient: Recipient, kind: Letter.Kind) -> Words:
    shown = _shown(recipient)
    if kind == Kind.STATEMENT:
        return statement_letters.stated(shown)
    if kind == Kind.WITHDRAWAL:
        return statement_letters.withdrawn(shown, shown.record)
    if kind == Kind.HOUR:
        return statement_letters.moved(shown)
    return statement_letters.corrected(shown, shown.record.embargo <= timezone.now().timestamp())


def _write(
    staff: Staff, recipient: Recipient, kind: Letter.Kind, words: Words, preview: Preview | None = None
) -> None:  # fmt: skip
    statement = recipient.statement
    made = Letter.objects.create(
        statement=statement, recipient=recipient, kind=kind, version=_version(statement), name=secrets.token_hex(16),
        preview=preview,
    )  # fmt: skip
    told(staff, statement, "statement.letter-written", letter=made.pk, kind=str(kind))
    _leave(made.name, recipient, words)


def _leave(name: str, recipient: Recipient, words: Words) -> None:
    now = int(timezone.now().timestamp())
    letter = PressLetter(name, recipient.email, recipient.language, " ".join(words.subject.split()), words.body, now)
    transaction.on_commit(_left(letter))


def _left(letter: PressLetter) -> Callable[[], None]:
    return lambda: outbox().put(letter)


def states(letters: Iterable[Letter]) -> list[tuple[Letter, str]]:
    """Give each letter with what is known of it, in words of `Letter.state`; the outbox may know more than the row."""
    known = {one.name: one.state for one in outbox().settled()}
    return [(one, known.get(one.name, one.state) if one.state == "waiting" else one.state) for one in letters]


def collect() -> None:
    """Take in what became of letters. One that waits and is nowhere was lost with a disk or before a restore."""
    here = outbox()
    for one in here.settled():
        at = datetime.fromtimestamp(one.at, UTC)
        Letter.objects.filter(name=one.name).update(state=one.state, code=one.code[:40], settled=at)
        here.take(one.name)
    before = timezone.now() - timedelta(minutes=1)  # a letter is left a moment after its row
    for letter in Letter.objects.filter(state="waiting", made__lt=before):
        if not here.known(letter.name):
            Letter.objects.filter(pk=letter.pk, name=letter.name, state="waiting").update(
                state="unknown", code="lost", settled=timezone.now()
            )


def forget_old(now: datetime) -> int:
    """Forget recipients who had no letter for a year; give how many."""
    old = [
        one
        for one in Recipient.objects.filter(made__lt=now - KEPT)
        if not one.letters.filter(made__gte=now - KEPT).exists()
    ]
    for one in old:
        with transaction.atomic():
            told(None, one.statement, "statement.recipient-forgotten", recipient=one.pk)
            _drop(one)
    return len(old)

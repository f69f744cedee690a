"""What becomes of an event, given what is known: dedup, confirmation, withdrawal, review.

A fold over a batch in order: an event sees what the events before it did. Every event has exactly one
outcome, whatever it is and in whatever order it comes; an event that was taken in before has the outcome
`nothing`. The rules stand in `docs/adr/0005-the-ledger.md`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from msgspec.structs import replace

from undersigned.core import staff
from undersigned.core.established import is_established
from undersigned.core.events import (
    Admitted,
    AppealAnswered,
    Appealed,
    Claimed,
    Confirmed,
    DomainNamed,
    Epoch,
    Erased,
    Event,
    LetterFailed,
    LetterSent,
    LinkAsked,
    NotMe,
    Reinstated,
    Signed,
    StruckOut,
    TextReleased,
    Withdrawn,
)
from undersigned.core.fold import HOUR, NOTHING, Fold, changed, count
from undersigned.core.outcomes import (
    SILENT,
    STANDING,
    Became,
    Change,
    CohortNamed,
    Counted,
    Entered,
    EpochKept,
    Known,
    LetterGone,
    LetterQueued,
    Linked,
    Outcome,
    Row,
    Wanted,
    entered,
)
from undersigned.core.velocity import VELOCITY, Cohort

__all__ = [
    "CONFIRM_WITHIN",
    "LETTERS",
    "LETTER_PAUSE",
    "STRUCK_BEFORE",
    "Known",
    "Outcome",
    "Row",
    "Wanted",
    "decide",
    "expire",
    "wanted",
]

CONFIRM_WITHIN = 72 * 3600  #: seconds from signing in which the button of the letter confirms
LETTER_PAUSE = 24 * 3600  #: seconds between two letters to one address of one campaign
LETTERS = 3  #: letters to one address of one campaign, ever
_BY_LOOKUP = frozenset({Confirmed, NotMe, Withdrawn, Erased, Appealed})
_BY_LETTER = frozenset({LetterSent, LetterFailed})
_BY_RECORD = frozenset({Admitted, StruckOut, Reinstated, AppealAnswered})
STRUCK_BEFORE = "struck-before"  #: review code: another signature of the address was struck out


def wanted(events: Iterable[Event]) -> Wanted:
    """Give what has to be known to decide these events."""
    tags: set[tuple[str, bytes]] = set()
    lookups: set[bytes] = set()
    records: set[bytes] = set()
    letters: set[bytes] = set()
    campaigns: set[str] = set()
    cohorts: set[Cohort] = set()
    for event in events:
        kind = type(event)
        if kind is Signed:
            tags.add((event.campaign, event.tag))  # type: ignore[union-attr]
            lookups.add(event.lookup)  # type: ignore[union-attr]
            records.add(event.record)  # type: ignore[union-attr]
        elif kind is LinkAsked:
            tags.add((event.campaign, event.tag))  # type: ignore[union-attr]
            lookups.add(event.lookup)  # type: ignore[union-attr]
        elif kind in _BY_LOOKUP:
            lookups.add(event.lookup)  # type: ignore[union-attr]
        elif kind in _BY_LETTER:
            letters.add(event.letter)  # type: ignore[union-attr]
        elif kind in _BY_RECORD:
            records.add(event.record)  # type: ignore[union-attr]
        elif kind is DomainNamed and not is_established(event.domain):  # type: ignore[union-attr]
            cohorts.add((event.campaign, event.cohort))  # type: ignore[union-attr]
        elif kind is TextReleased:
            campaigns.add(event.campaign)  # type: ignore[union-attr]
    return Wanted(
        tags=frozenset(tags),
        lookups=frozenset(lookups),
        records=frozenset(records),
        letters=frozenset(letters),
        campaigns=frozenset(campaigns),
        cohorts=frozenset(cohorts),
    )


def decide(known: Known, events: Iterable[Event]) -> list[Outcome]:
    """Give one outcome for each event, in order. Pure: the same arguments give the same answer."""
    fold = Fold(known)
    return [_DECISIONS[type(event)](fold, event) for event in events]


def expire(rows: Iterable[Row]) -> list[Outcome]:
    """Give the outcomes of the time of confirmation having run out for waiting rows.

    Counted in the hour in which it ran out, so that the ledger does not depend on when this is called.
    """
    return [
        Outcome(
            "expired",
            (Became(replace(row, state="expired")), count(row, row.signed + CONFIRM_WITHIN, "expired")),
        )
        for row in rows
        if row.state == "waiting"
    ]


# Signing


def _signed(fold: Fold, event: Signed) -> Outcome:
    if not _whole(event):
        return Outcome("damaged")
    if event.record in fold.rows or event.lookup in fold.lookups:
        return NOTHING
    rows = fold.same(event.campaign, event.tag)
    if rows and not _letter_allowed(rows, event.at):
        return _dropped(fold, event)
    standing = next((row for row in rows if row.state in STANDING), None)
    return _entered(fold, event) if standing is None else _already(fold, event, standing)


def _whole(event: Signed) -> bool:
    """Tell whether every name in it has its length; a door that writes others is broken."""
    names = len(event.record) == len(event.tag) == len(event.lookup) == len(event.epoch) == 16
    return names and len(event.commitment) == 32 and len(event.slot) == 48 and len(event.cohort) in (0, 8)


def _letter_allowed(rows: list[Row], at: int) -> bool:
    last = max(row.lettered for row in rows)
    return sum(row.letters for row in rows) < LETTERS and at - last >= LETTER_PAUSE


def _entered(fold: Fold, event: Signed) -> Outcome:
    if fold.paces and fold.hurried(event) and not event.review:
        event = replace(event, review=VELOCITY)
    fold.add(entered(event))
    fold.queue(event, event.record)
    return Outcome(
        "started",
        (
            Entered(event),
            LetterQueued(event, "confirm", event.record),
            Counted(event.campaign, event.at // HOUR, "started"),
        ),
    )


def _already(fold: Fold, event: Signed, standing: Row) -> Outcome:
    """The address has signed: the new letter's link leads to the signature that stands."""
    fold.lookups[event.lookup] = standing.record
    fold.queue(event, standing.record)
    lettered = replace(standing, letters=standing.letters + 1, lettered=event.at)
    changes: tuple[Change, ...] = (
        fold.become(lettered),
        Linked(event.lookup, standing.record),
        LetterQueued(event, "already", standing.record),
        count(standing, event.at, "repeated"),
    )
    return Outcome("already", changes)


def _dropped(fold: Fold, event: Signed) -> Outcome:
    """No letter may be sent, so nobody will ever hold the token: only that it was seen is kept."""
    fold.lookups[event.lookup] = b""
    return Outcome(
        "repeated",
        (Linked(event.lookup, b""), Counted(event.campaign, event.at // HOUR, "repeated")),
    )


def _link_asked(fold: Fold, event: LinkAsked) -> Outcome:
    """Whoever has lost the letter asks for another link; only an address that has signed gets one."""
    if not len(event.record) == len(event.tag) == len(event.lookup) == 16:
        return Outcome("damaged")
    if event.lookup in fold.lookups:
        return NOTHING
    rows = fold.same(event.campaign, event.tag)
    told = [row for row in rows if row.state not in SILENT]
    if not told or event.at - max(row.lettered for row in rows) < LETTER_PAUSE:
        fold.lookups[event.lookup] = b""
        return Outcome("unlinked", (Linked(event.lookup, b""),))
    row = max(told, key=lambda one: (one.state in STANDING, one.signed, one.record))
    fold.lookups[event.lookup] = row.record
    fold.queue(event, row.record)
    lettered = fold.become(replace(row, lettered=event.at))
    return Outcome("linked", (lettered, Linked(event.lookup, row.record), LetterQueued(event, "already", row.record)))


# What the signer does with the letter


def _confirmed(fold: Fold, event: Confirmed) -> Outcome:
    row = fold.by_lookup(event.lookup)
    if row is None or row.state != "waiting":
        return NOTHING
    if event.at - row.signed > CONFIRM_WITHIN:
        return Outcome("late")
    fellows = () if fold.alone(row) else fold.fellows(row)
    if fellows and fold.standing(row) is not None:
        return changed(fold, replace(row, state="duplicate"), event.at, "duplicate")
    code = row.review or _struck_before(fellows)
    if code:
        return changed(fold, replace(row, state="review", review=code), event.at, "review")
    return changed(fold, replace(row, state="confirmed"), event.at, "confirmed")


def _struck_before(rows: Sequence[Row]) -> str:
    return STRUCK_BEFORE if any(row.state == "struck" for row in rows) else ""


def _not_me(fold: Fold, event: NotMe) -> Outcome:
    row = fold.by_lookup(event.lookup)
    if row is None or row.state in ("expired", "refused", "erased"):
        return NOTHING
    if row.state == "waiting":
        return changed(fold, replace(row, state="refused"), event.at, "refused")
    return _erase(fold, row, event.at, "not-me")


def _withdrawn(fold: Fold, event: Withdrawn) -> Outcome:
    row = fold.by_lookup(event.lookup)
    if row is not None and row.state == "duplicate":
        row = fold.standing(row)
    if row is None or row.state not in ("waiting", "confirmed", "counted", "review", "struck"):
        return NOTHING
    gone = replace(row, state="withdrawn", code="withdrawn", appeal="")
    return changed(fold, gone, event.at, "withdrawn")


def _erased(fold: Fold, event: Erased) -> Outcome:
    row = fold.by_lookup(event.lookup)
    if row is None or row.state == "erased":
        return NOTHING
    return _erase(fold, row, event.at, "erased")


def _erase(fold: Fold, row: Row, at: int, code: str) -> Outcome:
    """Destroy everything of the address: whoever holds one of its letters holds the mailbox."""
    nothing = {"tag": b"", "review": "", "country": "", "language": "", "source": ""}
    erased = [replace(one, state="erased", code=code, appeal="", **nothing) for one in fold.fellows(row)]
    changes: list[Change] = [fold.become(one) for one in erased]
    return Outcome("erased", (*changes, count(row, at, "erased")))


def _appealed(fold: Fold, event: Appealed) -> Outcome:
    """A striking out is appealed once; taken back and made again, it may be appealed again."""
    row = fold.by_lookup(event.lookup)
    if row is None or row.state != "struck" or row.appeal:
        return NOTHING
    return changed(fold, replace(row, appeal="made"), event.at, "appealed")


# What the door and the post report


def _domain_named(_fold: Fold, event: DomainNamed) -> Outcome:
    return Outcome("named", (CohortNamed(event),)) if len(event.cohort) == 8 else Outcome("damaged")


def _epoch(_fold: Fold, event: Epoch) -> Outcome:
    return Outcome("epoch", (EpochKept(event),))


def _letter_sent(fold: Fold, event: LetterSent) -> Outcome:
    letter = fold.letters.pop(event.letter, None)
    if letter is None:
        return NOTHING
    # A record's name begins with the second of its form; that of a link asked for is random through and through.
    took = event.at - int.from_bytes(event.letter[:4], "big")
    if letter.of != event.letter or not 0 <= took <= CONFIRM_WITHIN:
        return Outcome("sent", (LetterGone(event.letter),))
    return Outcome("sent", (LetterGone(event.letter, letter.campaign, event.at // HOUR, took),))


def _letter_failed(fold: Fold, event: LetterFailed) -> Outcome:
    letter = fold.letters.pop(event.letter, None)
    if letter is None:
        return NOTHING
    bounced = Counted(letter.campaign, event.at // HOUR, "bounced")
    return Outcome("bounced", (LetterGone(event.letter), bounced))


_DECISIONS: dict[type, Callable[[Fold, Any], Outcome]] = {
    Epoch: _epoch,
    Signed: _signed,
    Confirmed: _confirmed,
    NotMe: _not_me,
    Withdrawn: _withdrawn,
    Erased: _erased,
    Admitted: staff.admitted,
    StruckOut: staff.struck_out,
    Reinstated: staff.reinstated,
    Appealed: _appealed,
    AppealAnswered: staff.appeal_answered,
    DomainNamed: _domain_named,
    TextReleased: staff.text_released,
    Claimed: staff.claimed,
    LetterSent: _letter_sent,
    LetterFailed: _letter_failed,
    LinkAsked: _link_asked,
}

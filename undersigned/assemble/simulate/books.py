"""The books: what was sent and acknowledged, against what the ledger and the log say. Pure.

Nothing of a plan is believed here: `Sent` counts what was really answered. Every book is an equation. Where
an answer was lost on the way, so that nobody can know whether the other side kept it, a book may differ by
that much and no more, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

__all__ = ["Book", "Found", "Sent", "balance"]


class Sent(msgspec.Struct):
    """What was sent and answered. Numbers of acknowledged deeds, but where a line says otherwise."""

    forms: int = 0  #: first forms of a person
    repeats: int = 0  #: forms of an address that stands, or that may not be written to yet
    seconds: int = 0  #: second forms of a person who had overlooked the first letter
    slips: int = 0  #: forms that were refused, as they had to be
    letters: int = 0  #: first letters that arrived
    bounces: int = 0  #: letters refused by the mail server, as no such mailbox exists
    second_letters: int = 0  #: letters to somebody who had one before
    confirmed: int = 0  #: people whose press counts
    doubtful: int = 0  #: people whose press puts them under review
    doubled: int = 0  #: presses that change nothing: the second of two, by the same link
    twins: int = 0  #: presses of the other letter of somebody who is confirmed
    late: int = 0  #: presses after 72 hours, refused
    withdrawn: int = 0
    erased: int = 0
    strangers: int = 0  #: "it was not me"
    scans: int = 0  #: fetches of a link by programs
    looks: int = 0  #: fetches of a link by people, before they press
    unanswered: int = 0  #: requests that got no answer: nobody knows whether they were kept
    again: int = 0  #: requests that were put off (429, 503) and sent again
    wrong: int = 0  #: answers other than those that had to come

    @property
    def acknowledged(self) -> int:
        """Forms that were acknowledged."""
        return self.forms + self.repeats + self.seconds

    @property
    def standing(self) -> int:
        """How many must stand in the end."""
        return self.confirmed - self.withdrawn - self.erased


class Found(msgspec.Struct, frozen=True):
    """What the ledger counted, what it published, and what the log's lines give when they are counted anew."""

    funnel: Mapping[str, int]
    published: int  #: `count` of the published facts
    recounted: int  #: standing, by the lines of the log
    holds: bool  #: whether everything that `undersigned verify` checks holds
    overdue: bool = True  #: whether so much time has passed that nobody can still be waiting


class Book(msgspec.Struct, frozen=True):
    """One equation: a name, a sentence, both sides, by how much they may differ, and whether it balances."""

    name: str
    words: str
    sent: int
    found: int
    tolerance: int = 0

    @property
    def balances(self) -> bool:
        """True where both sides are equal, or differ by no more than what was lost on the way."""
        return abs(self.sent - self.found) <= self.tolerance


def balance(sent: Sent, found: Found) -> Sequence[Book]:
    """Give every book, in the order in which a signature goes its way."""
    funnel = found.funnel
    lost = sent.unanswered
    rows = [
        ("ledger", "Forms acknowledged = forms in the ledger", sent.acknowledged,
         funnel.get("started", 0) + funnel.get("repeated", 0)),
        ("once", "An address that signs again starts nothing new", sent.repeats, funnel.get("repeated", 0)),
        ("letters", "Everybody who signed was written to, or has no mailbox", sent.letters + sent.bounces,
         sent.forms),
        ("bounced", "Letters refused = letters that bounced", sent.bounces, funnel.get("bounced", 0)),
        ("confirmed", "Presses that count = confirmed; links fetched by programs changed nothing", sent.confirmed,
         funnel.get("confirmed", 0)),
        ("review", "Doubtful signatures are under review", sent.doubtful, funnel.get("review", 0)),
        ("duplicate", "Two letters pressed by one person count once", sent.twins, funnel.get("duplicate", 0)),
        ("refused", "“It was not me” = refused", sent.strangers, funnel.get("refused", 0)),
        ("withdrawn", "Withdrawn = withdrawn", sent.withdrawn, funnel.get("withdrawn", 0)),
        ("erased", "Erased = erased", sent.erased, funnel.get("erased", 0)),
        *_overdue(sent, found),
        ("published", "What must stand = what is published", sent.standing, found.published),
        ("log", "What must stand = the log's lines, counted anew", sent.standing, found.recounted),
        ("wrong", "Answers other than those that had to come", 0, sent.wrong),
        ("verify", "Everything that `undersigned verify` checks holds", 1, int(found.holds)),
    ]  # fmt: skip
    exact = ("verify", "wrong")
    return [Book(name, words, left, right, 0 if name in exact else lost) for name, words, left, right in rows]


def _overdue(sent: Sent, found: Found) -> list[tuple[str, str, int, int]]:
    """Who never answered has expired, once enough time has passed."""
    if not found.overdue:
        return []
    settled = sent.confirmed + sent.doubtful + sent.twins + sent.strangers
    waited = sent.forms + sent.seconds - settled
    return [("expired", "Who never pressed in time has expired", waited, found.funnel.get("expired", 0))]

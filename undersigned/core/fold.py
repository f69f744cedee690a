"""What is known of a batch, with the effects of the events so far; the part all decisions share."""

from __future__ import annotations

from collections import defaultdict

from undersigned.core.events import LinkAsked, Signed
from undersigned.core.outcomes import (
    SILENT,
    STANDING,
    Became,
    Counted,
    Kind,
    Known,
    OpenLetter,
    Outcome,
    Row,
)
from undersigned.core.velocity import counted, fast

__all__ = ["DAY", "HOUR", "NOTHING", "Fold", "changed", "count"]

DAY = 86_400  #: seconds
HOUR = 3600  #: seconds
NOTHING = Outcome("nothing")


class Fold:
    """What is known, with the effects of the events so far."""

    def __init__(self, known: Known) -> None:
        self.rows: dict[bytes, Row] = {}
        self.lookups: dict[bytes, bytes] = dict(known.links)
        self.tags: defaultdict[tuple[str, bytes], list[bytes]] = defaultdict(list)
        self.letters = dict(known.letters)
        self.letters_of: defaultdict[bytes, list[bytes]] = defaultdict(list)
        self.releases = dict(known.releases)
        self.paces = dict(known.paces)
        for row in known.rows:
            self.add(row)
        for letter, open_letter in known.letters.items():
            self.letters_of[open_letter.of].append(letter)

    def add(self, row: Row) -> None:
        """Take a row in."""
        self.rows[row.record] = row
        self.lookups[row.lookup] = row.record
        if row.tag:
            self.tags[row.campaign, row.tag].append(row.record)

    def by_lookup(self, lookup: bytes) -> Row | None:
        """Give the row that a token leads to."""
        return self.rows.get(self.lookups.get(lookup, b""))

    def same(self, campaign: str, tag: bytes) -> list[Row]:
        """Give all rows of an address in a campaign."""
        return [self.rows[record] for record in self.tags.get((campaign, tag), ())]

    def fellows(self, row: Row) -> list[Row]:
        """Give all rows of the address of a row, itself among them."""
        return self.same(row.campaign, row.tag) if row.tag else [row]

    def alone(self, row: Row) -> bool:
        """Tell whether a row is the only one of its address, as nearly every one is."""
        return not row.tag or len(self.tags[row.campaign, row.tag]) == 1

    def standing(self, row: Row) -> Row | None:
        """Give the row that stands for the address of a row."""
        return next((one for one in self.fellows(row) if one.state in STANDING), None)

    def become(self, row: Row) -> Became:
        """Replace a row; a silent one loses its letters, an erased one its tag."""
        before = self.rows[row.record]
        self.rows[row.record] = row
        if before.tag and not row.tag:
            self.tags[before.campaign, before.tag].remove(row.record)
        if row.state in SILENT:
            for letter in self.letters_of.pop(row.record, ()):
                self.letters.pop(letter, None)
        return Became(row)

    def hurried(self, event: Signed) -> bool:
        """Count a form for its domain; tell whether too many came of it."""
        pace = self.paces.get((event.campaign, event.cohort))
        if pace is None:
            return False
        pace = self.paces[event.campaign, event.cohort] = counted(pace, event.at)
        return fast(pace, event.at)

    def queue(self, signed: Signed | LinkAsked, of: bytes) -> None:
        """Remember a letter as queued."""
        self.letters[signed.record] = OpenLetter(signed.campaign, of)
        self.letters_of[of].append(signed.record)


def count(row: Row, at: int, kind: Kind) -> Counted:
    """Give one more of a kind for the funnel of the hour of `at`."""
    return Counted(row.campaign, at // HOUR, kind)


def changed(fold: Fold, row: Row, at: int, kind: Kind) -> Outcome:
    """Give the outcome of a row having become another, counted in the funnel under the word for it."""
    return Outcome(kind, (fold.become(row), count(row, at, kind)))

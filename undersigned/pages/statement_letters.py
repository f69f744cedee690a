"""The letters that take a statement to those who asked for it, and tell them that it was corrected or withdrawn."""

from __future__ import annotations

from collections.abc import Sequence

from undersigned.core.statement import Record
from undersigned.pages import statement_text
from undersigned.pages.embargoed import above
from undersigned.pages.figures import moment
from undersigned.pages.hours import hour
from undersigned.pages.letters import Letter
from undersigned.pages.shown import Shown

__all__ = ["corrected", "invited", "moved", "stated", "withdrawn"]


def invited(shown: Shown, recipient: str, number: int, link: str) -> Letter:
    """Give the letter with a preview link: until when nobody may tell, whose copy it is, and the link."""
    said = shown.said
    subject = said.gettext("Embargoed until %(moment)s") % {"moment": hour(shown.record, said).at.words}
    parts = [*above(shown, recipient, number), shown.headline, shown.summary, link, shown.edition.contact]
    return _letter(shown, f"{subject}: {shown.text.organiser}", parts)


def moved(shown: Shown) -> Letter:
    """Give that the embargo ends at another hour than was said before, and at which."""
    title, at = shown.said.gettext("Another hour for the embargo"), hour(shown.record, shown.said)
    until = f"{at.at.words} ({at.local})" if at.local else at.at.words
    words = shown.said.gettext("Embargoed until %(moment)s") % {"moment": until}
    before = shown.said.gettext("What was said of the hour before does not hold any more.")
    parts = [title, words, before, shown.headline, shown.edition.contact]
    return _letter(shown, f"{title}: {at.at.words}", parts)


def stated(shown: Shown) -> Letter:
    """Give the statement itself, as its plain text has it."""
    return Letter(shown.headline, statement_text.text(shown), shown.said.direction)


def corrected(shown: Shown, public: bool) -> Letter:
    """Give what the newest version corrected; with the address of the statement where it is `public`."""
    made = (shown.statement.number, shown.language)
    own = [one for one in shown.record.corrections if (one.version, one.language) == made]
    subject = f"{shown.said.gettext('Corrections')}: {shown.headline}"
    where = [shown.address] if public else _hour(shown)
    parts = [shown.headline, *statement_text.corrected(shown, own), *where, shown.edition.contact]
    return _letter(shown, subject, parts)


def _hour(shown: Shown) -> list[str]:
    """Give until when nobody may tell."""
    said = shown.said
    return [said.gettext("Embargoed until %(moment)s") % {"moment": hour(shown.record, said).at.words}]


def withdrawn(shown: Shown, record: Record) -> Letter:
    """Give that the statement was withdrawn, and why.

    Raises:
        ValueError: it was not withdrawn.
    """
    gone, said = record.withdrawn, shown.said
    if gone is None:
        raise ValueError("a statement that stands has no such letter")
    title = said.gettext("This statement was withdrawn")
    why = gone.why.get(shown.language) or next(iter(gone.why.values()))
    by = f"{gone.by}, {moment(gone.at, said).words}"
    return _letter(shown, f"{title}: {shown.headline}", [title, shown.headline, why, by, shown.edition.contact])


def _letter(shown: Shown, subject: str, parts: Sequence[str]) -> Letter:
    body = "\n\n".join(statement_text.wrapped(part) for part in parts if part) + "\n"
    return Letter(subject, body, shown.said.direction)

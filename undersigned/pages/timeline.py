"""What has become of a petition: the position of everybody addressed to each demand, and what happened when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import msgspec

from undersigned.core.answers import Position, positions
from undersigned.core.campaign import Card, Text
from undersigned.core.counts import Counts
from undersigned.pages.words import Words

__all__ = ["Happened", "Told", "asked", "happened", "standing", "told_positions"]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


STATUSES: Mapping[str, str] = {
    "none": _("No answer yet"),
    "refused": _("Refused"),
    "promised": _("Promised"),
    "met": _("Met"),
}


class Told(msgspec.Struct, frozen=True):
    """A statement that can be seen."""

    headlines: dict[str, str]  # by language
    address: str
    at: int  # seconds since 1970


class Happened(msgspec.Struct, frozen=True):
    """One thing that happened: `what` is a code, `words` are those of a language."""

    what: str  # opened, milestone, statement, handover, refused, promised, met, closed
    at: int  # seconds since 1970; the beginning of the UTC day where only the day is known
    exact: bool  # whether the time of day is known
    words: str
    address: str = ""  # where it can be read
    source: str = ""  # who says so


def standing(card: Card, now: int) -> tuple[Position, ...]:
    """Give the positions at a time, in seconds since 1970."""
    today = datetime.fromtimestamp(now, UTC).date().isoformat()
    return positions(card.demands, card.answers, today)


def told_positions(card: Card, text: Text, said: Words, now: int) -> Mapping[str, Sequence[dict[str, Any]]]:
    """Give for each demand what a page says of everybody it is addressed to.

    A demand without a deadline and without an answer has no line: silence is told only where an answer was asked for.
    """
    found: dict[str, list[dict[str, Any]]] = {}
    for one in standing(card, now):
        if one.answers or one.deadline:
            found.setdefault(one.demand, []).append(_told(one, card, text, said))
    return found


def _told(one: Position, card: Card, text: Text, said: Words) -> dict[str, Any]:
    last = one.answers[-1] if one.answers else None
    return {
        "who": text.addressees[one.addressee],
        "status": one.status,
        "said": said.gettext(STATUSES[one.status]),
        "on": said.day(_seconds(last.on)) if last else "",
        "words": _words(last.words, text.language, card) if last else "",
        "source": last,
        "deadline": said.day(_seconds(one.deadline)) if one.deadline and not last else "",
        "overdue": one.overdue,
        "days": said.number(one.overdue),
    }


def _words(words: Mapping[str, str], language: str, card: Card) -> str:
    return words.get(language) or next((words[other] for other in card.languages if other in words), "")


def _seconds(day: str) -> int:
    return int(datetime.combine(date.fromisoformat(day), datetime.min.time(), UTC).timestamp())


def asked(card: Card) -> bool:
    """Tell whether the page changes with the day: by one an answer is wanted, or signatures are handed over."""
    return any(demand.deadline for demand in card.demands) or any(one.kind == "handover" for one in card.gatherings)


def happened(
    card: Card, text: Text, counts: Counts | None, said: Words, now: int, statements: Sequence[Told] = ()
) -> list[Happened]:
    """Give what happened up to `now` (seconds since 1970), the newest first."""
    found = [Happened("opened", card.opens, True, said.gettext("The petition opened."))]
    for reached in counts.milestones if counts else ():
        words = said.ngettext("%(number)s signature reached.", "%(number)s signatures reached.", reached.number)
        found.append(Happened("milestone", reached.at, True, words % {"number": said.number(reached.number)}))
    for one in statements:
        headline = _words(one.headlines, text.language, card) or next(iter(one.headlines.values()), "")
        found.append(Happened("statement", one.at, True, headline, one.address))
    for answer in card.answers:
        who, status = text.addressees[answer.addressee], said.gettext(STATUSES[answer.status])
        words = f"{who}: {status}. {_words(answer.words, text.language, card)}".strip()
        found.append(Happened(answer.status, _seconds(answer.on), False, words, answer.address, answer.organisation))
    for gathering in card.gatherings:
        if gathering.kind == "handover" and not gathering.called_off and gathering.ends <= now:
            words = f"{said.gettext('Handover')}: {_words(gathering.title, text.language, card)}"
            address = f"/c/{card.campaign}/{text.language}/gatherings/"
            found.append(Happened("handover", gathering.starts, True, words, address))
    found.append(Happened("closed", card.closes, True, said.gettext("The petition closed.")))
    # What came of something stands after it above, and both may be of the same second: so turn round, not `reverse`.
    return sorted((one for one in found if one.at <= now), key=lambda one: one.at)[::-1]

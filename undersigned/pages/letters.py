"""The letters: plain text in the signer's language, short, with one link and no word that a person typed."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from typing import Literal

import msgspec

from undersigned.core.campaign import Card
from undersigned.pages.states import REASONS, STATES
from undersigned.pages.words import Words, words_of

__all__ = ["Letter", "letter", "struck_out"]

WIDTH = 72  # columns; RFC 5322 asks for at most 78

_RIGHT_TO_LEFT_MARK = "\u200f"


class Letter(msgspec.Struct, frozen=True):
    """A letter's words. The body has LF line ends; a link stands alone on its line, however long it is."""

    subject: str
    body: str
    direction: Literal["ltr", "rtl"]


def letter(kind: Literal["confirm", "already"], card: Card, language: str, link: str, neutral: bool) -> Letter:
    """Write a letter.

    `confirm` asks to confirm a signature, `already` tells that the address has signed before. `link` is the
    only link: "It was not me" is a button of the page it leads to, for that route answers to POST alone.
    `neutral` keeps the petition's title out of the subject, which phones show on a locked screen.
    """
    said = words_of(card, card.language(language))
    subject, (opening, *closing) = _confirm(said) if kind == "confirm" else _already(said)
    return _letter(card, said, subject, [opening], link, closing, neutral)


def struck_out(card: Card, language: str, reason: str, link: str, direct: bool, neutral: bool) -> Letter:
    """Tell a signer that their signature was struck out, why, and how to appeal.

    `reason` is the code of the striking out. `direct`: the link is of this signature; else of the page on which its
    holder asks for that link.
    """
    said = words_of(card, card.language(language))
    why, subject = REASONS.get(reason), STATES["struck"].title
    opening = [
        said.gettext(
            "The organiser of the petition “%(title)s”, which was signed with this e-mail address, has struck that "
            "signature out. It is not counted any more."
        ),
        f"{said.gettext('The reason:')} {said.gettext(why) if why else reason}".replace("%", "%%"),
        _appeal_there(said) if direct else _ask_there(said),
    ]
    closing = [
        said.gettext("There you can also take your signature back, or have everything about you erased."),
        said.gettext("%(organiser)s runs this petition. Questions: %(contact)s"),
    ]
    return _letter(card, said, said.gettext(subject), opening, link, closing, neutral)


def _letter(
    card: Card, said: Words, subject: str, opening: Sequence[str], link: str, closing: Sequence[str], neutral: bool
) -> Letter:
    """Put a letter together. `neutral` keeps the petition's title out of the subject."""
    text = card.texts[said.language]
    values = {"title": text.title, "organiser": text.organiser, "contact": card.contact}
    if not neutral:
        subject = said.gettext("%(subject)s: %(title)s") % {"subject": subject, "title": text.title}
    before, after = ([_wrap(paragraph % values, said) for paragraph in some] for some in (opening, closing))
    if card.demonstration:
        after.append(_wrap(said.gettext("This is a demonstration. Nothing signed here counts."), said))
    return Letter(subject, "\n\n".join([*before, link, *after]) + "\n", said.direction)


def _appeal_there(said: Words) -> str:
    return said.gettext(
        "If this is wrong, open this page and appeal there. Somebody who did not strike it out looks at it again:"
    )


def _ask_there(said: Words) -> str:
    return said.gettext(
        "If this is wrong, ask on this page for the link to your signature, and appeal where it leads. Somebody who "
        "did not strike it out looks at it again:"
    )


def _confirm(said: Words) -> tuple[str, list[str]]:
    return said.gettext("Please confirm"), [
        said.gettext(
            "Somebody, probably you, has signed the petition “%(title)s” with this e-mail address. "
            "It counts only once you have opened this link and confirmed there:"
        ),
        said.gettext("The link confirms for 72 hours. Later it shows where your signature stands, or takes it back."),
        said.gettext(
            "If it was not you, open the link and choose “It was not me”, or do nothing at all. "
            "Then nothing is counted."
        ),
        said.gettext("%(organiser)s runs this petition. Questions: %(contact)s"),
    ]


def _already(said: Words) -> tuple[str, list[str]]:
    return said.gettext("You have signed already"), [
        said.gettext(
            "Somebody, probably you, has signed the petition “%(title)s” once more with this e-mail address, "
            "or has asked for this link. Every address counts once. This page shows where your signature stands, "
            "and lets you take it back:"
        ),
        said.gettext("If it was not you, do nothing. Nothing has changed."),
        said.gettext("%(organiser)s runs this petition. Questions: %(contact)s"),
    ]


def _wrap(paragraph: str, said: Words) -> str:
    """Break a paragraph into lines of at most `WIDTH` columns, each in the direction of its language."""
    lines = [""]
    for piece in _breakable(paragraph):
        if lines[-1] and _columns(lines[-1] + piece.rstrip()) > WIDTH:
            lines[-1] = lines[-1].rstrip()
            lines.append("")
        lines[-1] += piece
    return "\n".join(_turned(line.rstrip(), said) for line in lines)


def _breakable(paragraph: str) -> Iterator[str]:
    """Cut a paragraph where a line may end: after a space, or between two wide signs."""
    piece = ""
    for sign in paragraph:
        if piece and (piece[-1] == " " or (_wide(piece[-1]) and _may_begin(sign))):
            yield piece
            piece = ""
        piece += sign
    yield piece


def _may_begin(sign: str) -> bool:
    """Tell whether a line of Chinese may begin with that sign: none begins with a closing mark."""
    return _wide(sign) and unicodedata.category(sign) not in ("Pe", "Pf", "Po")


def _wide(sign: str) -> bool:
    return unicodedata.east_asian_width(sign) in ("W", "F")


def _columns(text: str) -> int:
    return sum(0 if unicodedata.combining(sign) else 2 if _wide(sign) else 1 for sign in text)


def _turned(line: str, said: Words) -> str:
    """Mark a line of a right-to-left language that would begin from the left, as with a Latin name."""
    strong = next((kind for sign in line if (kind := unicodedata.bidirectional(sign)) in ("L", "R", "AL")), "R")
    return _RIGHT_TO_LEFT_MARK + line if said.direction == "rtl" and strong == "L" else line

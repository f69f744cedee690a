"""What stands above a copy of a statement that is read before its hour: until when nobody may tell, and whose it is."""

from __future__ import annotations

from collections.abc import Sequence

from undersigned.pages.hours import hour
from undersigned.pages.shown import Shown

__all__ = ["above"]


def above(shown: Shown, recipient: str, number: int, public: bool = False) -> Sequence[str]:
    """Give the lines: the hour in UTC and in the zones of the record, the recipient and the number of the copy.

    Once it is `public` it is no secret: where everybody reads it stands there instead.
    """
    if public:
        return (shown.address,)
    said = shown.said
    at = hour(shown.record, said)
    until = f"{at.at.words} ({at.local})" if at.local else at.at.words
    copy = said.gettext("Copy %(number)s, for %(recipient)s. It is not to be passed on.")
    return (
        said.gettext("Embargoed until %(moment)s") % {"moment": until},
        copy % {"number": said.number(number), "recipient": recipient},
    )

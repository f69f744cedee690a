"""The words of "what is kept": what people call the fields a signer is made of, and who can read them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec

from undersigned.pages.views import Kept
from undersigned.pages.words import Words

__all__ = ["FIELDS", "READERS", "Group", "groups"]


def _(sentence: str) -> str:
    """Mark a sentence for the catalogues; it is translated where it is shown."""
    return sentence


#: Field of `core.person` -> what people call it.
FIELDS: Mapping[str, str] = {
    "name": _("Full name"),
    "email": _("E-mail address"),
    "canonical": _("The address in the form in which addresses are compared"),
    "country": _("Country or territory"),
    "comment": _("Comment"),
    "language": _("Language"),
    "text": _("Version of the text that was signed"),
    "consent": _("Version of the consent to the use of the data"),
    "updates": _("Whether updates are wanted"),
    "day": _("Day of signing"),
    "signed": _("Time of signing"),
    "secret": _("Secret of the line in the public log"),
    "token": _("Link of the letter"),
    "record": _("Random number of the signature"),
    "at": _("Time of signing"),
    "tag": _("Keyed number made from the address"),
    "lookup": _("Number made from the link of the letter"),
    "commitment": _("Line in the public log"),
    "sealed": _("Sealed record"),
    "letter": _("Sealed letter"),
    "review": _("Reason of a review"),
    "slot": _("Sealed key of the sealed record"),
    "source": _("Link or poster that led to the page"),
    "cohort": _("Keyed number made from the address’s domain"),
}

#: Place of `core.person` -> who can read what lies there.
READERS: Mapping[str, str] = {
    "sealed record, opened only with the campaign key, which is offline": _(
        "The holders of the campaign key. The server cannot."
    ),
    "outbox, encrypted": _("The server, while it sends the letter. Then the key to it is destroyed."),
    "journal and ledger": _("Those who run the server."),
    "journal and slots": _("Those who run the server, but it opens nothing without the campaign key."),
    "journal, ledger, public log": _("Everybody, but it says nothing about anybody."),
}


class Group(msgspec.Struct, frozen=True):
    """Fields that are kept in one place for one time: (what, what for) of each."""

    place: str
    life: str
    reader: str
    rows: tuple[tuple[str, str], ...]


def groups(rows: Sequence[Kept], words: Words) -> Sequence[Group]:
    """Put rows of one place and life together, in the order in which they first come, translated."""
    found: dict[tuple[str, str, str], list[tuple[str, str]]] = {}
    for row in rows:
        reader = row.reader or READERS.get(row.place, "")
        what = words.gettext(FIELDS.get(row.field, row.field))
        found.setdefault((row.place, row.life, reader), []).append((what, words.gettext(row.purpose)))
    return [
        Group(words.gettext(place), words.gettext(life), words.gettext(reader) if reader else "", tuple(pairs))
        for (place, life, reader), pairs in found.items()
    ]

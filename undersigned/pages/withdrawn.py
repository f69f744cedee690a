"""That a statement was withdrawn, and why, for those who asked for another form than the page."""

from __future__ import annotations

import json
from collections.abc import Mapping

from undersigned.core.campaign import Card
from undersigned.core.statement import Record
from undersigned.pages.figures import moment
from undersigned.pages.hours import iso
from undersigned.pages.marked import marks, sentence
from undersigned.pages.views import Site
from undersigned.pages.words import words_of

__all__ = ["other_forms"]


def other_forms(record: Record, language: str, card: Card, site: Site) -> Mapping[str, bytes]:
    """Give the reason as plain text and as JSON, by the ending of the file.

    Raises:
        ValueError: the statement was not withdrawn.
    """
    gone = record.withdrawn
    if gone is None:
        raise ValueError("a statement that stands has no such form")
    said = words_of(card, language)
    title = said.gettext("This statement was withdrawn")
    why, spoken = gone.reason(language, record.versions[-1].statement.languages[0])
    petition = f"{site.url}/c/{card.campaign}/{card.language(language)}/"
    mark = sentence(card, site, said)
    told_by = f"{gone.by}, {moment(gone.at, said).words}"
    text = "\n\n".join(filter(None, (mark, title, why, told_by, petition))) + "\n"
    told = {
        "uri": f"{site.url}/s/{record.campaign}/{record.slug}/{language}/", "pubStatus": "canceled", "status": 410,
        "title": title, "detail": why, "detailLanguage": spoken, "by": gone.by, "versionCreated": iso(gone.at),
        "language": language, **marks(card, site),
    }  # fmt: skip
    return {"txt": text.encode(), "json": json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"}

"""A statement as its recipients read it: the newest version as it was released, whether its hour has come or not."""

from __future__ import annotations

from undersigned.assemble import stores
from undersigned.core.statement import Record
from undersigned.core.statement_reading import read
from undersigned.office.project.installed import installation
from undersigned.office.statements import folder
from undersigned.office.statements.models import Statement
from undersigned.pages.shown import Shown

__all__ = ["record_of", "shown_to"]


def shown_to(statement: Statement, language: str) -> Shown | None:
    """Give the newest version in a language; None where it has none, or where its petition is not released."""
    record, settings = record_of(statement), installation()
    card = stores.cards(settings).get(statement.campaign.name)
    if record is None or card is None or language not in record.versions[-1].statement.editions:
        return None
    version = record.versions[-1]
    at = max(record.embargo, version.released)
    return Shown(record, version, language, card, stores.site(settings), at)


def record_of(statement: Statement) -> Record | None:
    """Give the record of what was released, read by the mill's own reader."""
    files = {
        one.number: dict.fromkeys(one.pictures, b"") | {name: words.encode() for name, words in one.files.items()}
        for one in statement.versions.all()
    }
    found = read(folder.record(statement).encode(), files)
    return found if isinstance(found, Record) else None

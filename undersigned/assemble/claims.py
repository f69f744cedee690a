"""Figures of the petition's own that a statement gives go into the log: once they can be read, and not before."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from undersigned.core.events import Claimed, encode
from undersigned.core.figures import Figure
from undersigned.core.statement import Record, Version
from undersigned.journal.frames import pack
from undersigned.journal.needs import Journal

__all__ = ["claim", "stating"]


def claim(record: Record, number: int, figure: Figure) -> bytes:
    """Give the JSON of the `c` line of a figure that was counted from the log itself.

    Raises:
        ValueError: the figure was not.
    """
    own = figure.checkpoint
    if own is None:
        raise ValueError("only a count of the log itself is entered in it")
    facts = {
        "statement": f"{record.campaign}/{record.slug}", "version": number, "measure": figure.measure,
        "qualifier": figure.qualifier, "value": format(figure.value, "f") if figure.value is not None else "",
        "size": own.size, "root": own.root,
    }  # fmt: skip
    return msgspec.json.encode(facts, order="sorted")


def stating(journal: Journal) -> Callable[[Record, Version, int], None]:
    """Give what tells a journal of a version's own figures; the ledger keeps each once, however often it is told."""
    told: set[bytes] = set()

    def stated(record: Record, version: Version, now: int) -> None:
        statement = version.statement
        own = [one for one in statement.figures if one.checkpoint and one.checkpoint.campaign == record.campaign]
        lines = [claim(record, statement.number, one) for one in own]
        new = [line for line in lines if line not in told]
        if new:
            journal.append(pack([encode(Claimed(record.campaign, line, now)) for line in new]))
            told.update(new)

    return stated

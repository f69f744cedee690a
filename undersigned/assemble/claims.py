"""Figures of the petition's own that a statement gives: held against the log, and entered in it once they can be read.

A statement that says more of a log than its lines give is held back, whole, before its hour and after.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

import msgspec

from undersigned.core import merkle, stated
from undersigned.core.checkpoint import body_of
from undersigned.core.events import Claimed, encode
from undersigned.core.figures import Checkpoint, Figure
from undersigned.core.recount import Recount
from undersigned.core.statement import Record, Version
from undersigned.core.strict import Malformed
from undersigned.core.tiles import WIDTH, Get, Missing, Reader
from undersigned.journal.frames import pack
from undersigned.journal.needs import Journal
from undersigned.stages.publish.needs import Filed, StatementShelf

__all__ = ["CountedLog", "TrueStatements", "Untrue", "claim", "published", "stating", "untrue"]


class CountedLog:
    """A log as far as it was counted: what any number of its first lines count, and their root."""

    def __init__(self, recount: Recount, get: Get) -> None:
        """Take the count, and what gives the files of the log."""
        self.size = recount.size
        self.at = recount.at
        self._read = Reader(recount.size, get)

    def root(self, size: int) -> bytes:
        """Give the root of the first so many lines.

        Raises:
            Missing: a tile is not there.
            Malformed: a tile is damaged.
        """
        return merkle.span(0, size, self._read)


def published(get: Get) -> CountedLog | None:
    """Recount a log from its published files; None where none is published. A million lines take some seconds.

    Raises:
        Missing: a file is not there.
        ValueError: the log is damaged, or breaks a rule.
    """
    note = get("checkpoint")
    if note is None:
        return None
    size, recount = body_of(note).size, Recount()
    read = Reader(size, get)
    for index in range(-(-size // WIDTH)):
        recount.feed_all(read.bundle(index))
    return CountedLog(recount, get)


class Untrue(msgspec.Struct, frozen=True):
    """A figure that the log does not bear out; `version` is 0 for one that was told since."""

    version: int
    figure: Figure
    fault: stated.Fault


def claim(record: Record, number: int, figure: Figure) -> bytes:
    """Give the JSON of the `c` line of a figure that was counted from the log itself.

    Raises:
        ValueError: the figure was not.
    """
    facts = {"statement": f"{record.campaign}/{record.slug}", "version": number, **stated.facts_of(figure)}
    return msgspec.json.encode(facts, order="sorted")


def untrue(record: Record, log: Callable[[str], CountedLog | None]) -> list[Untrue]:
    """Give every figure of a record that speaks of a log and is not true of it; `log` gives a campaign's, or None."""
    return [
        Untrue(number, figure, fault)
        for number, figure, own in _own(record)
        if (fault := _fault(figure, log(own.campaign))) is not None
    ]


def _own(record: Record) -> Iterator[tuple[int, Figure, Checkpoint]]:
    figures = [(one.statement.number, figure) for one in record.versions for figure in one.statement.figures]
    for number, figure in [*figures, *((0, one.figure) for one in record.since)]:
        if figure.checkpoint is not None:
            yield number, figure, figure.checkpoint


def _fault(figure: Figure, log: CountedLog | None) -> stated.Fault | None:
    try:
        said = stated.of_figure(figure)
    except Malformed:
        return "form"
    try:
        return stated.fault(said, log.size, log.root, log.at) if log else "size"
    except (Missing, Malformed):  # of a log that cannot be read nothing is said
        return "root"


class TrueStatements:
    """A shelf without the statements that are not true of the log; one that was true before stays as it was then."""

    def __init__(self, shelf: StatementShelf, log: Callable[[str], CountedLog | None]) -> None:
        """Take the shelf and what gives a campaign's log; each is looked at again while it is not true."""
        self._shelf = shelf
        self._log = log
        self._true: dict[tuple[str, str], Filed] = {}
        self.held: frozenset[str] = frozenset()  #: "<campaign>/<slug>" of those held back
        self.news: list[str] = []  #: of those, what was not told yet

    def statements(self) -> Sequence[Filed]:
        """Give every statement as it was last true, in the order of the shelf."""
        filed, held = self._shelf.statements(), set()
        for one in filed:
            key = one.record.campaign, one.record.slug
            before = self._true.get(key)
            if before is not None and before.record is one.record:
                continue
            if untrue(one.record, self._log):
                held.add("/".join(key))
            else:
                self._true[key] = one
        self.news += sorted(held - self.held)
        self.held = frozenset(held)
        keys = [(one.record.campaign, one.record.slug) for one in filed]
        return [self._true[key] for key in keys if key in self._true]


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

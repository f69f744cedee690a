"""What goes into the next batch of a log. Values in, values out.

The order inside a batch: `g` where the log is empty, `d` where the day is new, `v`, then the `t` lines,
which speak of the signatures above them, then `s` sorted by commitment, `w`, `x` and `r`. A batch as large as it may be
ends where a tile does, if it has many `s` lines; so no tile of it is hashed or written twice.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from undersigned.core import leaves, release
from undersigned.core.tiles import WIDTH
from undersigned.stages.tlog.needs import Group, NewEntries, NewEntry, NewSignatures, Refused, Waiting

__all__ = ["Batch", "Moment", "plan", "utc_day"]

_MANY = 4 * WIDTH  # signatures


class Moment(msgspec.Struct, frozen=True):
    """When and under which rules a batch is made. `last_day` is "" in an empty log."""

    now: int  # seconds since 1970, never before the log's own time
    last_day: str
    size: int  # lines that the log has
    k: int
    regions: Mapping[str, str]
    closed: bool

    @property
    def empty(self) -> bool:
        """Whether the log has no line yet."""
        return not self.size

    @property
    def day(self) -> str:
        """The day the batch belongs to; the log's day never runs backwards."""
        return max(self.last_day, utc_day(self.now))


class Batch(msgspec.Struct, frozen=True):
    """Lines to be entered together, and the day they belong to."""

    entries: NewEntries
    day: str


def utc_day(at: int) -> str:
    """Give the UTC day of a time in seconds since 1970."""
    return datetime.fromtimestamp(at, UTC).date().isoformat()


def plan(moment: Moment, waiting: Waiting, groups: Sequence[Group], limit: int) -> Batch | None:
    """Give the next batch, or None where nothing waits, or the log has no `g` line to begin with yet.

    `limit` is the number of each kind that was asked for; where so many signatures were found, more may wait.

    Raises:
        Refused: two waiting signatures hold the same commitment, or a text's JSON cannot stand in a line.
    """
    if moment.empty and not waiting.texts:
        return None
    opening, texts = _texts(moment.empty, waiting)
    above, below = [*texts, *_tallies(moment, waiting, groups)], [*_changes(waiting), *_claims(waiting)]
    if not (opening or above or below or waiting.signatures):
        return None
    dawn = [] if moment.day == moment.last_day else [NewEntry(leaves.day(moment.day), "d")]
    signatures = waiting.signatures
    if len(signatures) >= limit >= _MANY:
        others = len(opening) + len(dawn) + len(above) + len(below)
        signatures = signatures[: limit - (moment.size + others + limit) % WIDTH]
    return Batch(NewEntries((*opening, *dawn, *above), _signatures(signatures), tuple(below)), moment.day)


def _texts(empty: bool, waiting: Waiting) -> tuple[list[NewEntry], list[NewEntry]]:
    kinds = ["g" if empty and not place else "v" for place in range(len(waiting.texts))]
    try:
        entries = [
            NewEntry(leaves.document(kind, text), kind, row)
            for kind, (row, text) in zip(kinds, waiting.texts, strict=True)
        ]
    except leaves.Malformed as error:
        raise Refused("text", f"A released text cannot be entered in the log: {error}.") from None
    return entries[: int(empty)], entries[int(empty) :]


def _tallies(moment: Moment, waiting: Waiting, groups: Sequence[Group]) -> list[NewEntry]:
    lines = release.plan(
        [release.State(g.geo, g.channel, g.live, g.oldest, g.released, g.covered) for g in groups],
        leaving=len(waiting.withdrawals) + len(waiting.strikes),
        k=moment.k,
        regions=moment.regions,
        now=moment.now,
        new_day=moment.day != moment.last_day,
        closed=moment.closed,
    )
    return [
        NewEntry(
            leaves.tally(line.covers, line.channel, line.n),
            "t",
            takes=line.takes,
            channel=line.channel,
            covers=line.covers,
            n=line.n,
        )
        for line in lines
    ]


def _signatures(signatures: Sequence[tuple[int, bytes]]) -> NewSignatures:
    lines = leaves.signatures([commitment for _, commitment in signatures])
    rows = dict(zip(lines, [row for row, _ in signatures], strict=True))
    if len(rows) < len(lines):
        raise Refused(
            "twin",
            "Two waiting signatures hold the same commitment; counting both would let two people share one"
            " line. Find out how they came into the ledger before anything more is counted.",
        )
    lines.sort()
    return NewSignatures(lines, list(map(rows.__getitem__, lines)))


def _claims(waiting: Waiting) -> list[NewEntry]:
    return [NewEntry(leaves.document("c", text), "c", row) for row, text in waiting.claims]


def _changes(waiting: Waiting) -> list[NewEntry]:
    return [
        *(NewEntry(leaves.withdrawal(index, code), "w", row) for row, index, code in waiting.withdrawals),
        *(NewEntry(leaves.strike(index, code), "x", row) for row, index, code in waiting.strikes),
        *(NewEntry(leaves.reinstatement(index), "r", row) for row, index in waiting.reinstatements),
    ]

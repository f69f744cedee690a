"""The log's loop: enters what the ledger has decided, and brings everything behind the ledger up to it.

Of several batches each is entered, written, signed and published before the next is entered. Only reading and hashing
the next one, which change nothing, go on while the files of the one before are flushed.

The writing order is that of `log.md`. Everything after the ledger's transaction can be repeated and gives
the same bytes, so recovery from a crash is nothing but the next step: it finds the ledger ahead of the
signed checkpoint, or the signed checkpoint ahead of the published one, and goes on from there.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial

import msgspec

from undersigned.core import merkle
from undersigned.core.growth import Growth, grow
from undersigned.core.lines import Document, parse
from undersigned.core.strict import Malformed
from undersigned.stages.tlog.batch import Batch, Moment, plan
from undersigned.stages.tlog.needs import Head, HighWater, LogLedger, Notes, Refused, Tiles, Waiting
from undersigned.stages.tlog.publication import Publication, damaged
from undersigned.stages.tlog.start import check_start, prove
from undersigned.stages.tlog.witnesses import Alarm, Circle

__all__ = [
    "Alarm",
    "Circle",
    "Prepared",
    "Refused",
    "Step",
    "check_start",
    "enter",
    "moment",
    "prepare",
    "prove",
    "step",
]


class Step(msgspec.Struct, frozen=True):
    """What a step did: the log's size behind it, lines entered, cosignatures got, alarms of witnesses."""

    size: int
    entered: int = 0
    cosignatures: int = 0
    alarms: tuple[Alarm, ...] = ()


class Prepared(msgspec.Struct, frozen=True):
    """The next batch, hashed, and the head with it; nothing of it is entered yet."""

    batch: Batch
    before: Head
    after: Head
    edge: merkle.Edge
    growth: Growth  # for the tiles
    at: int  # seconds since 1970
    full: bool  # whether more may wait


def step(
    ledger: LogLedger,
    tiles: Tiles,
    notes: Notes,
    high_water: HighWater,
    witnesses: Circle,
    campaign: str,
    k: int,
    now: int,
    origin: str,
    *,
    regions: Mapping[str, str],
    closed: bool = False,
    limit: int = 5000,
    batches: int = 1,
) -> Step:
    """Bring the published log up to the ledger, enter what waits, and publish that too.

    `origin` is the public host, to which `/log/<campaign>` is added; `k` the smallest group (never less
    than the log's `g` line says); `regions` the world region of each country; `limit` how many of each kind
    a batch takes. Behind a full one another follows, at most `batches` in all, each with its checkpoint. `now` is in
    seconds since 1970; where the clock runs behind the log's own time, that time stands still until the clock has
    caught up. Run it again after any failure but those below.

    Raises:
        Refused: nothing may be signed; the message says why and what to do.
        Moved: somebody else writes this log.
        Immutable: a published file would have to change.
    """
    publication = Publication(ledger, tiles, notes, high_water, witnesses, campaign, origin)

    def prepared() -> Prepared | None:
        return prepare(ledger, campaign, moment(ledger, campaign, k, now, regions, closed), limit)

    publication.catch_up(now)
    entered, asked, following = 0, [], prepared()
    while (entering := following) is not None:
        enter(ledger, campaign, entering)
        publication.begin(entering.growth)
        entered, batches = entered + len(entering.batch.entries), batches - 1
        try:
            following = prepared() if entering.full and batches > 0 else None
        except Refused:
            publication.finish(now)
            raise
        publication.finish(now)
        if following:
            asked.append(publication.ask(now))
    asked.append(publication.ask(now))
    alarms = tuple(alarm for one in asked for alarm in one.alarms)
    return Step(ledger.head(campaign).size, entered, sum(len(one.signatures) for one in asked), alarms)


def moment(ledger: LogLedger, campaign: str, k: int, now: int, regions: Mapping[str, str], closed: bool) -> Moment:
    """Give when and under which rules the next batch is made; the arguments are those of `step`."""
    size = ledger.head(campaign).size
    return Moment(
        now=max(now, ledger.signed_at(campaign)),
        last_day=ledger.last_day(campaign),
        size=size,
        k=max(k, _promised_k(ledger, campaign)) if size else k,
        regions=regions,
        closed=closed,
    )


def _promised_k(ledger: LogLedger, campaign: str) -> int:
    (line,) = ledger.entries(campaign, 0, 1)
    opening = parse(line)
    return int(opening.facts["k"]) if isinstance(opening, Document) else 1


def prepare(ledger: LogLedger, campaign: str, moment: Moment, limit: int) -> Prepared | None:
    """Give the next batch, if anything waits, with at most `limit` lines of each kind.

    Raises:
        Refused: a line cannot be written, or the ledger is damaged.
    """
    waiting = ledger.waiting(campaign, limit)
    batch = plan(moment, waiting, ledger.groups(campaign), limit)
    if batch is None:
        return None
    head = ledger.head(campaign)
    new, edge, growth = _grown(ledger, campaign, head, batch.entries.lines())
    return Prepared(batch, head, new, edge, growth, moment.now, full=_is_full(waiting, limit))


def _is_full(waiting: Waiting, limit: int) -> bool:
    return any(len(some) >= limit for some in msgspec.structs.astuple(waiting))


def enter(ledger: LogLedger, campaign: str, prepared: Prepared) -> None:
    """Enter a batch in the ledger. Nothing is written or signed yet.

    Raises:
        Moved: the ledger is not as it was when the batch was prepared.
    """
    batch = prepared.batch
    ledger.append(campaign, prepared.before, batch.entries, prepared.after, prepared.edge, prepared.at, batch.day)


def _grown(ledger: LogLedger, campaign: str, head: Head, lines: list[bytes]) -> tuple[Head, merkle.Edge, Growth]:
    edge = ledger.edge(campaign)
    try:
        if len(edge) != head.size.bit_count() or merkle.root(head.size, edge) != head.root:
            raise Malformed("the head is not that of the edge")
        growth, new = grow(head.size, edge, lines, partial(ledger.entries, campaign))
    except Malformed:
        raise damaged(campaign) from None
    return Head(growth.size, merkle.root(growth.size, new)), new, growth

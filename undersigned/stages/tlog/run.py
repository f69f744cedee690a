"""The log's loop: enters what the ledger has decided, and brings everything behind the ledger up to it.

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
from undersigned.stages.tlog.batch import Moment, plan
from undersigned.stages.tlog.needs import Head, HighWater, LogLedger, Notes, Refused, Tiles
from undersigned.stages.tlog.publication import Publication, damaged
from undersigned.stages.tlog.start import check_start, prove
from undersigned.stages.tlog.witnesses import Alarm, Circle

__all__ = ["Alarm", "Circle", "Entered", "Refused", "Step", "check_start", "enter", "moment", "prove", "step"]


class Step(msgspec.Struct, frozen=True):
    """What a step did: the log's size behind it, lines entered, cosignatures got, alarms of witnesses."""

    size: int
    entered: int = 0
    cosignatures: int = 0
    alarms: tuple[Alarm, ...] = ()


class Entered(msgspec.Struct, frozen=True):
    """How many lines were entered, and the right end of the tree with them, for its tiles."""

    lines: int
    growth: Growth


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
) -> Step:
    """Bring the published log up to the ledger, enter one batch of what waits, and publish that too.

    `origin` is the public host, to which `/log/<campaign>` is added; `k` the smallest group (never less
    than the log's `g` line says); `regions` the world region of each country; `limit` how many of each kind
    a batch takes. `now` is in seconds since 1970; where the clock runs behind the log's own time, that
    time stands still until the clock has caught up. Run it again after any failure but those below.

    Raises:
        Refused: nothing may be signed; the message says why and what to do.
        Moved: somebody else writes this log.
        Immutable: a published file would have to change.
    """
    publication = Publication(ledger, tiles, notes, high_water, witnesses, campaign, origin)
    publication.catch_up(now)
    entered = enter(ledger, campaign, moment(ledger, campaign, k, now, regions, closed), limit)
    if entered:
        publication.catch_up(now, entered.growth)
    asked = publication.ask(now)
    return Step(ledger.head(campaign).size, entered.lines if entered else 0, len(asked.signatures), asked.alarms)


def moment(ledger: LogLedger, campaign: str, k: int, now: int, regions: Mapping[str, str], closed: bool) -> Moment:
    """Give when and under which rules the next batch is made; the arguments are those of `step`."""
    empty = not ledger.head(campaign).size
    return Moment(
        now=max(now, ledger.signed_at(campaign)),
        last_day=ledger.last_day(campaign),
        empty=empty,
        k=k if empty else max(k, _promised_k(ledger, campaign)),
        regions=regions,
        closed=closed,
    )


def _promised_k(ledger: LogLedger, campaign: str) -> int:
    (line,) = ledger.entries(campaign, 0, 1)
    opening = parse(line)
    return int(opening.facts["k"]) if isinstance(opening, Document) else 1


def enter(ledger: LogLedger, campaign: str, moment: Moment, limit: int) -> Entered | None:
    """Enter one batch in the ledger, if anything waits. Nothing is written or signed yet."""
    batch = plan(moment, ledger.waiting(campaign, limit), ledger.groups(campaign))
    if batch is None:
        return None
    head = ledger.head(campaign)
    new, edge, growth = _grown(ledger, campaign, head, [entry.line for entry in batch.entries])
    ledger.append(campaign, head, batch.entries, new, edge, moment.now, batch.day)
    return Entered(len(batch.entries), growth)


def _grown(ledger: LogLedger, campaign: str, head: Head, lines: list[bytes]) -> tuple[Head, merkle.Edge, Growth]:
    edge = ledger.edge(campaign)
    try:
        if len(edge) != head.size.bit_count() or merkle.root(head.size, edge) != head.root:
            raise Malformed("the head is not that of the edge")
        growth, new = grow(head.size, edge, lines, partial(ledger.entries, campaign))
    except Malformed:
        raise damaged(campaign) from None
    return Head(growth.size, merkle.root(growth.size, new)), new, growth

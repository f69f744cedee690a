"""The sequencer's loop: segments of the journals in, decisions into the ledger, one transaction a batch.

Sources are read in the order of their names, each up to the limit, so that a busy door keeps no other one
waiting. The order among sources does not matter for a signer: a letter leaves after its `Signed` was taken
in, and everything else a signer does needs the letter.
"""

from __future__ import annotations

from collections.abc import Mapping

from undersigned.core.events import Event, decode
from undersigned.core.sequencing import CONFIRM_WITHIN, decide, expire, wanted
from undersigned.journal.frames import records_of
from undersigned.stages.sequencer.needs import JournalReader, Ledger

__all__ = ["BATCH", "GRACE", "covered", "expire_overdue", "step"]

BATCH = 10_000  #: events of one source after which a step takes no further segment of it
CHUNK = 8  #: segments read at once: at most so much lies in memory undecoded
GRACE = 3600  #: seconds that an event may lie in a journal before its row is given up for expired


def step(ledger: Ledger, readers: Mapping[str, JournalReader], limit: int) -> int:
    """Take in up to `limit` segments of each source; give how many segments that were.

    Raises:
        Broken: a journal is damaged, older than the ledger, or lacks segments the ledger never saw.
        Damaged: an event is of a kind or version this program does not know; it is older than its door.
        Moved: somebody else writes to the ledger.
    """
    events: list[Event] = []
    moves: dict[str, tuple[int, int]] = {}
    for source in sorted(readers):
        before = ledger.position(source)
        after, found = _read(readers[source], before, limit)
        if after > before:
            moves[source] = (before, after)
            events += found
    if moves:
        outcomes = decide(ledger.known(wanted(events)), events)
        as_of = max((event.at for event in events), default=0)
        ledger.commit(outcomes, moves, max(as_of, ledger.as_of()))
    return sum(after - before for before, after in moves.values())


def _read(reader: JournalReader, before: int, limit: int) -> tuple[int, list[Event]]:
    """Give the position read to and the events up to there: `limit` segments, or fewer with events enough."""
    events: list[Event] = []
    after = before
    while after - before < limit and len(events) < BATCH:
        segments = reader.read(after, min(CHUNK, limit - (after - before)))
        if not segments:
            break
        after = segments[-1][0]
        events += [decode(record) for _, segment in segments for record in records_of(segment)]
    return after, events


def expire_overdue(ledger: Ledger, now: int, limit: int = 1000) -> int:
    """Expire up to `limit` rows whose time to confirm ran out; give how many. Call it when `step` gives 0.

    A confirmation counts by the time at which the door took it, even if it is read later. The grace covers
    that delay, and the doors' clocks; so when this runs does not change what becomes of a signature.

    Raises:
        Moved: somebody else writes to the ledger.
    """
    rows = ledger.overdue(now - CONFIRM_WITHIN - GRACE, limit)
    if rows:
        ledger.commit(expire(rows), {}, ledger.as_of())
    return len(rows)


def covered(ledger: Ledger) -> Mapping[str, int]:
    """Give, for each source, the position up to which its segments may be dropped; nothing where unknown.

    The rule is the simplest sound one: at a moment at which no decision waits for any log, and the last
    signed checkpoint of each has the size of the log in the ledger, everything taken in so far is covered.
    The mill asks right after the log's step, when that is so unless a log is held up; while one is, nothing
    is dropped. Waiting and reviewed signatures do not hold it up: they stand in the ledger.
    """
    return ledger.positions() if ledger.settled() else {}

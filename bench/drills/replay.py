"""S6: journals that are replayed, doubled and shuffled give the same tree, and every address counts once.

A made-up campaign in the journals of two doors and the post. Its events are delivered to fresh ledgers: as they are;
every segment twice; the whole journal three times over; and with the turns of the sources shuffled, each in steps of
another size. One log batch behind each delivery gives the tree head. `RECORDS` sets the number of events.
"""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any, TypeAlias

from tests.made import CAMPAIGN, HOUR, NOON, released, segment, signed
from undersigned.core import leaves, merkle
from undersigned.core.events import Confirmed, Event, LetterSent, Withdrawn
from undersigned.engines.sqlite.ledger import SqliteLedger
from undersigned.stages.sequencer.run import step

__all__ = ["deliver", "drill", "journals"]

RECORDS = 100_000
OF_A_SEGMENT = 200

_Journals: TypeAlias = dict[str, list[bytes]]


class _Reader:
    """A source that holds a list of segments."""

    def __init__(self, segments: Sequence[bytes]) -> None:
        self.segments = segments

    def read(self, after: int, limit: int) -> list[tuple[int, bytes]]:
        return list(enumerate(self.segments, 1))[after : after + limit]


def journals(records: int) -> tuple[_Journals, int]:
    """Give the journals of a campaign with about so many events, and how many signatures must stand.

    Of every ten people one signs twice at the same door, one never confirms, one confirms twice, one withdraws.
    """
    sources: dict[str, list[Event]] = {"door-1": [], "door-2": [], "post": [], "staff": [released()]}
    standing = 0
    for number in range(records * 10 // 31):
        door = sources[f"door-{1 + number % 2}"]
        person = signed(f"person {number}")
        kind = number % 10
        door.append(person)
        if kind == 1:
            door.append(signed(f"person {number}", form=2, at=NOON + 60))
        sources["post"].append(LetterSent(person.record, NOON + 1))
        if kind != 2:
            door += [Confirmed(person.lookup, NOON + HOUR)] * (2 if kind == 3 else 1)
            standing += kind != 4
        if kind == 4:
            door.append(Withdrawn(person.lookup, NOON + 2 * HOUR))
    cut = {
        source: [segment(events[at : at + OF_A_SEGMENT]) for at in range(0, len(events), OF_A_SEGMENT)]
        for source, events in sources.items()
    }
    return cut, standing


def deliver(folder: Path, given: _Journals, chance: random.Random | None = None) -> tuple[bytes, int]:
    """Take journals into a fresh ledger; give the root of one batch of all that stands, and how many stand.

    With `chance` each turn serves one source, at random, with a random number of segments.
    """
    ledger = SqliteLedger(folder / "ledger.db", folder / "slots.db")
    readers = {source: _Reader(segments) for source, segments in given.items()}
    try:
        step(ledger, {"staff": readers["staff"]}, 10)
        while left := [name for name in readers if ledger.position(name) < len(given[name])]:
            turn = left if chance is None else [chance.choice(left)]
            step(ledger, {name: readers[name] for name in turn}, 40 if chance is None else chance.randrange(1, 60))
        waiting = ledger.waiting(CAMPAIGN, 10**9)
    finally:
        ledger.close()
    lines = sorted(leaves.signature(commitment) for _, commitment in waiting.signatures)
    return merkle.root_of([merkle.leaf(line) for line in lines]), len(lines)


def replayed(times: int, given: _Journals) -> _Journals:
    """Give journals in which everything stands so many times, one after the other."""
    return {source: segments * times for source, segments in given.items()}


def doubled(given: _Journals) -> _Journals:
    """Give journals in which every segment was delivered twice, as an at-least-once queue would."""
    return {source: [one for one in segments for _ in (1, 2)] for source, segments in given.items()}


def heads(folder: Path, records: int, seed: int = 6) -> tuple[set[tuple[bytes, int]], int, int]:
    """Deliver in every way; give the heads met, how many must stand, and the number of events delivered."""
    given, standing = journals(records)
    chance = random.Random(seed)
    ways: list[tuple[_Journals, random.Random | None]] = [
        (given, None), (doubled(given), None), (replayed(3, given), None),
        (given, chance), (replayed(3, given), chance), (doubled(replayed(3, given)), chance),
    ]  # fmt: skip
    met = set()
    for number, (way, order) in enumerate(ways):
        place = folder / str(number)
        place.mkdir()
        met.add(deliver(place, way, order))
    segments = sum(len(one) for way, _ in ways for one in way.values())
    return met, standing, segments * OF_A_SEGMENT


def drill() -> dict[str, Any]:
    """Deliver one campaign in six ways."""
    records = int(os.environ.get("RECORDS", RECORDS))
    with tempfile.TemporaryDirectory() as folder:
        met, standing, delivered = heads(Path(folder), records)
    counts = {count for _, count in met}
    return {
        "records": records,
        "delivered": delivered,
        "ways": 6,
        "heads": len(met),
        "standing": max(counts),
        "expected": standing,
        "holds": len(met) == 1 and counts == {standing},
        "full": records >= RECORDS,
    }

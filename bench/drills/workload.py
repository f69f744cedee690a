"""A small installation at work in one process: a door's journal filled, the mill turned after each segment.

Every promise is printed the moment it is made: `journal N` when N segments are acknowledged, `log SIZE ROOT` when a
checkpoint is published. Run under strace by the drills of power cuts and of failing disks: what it writes is what a
real mill writes, since it is one. The public pages are left out: they are made again at every start.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from msgspec.structs import replace

from tests.made import HOUR, NOON, segment, signed
from undersigned.assemble import stores
from undersigned.assemble.demo import prepare
from undersigned.assemble.mill import Mill
from undersigned.assemble.places import Places
from undersigned.core.checkpoint import body_of
from undersigned.core.events import Confirmed
from undersigned.engines.files.covered import read_covered
from undersigned.settings import Settings, read

__all__ = ["CAMPAIGN", "ROUNDS", "START", "Quiet", "grown", "made", "segments", "work"]

CAMPAIGN = "library"
ROUNDS = 10
START = NOON + 800 * 24 * HOUR
OF_A_SEGMENT = 12


class Quiet:
    """In place of the publisher, and of the charts, which another process draws: writes nothing."""

    def step(self, now: int = 0) -> list[str]:
        """Do nothing."""
        return []


def segments(rounds: int = ROUNDS) -> list[bytes]:
    """Give the journal's segments in order: some sign, and those of the segment before confirm."""
    made = []
    for turn in range(rounds):
        people = [signed(f"{turn}/{n}", campaign=CAMPAIGN, at=START) for n in range(OF_A_SEGMENT)]
        before = [signed(f"{turn - 1}/{n}", campaign=CAMPAIGN, at=START) for n in range(OF_A_SEGMENT if turn else 0)]
        made.append(segment([*people, *(Confirmed(one.lookup, START + 60) for one in before)]))
    return made


def made(folder: Path, port: int) -> Settings:
    """Make the folder with its cards and secrets, the log begun, and nothing signed yet."""
    settings = prepare(folder, port)
    mill = grown(settings)
    mill.start()
    mill.turn()
    mill.close()
    stores.journal(settings, "door-1").close()
    return settings


def grown(settings: Settings) -> Mill:
    """Give a mill without pages whose every look at the clock is ten seconds later."""
    now = [START]

    def clock() -> float:
        now[0] += 10
        return float(now[0])

    mill = Mill(replace(settings, interval=0.0), clock)
    mill.publisher = mill.charts = Quiet()  # type: ignore[assignment]
    return mill


def _say(words: str) -> None:
    os.write(1, words.encode() + b"\n")


def work(settings: Settings) -> None:
    """Take the story through journal and mill."""
    places = Places(settings.path)
    journal = stores.journal(settings, "door-1")
    mill = grown(settings)
    mill.start()
    for segment_ in segments():
        _say(f"journal {journal.append(segment_)}")
        while mill.turn():
            pass
        note = mill.tiles.get(CAMPAIGN, "checkpoint")
        if note is not None:
            _say(f"log {body_of(note).size} {body_of(note).root.hex()}")
        covered = read_covered(places.covered("door-1"))
        if covered:
            journal.drop(covered)
    mill.close()
    journal.close()


if __name__ == "__main__":
    work(read(Path(sys.argv[1])))

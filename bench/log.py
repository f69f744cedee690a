"""The log beside hashing alone: appending a million leaves with tiles and checkpoints, and verifying them.

    python -m bench.log log-append verify
    python -m bench.log --leaves 100000 log-append

The floor of both is what no Merkle tree can do without: for each leaf one SHA-256 of `00 | line` and one of
`01 | left | right` (65 bytes), in one plain loop of the same interpreter. `log-append` runs the log's own step on a
ledger that is nothing but lists: lines from commitments, sorted, hashed, entered, tiles and bundles written to files, a
checkpoint signed and published for each 5,000. `verify` is what `undersigned verify` does with those files.

`files_us` is what the kernel takes for the files alone, microseconds a leaf: as many, of the same sizes, written under
draft names in a plain loop, all flushed by one `syncfs`, named, their folders flushed, and two notes replaced.
"""

from __future__ import annotations

import argparse
import ctypes
import json
import os
import resource
import sys
import tempfile
import time
from collections.abc import Sequence
from hashlib import sha256
from pathlib import Path
from typing import Any

from undersigned.assemble.collection import look_seldom
from undersigned.audit.fetch import places
from undersigned.audit.verify import verify_place
from undersigned.core import merkle
from undersigned.core.checkpoint import ED25519, format_vkey, origin_of
from undersigned.core.tiles import WIDTH
from undersigned.engines.files.durable import replace
from undersigned.engines.files.high_water import FileHighWater
from undersigned.engines.files.tiles import FileTiles
from undersigned.stages.tlog import run as tlog
from undersigned.stages.tlog.needs import Group, Head, NewEntries, Waiting
from undersigned.vault import notes

__all__ = ["LEAVES", "main", "measure"]

LEAVES = 1_000_000
_BATCH, _BATCHES = 5_000, 10
_HOST, _CAMPAIGN, _NOON = "petitions.example", "peace", 1_767_268_800
_GENESIS = '{"campaign":"peace","format":1,"k":10,"origin":"petitions.example/log/peace"}'


class Lists:
    """`stages.tlog.needs.LogLedger` of one campaign, in lists; signatures wait that were made beforehand."""

    def __init__(self, leaves: int) -> None:
        self.commitments = [sha256(number.to_bytes(8, "big")).digest() for number in range(leaves)]
        self.lines: list[bytes] = []
        self._head = Head(0, merkle.EMPTY)
        self._edge: merkle.Edge = ()
        self._day, self._note, self._done = "", b"", 0

    def campaigns(self) -> Sequence[str]:
        """Give the one campaign."""
        return [_CAMPAIGN]

    def head(self, _campaign: str) -> Head:
        """Give the head."""
        return self._head

    def edge(self, _campaign: str) -> tuple[bytes, ...]:
        """Give the compact range."""
        return self._edge

    def last_day(self, _campaign: str) -> str:
        """Give the last day."""
        return self._day

    def waiting(self, _campaign: str, limit: int) -> Waiting:
        """Give the next commitments."""
        texts = () if self.lines else ((1, _GENESIS),)
        return Waiting(texts, tuple(enumerate(self.commitments[self._done : self._done + limit])), (), (), ())

    def groups(self, _campaign: str) -> Sequence[Group]:
        """Nothing is told by country."""
        return []

    def append(
        self,
        _campaign: str,
        _expected: Head,
        entries: NewEntries,
        new: Head,
        edge: tuple[bytes, ...],
        _at: int,
        day: str,
    ) -> None:
        """Keep the lines."""
        self.lines += entries.lines()
        self._done += len(entries.signatures.ids)
        self._head, self._edge, self._day = new, edge, day

    def entries(self, _campaign: str, start: int, stop: int) -> Sequence[bytes]:
        """Give lines."""
        return self.lines[start:stop]

    def signed(self, _campaign: str) -> bytes:
        """Give the checkpoint."""
        return self._note

    def signed_at(self, _campaign: str) -> int:
        """Give when it was signed."""
        return _NOON

    def sign(self, _campaign: str, _before: bytes, note: bytes, _at: int) -> None:
        """Keep the checkpoint."""
        self._note = note


class Keys:
    """`stages.tlog.needs.Notes` with a fixed key."""

    def vkey(self, campaign: str) -> str:
        """Give the verifier key."""
        return format_vkey(origin_of(_HOST, campaign), ED25519, notes.public_key(bytes(32)))

    def sign(self, campaign: str, text: str) -> bytes:
        """Sign."""
        return notes.sign_note(bytes(32), origin_of(_HOST, campaign), text)


def floor(leaves: int) -> float:
    """Give the seconds that hashing alone takes."""
    line, pair = b"\x00s " + b"A" * 43, b"\x01" + bytes(64)
    begun = time.perf_counter()
    for _ in range(leaves):
        sha256(line).digest()
        sha256(pair).digest()
    return time.perf_counter() - begun


class Bare:
    """The files alone: nothing is hashed, signed or kept in order."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._libc, self._turn = folder, ctypes.CDLL(None, use_errno=True), 0
        self.seconds = 0.0

    def write(self, leaves: int) -> None:
        """Write as many files as a log has for so many leaves."""
        begun = time.perf_counter()
        for _ in range(-(-leaves // _BATCH)):
            self._turn += 1
            for kind in ("tile", "entries"):
                (self._folder / kind / str(self._turn // 50)).mkdir(parents=True, exist_ok=True)
            self._batch([self._folder / kind / str(self._turn // 50) for kind in ("tile", "entries")])
            for kind in ("high-water", "checkpoint"):
                replace(self._folder / kind / "note", bytes(200))
        self.seconds += time.perf_counter() - begun

    def _batch(self, folders: Sequence[Path]) -> None:
        places = [f"{folder}/{self._turn}-{n}" for folder in folders for n in range(_BATCH // WIDTH + 1)]
        opened = [os.open(f"{place}.new", os.O_WRONLY | os.O_CREAT) for place in places]
        for n, descriptor in enumerate(opened):
            os.write(descriptor, bytes(32 * WIDTH if n < len(opened) // 2 else 47 * WIDTH))
        if self._libc.syncfs(opened[0]):
            raise OSError(ctypes.get_errno(), "syncfs")
        for descriptor, place in zip(opened, places, strict=True):
            os.close(descriptor)
            os.rename(f"{place}.new", place)
        for folder in folders:
            descriptor = os.open(folder, os.O_RDONLY)
            os.fsync(descriptor)
            os.close(descriptor)


def grow(ledger: Lists, folder: Path) -> tuple[float, float, float, float]:
    """Enter everything, a checkpoint for each batch; give the seconds, of CPU too, and, in turns, of both floors.

    A turn is as many batches as the mill takes in one; nothing of it is under way any more when the floor begins.
    """
    look_seldom()  # as the mill does
    tiles, high_water = FileTiles(folder / "log"), FileHighWater(folder / "high-water")
    circle, keys, spent, bare, used, entered = tlog.Circle([], notes.verify), Keys(), 0.0, 0.0, 0.0, 1
    files = Bare(folder / "bare")
    while entered:
        begun, busy = time.perf_counter(), time.process_time()
        entered = tlog.step(
            ledger, tiles, keys, high_water, circle, _CAMPAIGN, 10, _NOON, _HOST, regions={}, limit=_BATCH,
            batches=_BATCHES,
        ).entered  # fmt: skip
        spent, used = spent + time.perf_counter() - begun, used + time.process_time() - busy
        bare += floor(entered)
        files.write(entered)
    return spent, bare, used, files.seconds


def read(log: Path) -> tuple[bool, float, float]:
    """Verify a log; give whether it holds, the seconds, and those of the floor, taken in turns."""
    bare, last = 0.0, 0

    def turn(done: int, _lines: int) -> None:
        nonlocal bare, last
        bare, last = bare + floor(done - last), done

    begun = time.perf_counter()
    report = verify_place(places(str(log))[0], progress=turn)
    return report.holds, time.perf_counter() - begun - bare, bare


def measure(name: str, leaves: int = LEAVES) -> dict[str, Any]:
    """Measure `log-append` or `verify`, each in turns with its floor."""
    with tempfile.TemporaryDirectory() as path:
        folder, ledger = Path(path), Lists(leaves)
        seconds, bare, used, files = grow(ledger, folder)
        holds = ledger.head(_CAMPAIGN).size == leaves + 2
        if name == "verify":
            verified, seconds, bare = read(folder / "log" / _CAMPAIGN)
            holds = holds and verified
    return {
        "name": name,
        "value": round(leaves / seconds),
        "unit": "leaves/s",
        "floor": round(leaves / bare),
        "ratio": round(bare / seconds, 3),
        "against": "hashing alone",
        "goal": 0.3,
        "files_us": round(files / leaves * 1e6, 2),
        "cpu_us": round(used / leaves * 1e6, 2),  # of appending, whichever is measured
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "books": holds,
    }


def main() -> int:
    """Print a JSON line a measure; 1 where the log does not hold."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("names", nargs="*", default=["log-append", "verify"])
    options.add_argument("--leaves", type=int, default=LEAVES)
    chosen = options.parse_args()
    facts = [measure(name, chosen.leaves) for name in chosen.names]
    for one in facts:
        print(json.dumps(one), flush=True)
    return 0 if all(one["books"] for one in facts) else 1


if __name__ == "__main__":
    sys.exit(main())

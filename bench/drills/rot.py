"""S9: one bit flips in a file at rest; it is found before anything is served or signed from it, or it changes nothing.

For each kind of file the flip is followed by what the processes do before they use it: a journal is read, ledger and
slots are opened and compared with the log, a published log is verified, a card is opened, a secret is read. A flip is
`found` where that refuses, `harmless` where everything read is what it was, and `missed` otherwise. A page, a table or
a style sheet is asked for as a door does. `TIMES` sets the number of flips.
"""

from __future__ import annotations

import os
import random
import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Container
from pathlib import Path
from typing import Any

import apsw
import msgspec

from bench.drills.workload import CAMPAIGN, START, grown, made, work
from bench.site import free_port
from undersigned.assemble import stores
from undersigned.assemble.mill import Mill
from undersigned.assemble.places import Places
from undersigned.audit.fetch import Folder, Place
from undersigned.audit.verify import verify_place
from undersigned.engines.files.published import PublishedFiles
from undersigned.engines.sqlite.connection import checksums
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.settings import Settings, read
from undersigned.vault.secret_files import read_secret

__all__ = ["KINDS", "Kind", "drill", "flips"]

TIMES = 1000


def _rows(file: Path) -> list[Any]:
    """Give everything that stands in a database, read as every process reads it: each page with its checksum."""
    database = apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY, vfs=checksums())
    try:
        names = [name for (name,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")]
        return [(name, sorted(map(repr, database.execute(f'SELECT * FROM "{name}"')))) for name in sorted(names)]
    finally:
        database.close()


def _journal(folder: Path, file: Path) -> object:
    journal, reader = SqliteJournal(file), SqliteJournalReader(file)
    try:
        return reader.read(reader.dropped(), 10**6), reader.dropped()
    finally:
        reader.close()
        journal.close()


def _ledger(folder: Path, file: Path) -> object:
    mill = grown(read(folder))
    try:
        mill.start()
    finally:
        mill.close()
    return _rows(file)


def _log(folder: Path, file: Path) -> object:
    log = Places(folder).logs / CAMPAIGN
    report = verify_place(Place(str(log), CAMPAIGN, Folder(log), None), pause=lambda seconds: None)
    if not report.holds:
        raise ValueError(report.faults[0].words)
    return report.number if hasattr(report, "number") else None


def _high_water(folder: Path, file: Path) -> object:
    mill = grown(read(folder))
    try:
        mill.start()
    finally:
        mill.close()
    return file.read_bytes()


def _card(folder: Path, file: Path) -> object:
    card = stores.cards(read(folder)).get(CAMPAIGN)
    if card is None:
        raise ValueError("the card is refused")
    return card


def _secret(folder: Path, file: Path) -> object:
    return read_secret(file, 32)


def _served(folder: Path, file: Path) -> object:
    public = Places(folder).public
    found = PublishedFiles(public).get(str(file.relative_to(public)))
    if found is None:
        raise ValueError("the file is refused")
    return found.body


class Kind(msgspec.Struct, frozen=True):
    """One kind of file."""

    patterns: tuple[str, ...]  # of its files in the data folder
    use: Callable[[Path, Path], object]  # what is done with one before it is used
    recovery: str  # what brings it back, in words for docs/drills.md


_FROM_COPY = "the copy of `secrets/`; nothing else can make it again"

KINDS: dict[str, Kind] = {
    "journal": Kind(
        ("journal/door-1.db", "journal/staff.db"),
        _journal,
        "a mirror of `journal/`; what a signed checkpoint covers stands in ledger and log already",
    ),
    "ledger": Kind(("ledger.db",), _ledger, "the newest copy of `ledger.db` and `slots.db`, then the journals go on"),
    "slots": Kind(("slots.db",), _ledger, "with `ledger.db`, from the same copy"),
    "tile": Kind(
        (f"public/log/{CAMPAIGN}/tile/**/*",), _log, "any mirror of `public/log/`, which the checkpoint proves"
    ),
    "checkpoint": Kind((f"public/log/{CAMPAIGN}/checkpoint",), _log, "any mirror of `public/log/`"),
    "vkey": Kind((f"public/log/{CAMPAIGN}/vkey",), _log, "any mirror of `public/log/`"),
    "high water": Kind(
        (f"high-water/{CAMPAIGN}",), _high_water, "its copy: a checkpoint from any mirror of `public/log/`"
    ),
    "card": Kind((f"cards/{CAMPAIGN}.card",), _card, "the campaign, released again"),
    "pepper": Kind((f"secrets/{CAMPAIGN}/pepper",), _secret, _FROM_COPY),
    "log key": Kind((f"secrets/{CAMPAIGN}/log.key",), _secret, _FROM_COPY),
    "token key": Kind(("secrets/token.key",), _secret, _FROM_COPY),
    "page": Kind(("public/**/*.html",), _served, "the mill writes it anew, when its count changes or at its start"),
    "table": Kind(("public/c/**/*.csv", "public/c/**/*.json"), _served, "as a page"),
    "style": Kind(("public/s/*",), _served, "the mill writes it anew at its start"),
}


def flips(folder: Path, times: int, seed: int = 9, without: Container[str] = ()) -> dict[str, Counter[str]]:
    """Flip bits, in the kinds by turns, `without` some; give how often they were found, harmless or missed."""
    base, place = folder / "base", folder / "d"
    settings = made(base, free_port())
    work(settings)
    _publish(settings)
    chance = random.Random(seed)
    found = {kind: Counter[str]() for kind in KINDS if kind not in without}
    shutil.copytree(base, place)
    for number in range(times):
        kind = list(found)[number % len(found)]
        use = KINDS[kind].use
        files = sorted(file for pattern in KINDS[kind].patterns for file in place.glob(pattern) if file.is_file())
        if kind == "tile":  # what earlier checkpoints needed is read by nobody any more
            newest = max(int(file.name) for file in files)
            files = [file for file in files if file.name == str(newest) or not file.parent.name.endswith(".p")]
        found[kind][_flip(place, chance.choice(files), use, chance)] += 1
        _restore(base, place)
    return found


def _restore(base: Path, place: Path) -> None:
    shutil.rmtree(place)
    shutil.copytree(base, place)


def _publish(settings: Settings) -> None:
    """Write the public pages, which the workload leaves out."""
    mill = Mill(msgspec.structs.replace(settings, interval=0.0), lambda: float(START + 10_000))
    mill.start()
    mill.turn()
    mill.close()


def _flip(folder: Path, file: Path, use: Callable[[Path, Path], object], chance: random.Random) -> str:
    mode, before = file.stat().st_mode, file.read_bytes()
    was = use(folder, file)
    data = bytearray(file.read_bytes() if file.suffix == ".db" else before)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    file.write_bytes(data)
    file.chmod(mode)
    try:
        return "harmless" if use(folder, file) == was else "missed"
    except Exception:
        return "found"


def drill() -> dict[str, Any]:
    """Flip bits."""
    times = int(os.environ.get("TIMES", TIMES))
    with tempfile.TemporaryDirectory(dir="/dev/shm" if os.path.isdir("/dev/shm") else None) as folder:
        found = flips(Path(folder), times)
    total: Counter[str] = sum(found.values(), Counter())
    missed = {kind: counts["missed"] for kind, counts in found.items() if counts["missed"]}
    return {
        "flips": times,
        "found": total["found"],
        "harmless": total["harmless"],
        "missed": total["missed"],
        **({"missed_in": missed} if missed else {}),
        "holds": not missed,
        "full": times >= TIMES,
    }

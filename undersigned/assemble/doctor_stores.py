"""Checks of what an installation keeps: schemas, cards, published files, secrets that belong together, a live mill.

Nothing here opens a database: a running mill is its only writer, and a file's own head says enough.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from itertools import islice

import msgspec

from undersigned.assemble.doctor_machine import alive, running
from undersigned.assemble.finding import Check, Finding, grave, note
from undersigned.assemble.places import Places
from undersigned.core.campaign import Card
from undersigned.engines.files.marked import as_written
from undersigned.engines.sql import migrations
from undersigned.settings import Settings

__all__ = ["CHECKS"]

_FORMAT = 1  # of the cards that this version reads
_STILL = 600  # seconds without a note of the time after which a mill stands still; it writes one a minute
_FILES = 20_000  # published files looked at, the newest tiles of every log among them
_VERSION = slice(60, 64)  # "user version" in the head of an SQLite file (sqlite.org/fileformat2, 1.3)
_HEAD = b"SQLite format 3\x00"


def _schema(settings: Settings, places: Places) -> Iterator[Finding]:
    if settings.ledger or not places.ledger.exists():
        return
    head = places.ledger.open("rb").read(100)
    if head[:16] != _HEAD:
        yield grave(
            "ledger-damaged",
            "ledger.db is no SQLite file any more",
            "Stop the mill, put back ledger.db and slots.db from one copy (docs/deploy.md, Copies), start it again.",
        )
        return
    version, known = int.from_bytes(head[_VERSION], "big"), len(migrations())
    if version > known:
        yield grave(
            "ledger-newer",
            f"ledger.db was written by a newer version of this program (schema {version}; this one knows {known})",
            "Install that version again. A schema never goes back.",
        )
    elif version < known:
        yield note(
            "ledger-older",
            f"ledger.db has schema {version}, this program has {known}",
            "Nothing to do: the mill brings it up to date when it starts. Make a copy before.",
        )


class _Format(msgspec.Struct):
    format: int = _FORMAT


def _cards(settings: Settings, places: Places) -> Iterator[Finding]:
    for file in sorted(places.cards.glob("*.card")):
        text = file.read_bytes().partition(b"\n\n")[0]
        try:
            version = msgspec.json.decode(text, type=_Format).format
            if version <= _FORMAT:
                msgspec.json.decode(text, type=Card)
        except msgspec.DecodeError:
            yield grave(
                "card-damaged",
                f"the released card of {file.stem} cannot be read, so no door takes its signatures",
                f"Remove {file.name} while the mill runs: it makes the card anew from the campaign's folder.",
            )
            continue
        if version > _FORMAT:
            yield grave(
                "card-newer",
                f"the card of {file.stem} was written by a newer version of this program (format {version})",
                "Install the version that the mill has on every machine with a door.",
            )


def _published(settings: Settings, places: Places) -> Iterator[Finding]:
    """Compare published files with the hash that was kept beside each when it was written."""
    files = (file for file in places.public.rglob("*") if file.is_file())
    for file in islice(files, _FILES):
        try:
            damaged = as_written(file, file.read_bytes()) is False
        except OSError:
            damaged = True
        if damaged:
            yield grave(
                "file-damaged",
                f"{file.relative_to(places.folder)} is not what was written: the disk lies, or somebody changed it",
                _MEND_TILE if "/log/" in str(file) else "Remove it and start the mill again: it is written anew.",
            )


_MEND_TILE = (
    "Put the file back from a copy or from anybody who has recounted the log, then run `undersigned verify` on the "
    "folder. Look at the disk (smartctl, dmesg)."
)


def _log_keys(settings: Settings, places: Places) -> Iterator[Finding]:
    for log in sorted(places.logs.glob("*/checkpoint")):
        name = log.parent.name
        if places.secrets.is_dir() and not (places.secrets / name / "log.key").exists():
            yield grave(
                "log-key-missing",
                f"the log of {name} has a checkpoint, but its key is missing",
                "Put back secrets/ from its own backup. A new key would be another log, and everybody would see it.",
            )
    if any(places.cards.glob("*.card")) and not places.token_key.exists():
        yield grave(
            "token-key-missing",
            "secrets/token.key is missing: no link in any letter works",
            "Put back secrets/ from its own backup.",
        )


def _mill_alive(settings: Settings, places: Places) -> Iterator[Finding]:
    """A mill notes the time once a minute; one that runs and has not is stuck, or its folder is not written."""
    noted = places.run / "mill.time"
    if not alive(places.run / "mill.pid") or not noted.exists():
        return
    still = time.time() - noted.stat().st_mtime
    if still > _STILL:
        yield grave(
            "mill-still",
            f"the mill runs, but has done nothing for {int(still // 60)} minutes; nothing is counted meanwhile",
            "Read its last words. Another mill may hold the ledger, the disk may be full, or the database away.",
        )


def _one_mill(settings: Settings, places: Places) -> Iterator[Finding]:
    """Two trees on one folder: the second one's processes die again and again, for the first holds the files."""
    found = list(running(places.folder, "mill"))
    if len(found) > 1:
        yield grave(
            "two-mills",
            f"{len(found)} mills run on this folder (processes {', '.join(map(str, found))})",
            "End one of the two `undersigned serve`, or units, that started them. Only one can write; nothing is lost.",
        )


CHECKS: tuple[Check, ...] = (_schema, _cards, _published, _log_keys, _mill_alive, _one_mill)

"""Whether the volumes of a data folder have room: a full one may have some again, and is waited for."""

from __future__ import annotations

import shutil
from pathlib import Path

from undersigned.assemble.places import Places
from undersigned.settings import Settings

__all__ = ["LEAST", "without_room"]

LEAST = 1 << 20  #: bytes below which a volume counts as full: SQLite needs some even to open a file


def without_room(settings: Settings) -> bool:
    """Tell whether a volume that the mill or a post writes is full."""
    places = Places(settings.path)
    high_water = Path(settings.high_water) if settings.high_water else places.high_water
    files = (places.ledger.resolve().parent, places.slots.resolve().parent)  # either may lie elsewhere, by a link
    folders = (places.folder, places.journals, places.public, high_water, places.mail, *files)
    return any(_full(folder) for folder in folders)


def _full(folder: Path) -> bool:
    try:
        return shutil.disk_usage(folder).free < LEAST
    except OSError:  # not there, or not ours to ask
        return False

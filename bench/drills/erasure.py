"""Erased is erased: no file of the installation holds what could open an erased record, or the record itself."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from bench.site import Site
from undersigned.core.events import Signed, decode
from undersigned.engines.sqlite.journal import SqliteJournalReader
from undersigned.journal.frames import unpack

__all__ = ["drill", "erase_some", "left_over", "signed_events"]


def signed_events(folder: Path) -> list[Signed]:
    """Give the `Signed` events that the journal still holds."""
    reader = SqliteJournalReader(folder / "journal" / "door-1.db")
    try:
        events = [decode(record) for _, segment in reader.read(reader.dropped(), 10_000) for record in unpack(segment)]
    finally:
        reader.close()
    return [event for event in events if isinstance(event, Signed)]


def left_over(folder: Path, events: list[Signed]) -> list[str]:
    """Give the files that hold a slot, a sealed record or a tag of those events."""
    found = set()
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            for event in events:
                for what in ("slot", "sealed", "tag"):
                    if getattr(event, what) in data:
                        found.add(f"{what} in {file.relative_to(folder)}")
    return sorted(found)


def erase_some(site: Site, number: int) -> list[Signed]:
    """Sign, confirm and erase; give the events as the journal held them before."""
    events = []
    for one in range(number):
        address = f"erased{one}@example.org"
        site.sign(address)
        events += signed_events(site.folder)
        token = site.token(address)
        site.confirm(token)
        site.until(lambda before=one: site.count()["collected"] > before, 20, "the signature to be counted")
        site.post_form(f"/w/{token}", {"act": "erase"})
    site.until(lambda: site.count()["count"] == 0, 20, "the erasures to be counted")
    return events


def drill(number: int = 20) -> dict[str, Any]:
    """Erase some signers and search every file, while the processes still run."""
    with tempfile.TemporaryDirectory() as folder, Site(Path(folder) / "d", rate=10**6, burst=10**6) as site:
        events = erase_some(site, number)
        site.until(lambda: not left_over(site.folder, events), 30, "every trace to be written over")
        return {"erased": number, "traces": len(left_over(site.folder, events)), "holds": len(events) >= number}

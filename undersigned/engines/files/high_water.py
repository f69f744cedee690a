"""The largest checkpoint ever published, one file a campaign, better on another disk than the ledger."""

from __future__ import annotations

from pathlib import Path

from undersigned.engines.files.durable import replace

__all__ = ["FileHighWater"]


class FileHighWater:
    """What the log requires as `HighWater`."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; made at the first note."""
        self._folder = folder
        self._kept: dict[str, bytes] = {}  # by campaign: what this process made durable last

    def get(self, campaign: str) -> bytes | None:
        """Give the note, or None where none was kept."""
        try:
            return (self._folder / campaign).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, campaign: str, note: bytes) -> None:
        """Keep the note durably in place of the one before; nothing is done where this process has kept it.

        Raises:
            OSError: the disk refuses.
        """
        if self._kept.get(campaign) == note == self.get(campaign):
            return
        replace(self._folder / campaign, note)
        self._kept[campaign] = note

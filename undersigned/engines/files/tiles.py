"""The published files of all logs in one folder: `<folder>/<campaign>/checkpoint`, `vkey`, `tile/…`."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path

from undersigned.core.tiles import WIDTH, bundle_path, tile_path
from undersigned.engines.files.durable import create, create_all, replace
from undersigned.stages.tlog.needs import Immutable

__all__ = ["FileTiles"]


class FileTiles:
    """What the log requires as `Tiles`. One process writes; a file server may read at any time."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that is served as `/log/`."""
        self._folder = str(folder)
        self._dropped: dict[tuple[str, int | str], int] = {}

    def put(self, campaign: str, path: str, data: bytes) -> None:
        """Write an immutable file durably, if it is not there.

        Raises:
            Immutable: it is there with other bytes.
            OSError: the disk refuses.
        """
        file = self._file(campaign, path)
        if not self._same(file, data):
            create(file, data)

    def put_all(self, campaign: str, files: Iterable[tuple[str, bytes]]) -> None:
        """Write immutable files durably, those that are not there.

        Raises:
            Immutable: one is there with other bytes.
            OSError: the disk refuses.
        """
        placed = [(self._file(campaign, path), data) for path, data in files]
        create_all([(file, data) for file, data in placed if not self._same(file, data)])

    def get(self, campaign: str, path: str) -> bytes | None:
        """Give a file, or None where it is not there."""
        try:
            return self._file(campaign, path).read_bytes()
        except FileNotFoundError:
            return None

    def replace(self, campaign: str, path: str, data: bytes) -> None:
        """Replace a mutable file (`checkpoint`, `vkey`) atomically and durably."""
        replace(self._file(campaign, path), data)

    def drop_partials(self, campaign: str, size: int) -> None:
        """Remove the partial tiles and bundles whose full ones the published size implies.

        Never one whose full file is not there, whatever the size.
        """
        self._drop(campaign, "entries", size // WIDTH)
        level = 0
        while full := size >> (8 * (level + 1)):
            self._drop(campaign, level, full)
            level += 1

    def _drop(self, campaign: str, level: int | str, full: int) -> None:
        for index in range(self._dropped.get((campaign, level), 0), full):
            path = bundle_path(index) if isinstance(level, str) else tile_path(level, index)
            file = self._file(campaign, path)
            partials = file.with_name(file.name + ".p")
            if file.exists() and partials.is_dir():
                shutil.rmtree(partials)
        self._dropped[campaign, level] = full

    def _same(self, file: Path, data: bytes) -> bool:
        """Say whether the file is there with these bytes.

        Raises:
            Immutable: it is there with others.
        """
        try:
            standing = file.read_bytes()
        except FileNotFoundError:
            return False
        if standing != data:
            raise Immutable(
                f"{file} is there with other bytes than the ledger gives it. A published file never changes: find"
                " out which of the two is damaged; nothing was signed."
            )
        return True

    def _file(self, campaign: str, path: str) -> Path:
        if ".." in path.split("/") or path.startswith("/") or "/" in campaign or campaign in ("", ".", ".."):
            raise ValueError("a path leads out of the log's folder")
        return Path(f"{self._folder}/{campaign}/{path}")

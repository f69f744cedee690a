"""The published files of all logs in one folder: `<folder>/<campaign>/checkpoint`, `vkey`, `tile/…`."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator
from os.path import exists, isdir
from pathlib import Path

from undersigned.core.tiles import bundle_path, tile_path
from undersigned.engines.files.durable import begin_all, replace
from undersigned.stages.tlog.needs import Immutable

__all__ = ["FileTiles"]


class FileTiles:
    """What the log requires as `Tiles`. One process writes; a file server may read at any time."""

    def __init__(self, folder: Path) -> None:
        """Take the folder that is served as `/log/`."""
        self._folder = str(folder)
        self._sure: set[str] = set()  # folders that last with all in them, for this process has flushed them
        self._dropped: dict[str, int] = {}  # by campaign: the published size at which partial ones were removed last

    def begin(self, campaign: str, files: Iterable[tuple[str, bytes]]) -> Callable[[], None]:
        """Begin to write immutable files, those that are not there; what it gives makes them durable.

        One that is there may have its name from a process that was killed before it flushed the folder; so a folder
        lasts only when this process has flushed it, and those above it, since it last put a name there.

        Raises:
            Immutable: one is there with other bytes.
            OSError: the disk refuses, at either call.
        """
        placed = [(self._file(campaign, path), data) for path, data in files]
        folders = {file.rpartition("/")[0] for file, _ in placed}
        unsure = {above for folder in folders - self._sure for above in self._up(folder)}
        self._sure -= folders
        finish = begin_all([(file, data) for file, data in placed if not self._same(file, data)], unsure)

        def finished() -> None:
            finish()
            self._sure |= folders | unsure

        return finished

    def get(self, campaign: str, path: str) -> bytes | None:
        """Give a file, or None where it is not there."""
        return _read(self._file(campaign, path))

    def replace(self, campaign: str, path: str, data: bytes) -> None:
        """Replace a mutable file (`checkpoint`, `vkey`) atomically and durably."""
        replace(Path(self._file(campaign, path)), data)

    def drop_partials(self, campaign: str, size: int) -> None:
        """Remove the partial tiles and bundles whose full ones the published size implies.

        Never one whose full file is not there, whatever the size.
        """
        before = self._dropped.get(campaign)
        self._drop(campaign, "entries", 8, size, before)
        for level in range(size.bit_length() // 8):
            self._drop(campaign, level, 8 * (level + 1), size, before)
        self._dropped[campaign] = size

    def _drop(self, campaign: str, level: int | str, bits: int, size: int, before: int | None) -> None:
        """Remove those of a level: only what had its end at a size published before can have been partial."""
        full, edge = size >> bits, (before or 0) >> bits
        for index in range(full) if before is None else range(edge, min(full, edge + 1)):
            path = bundle_path(index) if isinstance(level, str) else tile_path(level, index)
            file = self._file(campaign, path)
            if isdir(file + ".p") and exists(file):
                shutil.rmtree(file + ".p")

    def _up(self, folder: str) -> Iterator[str]:
        """Give a folder and those above it, up to one that lasts, in which its name may be new, or that of all logs."""
        yield folder
        while folder not in self._sure and len(folder) > len(self._folder):
            folder = folder.rpartition("/")[0]
            yield folder

    def _same(self, file: str, data: bytes) -> bool:
        """Say whether the file is there with these bytes.

        Raises:
            Immutable: it is there with others.
        """
        if not exists(file):
            return False
        standing = _read(file)
        if standing != data:
            raise Immutable(
                f"{file} is there with other bytes than the ledger gives it. A published file never changes: find"
                " out which of the two is damaged; nothing was signed."
            )
        return True

    def _file(self, campaign: str, path: str) -> str:
        if ".." in path.split("/") or path.startswith("/") or "/" in campaign or campaign in ("", ".", ".."):
            raise ValueError("a path leads out of the log's folder")
        return f"{self._folder}/{campaign}/{path}"


def _read(file: str) -> bytes | None:
    try:
        with open(file, "rb", buffering=0) as stream:
            return stream.readall()
    except FileNotFoundError:
        return None

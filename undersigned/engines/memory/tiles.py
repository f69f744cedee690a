"""Published files and high-water notes in memory: the strict twin of `engines.files` for tests."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from undersigned.core.strict import Malformed
from undersigned.core.tiles import WIDTH, place_of, width_at
from undersigned.stages.tlog.needs import Immutable

__all__ = ["MemoryHighWater", "MemoryTiles"]

_MUTABLE = ("checkpoint", "vkey")


class MemoryTiles:
    """`Tiles` that takes nothing but paths of tlog-tiles, of the right sizes, in the right way."""

    def __init__(self) -> None:
        """Start without files."""
        self.files: dict[tuple[str, str], bytes] = {}

    def begin(self, campaign: str, files: Iterable[tuple[str, bytes]]) -> Callable[[], None]:
        """Take immutable files; what it gives keeps those that are not there. Before, none of them is.

        Raises:
            Immutable: one is there with other bytes.
            Malformed: not a tile's path, or a hash tile of another length than its path says.
        """
        taken = dict(files)
        for path, data in taken.items():
            self._check(campaign, path, data)

        def finish() -> None:
            for path, data in taken.items():
                self._check(campaign, path, data)
                self.files[campaign, path] = data

        return finish

    def _check(self, campaign: str, path: str, data: bytes) -> None:
        place = place_of(path)
        if place.level != "entries" and len(data) != 32 * place.width:
            raise Malformed("a tile has another length than its path says")
        if self.files.get((campaign, path), data) != data:
            raise Immutable(path)

    def get(self, campaign: str, path: str) -> bytes | None:
        """Give a file."""
        return self.files.get((campaign, path))

    def replace(self, campaign: str, path: str, data: bytes) -> None:
        """Replace a mutable file.

        Raises:
            Immutable: only `checkpoint` and `vkey` may change.
        """
        if path not in _MUTABLE:
            raise Immutable(path)
        self.files[campaign, path] = data

    def drop_partials(self, campaign: str, size: int) -> None:
        """Remove the partial tiles and bundles that the size has full ones for, where these are there."""
        for owner, path in list(self.files):
            if owner != campaign or path in _MUTABLE:
                continue
            place = place_of(path)
            level = 0 if place.level == "entries" else place.level
            full = path.split(".p/")[0]
            if place.width < WIDTH == width_at(level, place.index, size) and (owner, full) in self.files:
                del self.files[owner, path]


class MemoryHighWater:
    """`HighWater` in memory."""

    def __init__(self) -> None:
        """Start without notes."""
        self.notes: dict[str, bytes] = {}

    def get(self, campaign: str) -> bytes | None:
        """Give the note."""
        return self.notes.get(campaign)

    def put(self, campaign: str, note: bytes) -> None:
        """Keep the note."""
        self.notes[campaign] = note

"""The released campaign cards, as the door reads them: a signed note a campaign, verified before it is believed."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from undersigned.core import campaign
from undersigned.core.campaign import Card

__all__ = ["CardFiles", "Opened"]

EACH = 1.0  # seconds after which the files are looked at, even where the folder itself has not changed

Opened: TypeAlias = Callable[[str, bytes], str]
"""`opened(campaign, note)` gives the text of a note that the campaign's key has signed.

Raises `ValueError` where it has not, `OSError` or `LookupError` where the key is not there yet.
"""

_log = logging.getLogger("undersigned.door")


class CardFiles:
    """`intake.needs.Cards` over a folder of `<campaign>.card`. One event loop.

    A card that is broken, unsigned, or signed by another key is refused, and said so; the one before it
    stays. Where the key cannot be read yet, the card is looked at again. A card whose file is gone is gone.
    """

    def __init__(
        self,
        folder: Path,
        opened: Opened,
        clock: Callable[[], float] = time.monotonic,
        fresh_seconds: float = 0.0,
    ) -> None:
        """Take the folder, which may not be there yet, and who verifies; `clock` gives monotonic seconds.

        The disk is asked again after `fresh_seconds`.
        """
        self._folder = folder
        self._opened = opened
        self._clock = clock
        self._fresh = fresh_seconds
        self._looked = float("-inf")
        self._asked = float("-inf")
        self._folder_stamp: _Stamp | None = None  # a card is replaced by renaming, which changes its folder
        self._stamps: dict[str, _Stamp] = {}
        self._cards: dict[str, Card] = {}
        self._sorted: Sequence[Card] = ()

    def get(self, name: str) -> Card | None:
        """Give the card of that campaign."""
        self._refresh()
        return self._cards.get(name)

    def all(self) -> Sequence[Card]:
        """Give every card, the newest opening first."""
        self._refresh()
        return self._sorted

    def _refresh(self) -> None:
        now = self._clock()
        if now - self._asked < self._fresh:
            return
        self._asked, folder = now, _stamp(self._folder)
        if now - self._looked < EACH and folder == self._folder_stamp:
            return
        self._looked, self._folder_stamp = now, folder  # read before the files: a change in between is seen again
        seen = self._look()
        changed = [name for name, stamp in seen.items() if self._stamps.get(name) != stamp]
        gone = self._cards.keys() - seen.keys()
        self._stamps = seen
        for name in gone:
            del self._cards[name]
        for name in changed:
            self._read(name)
        if gone or changed:
            self._sorted = tuple(sorted(self._cards.values(), key=lambda card: (-card.opens, card.campaign)))

    def _look(self) -> dict[str, _Stamp]:
        found = {}
        for file in self._folder.glob("*.card"):
            stamp = _stamp(file)
            if stamp is not None and not file.name.startswith("."):
                found[file.stem] = stamp
        return found

    def _read(self, name: str) -> None:
        try:
            self._cards[name] = self._card(name)
        except (OSError, LookupError):
            del self._stamps[name]  # the key may come: look again
        except (ValueError, msgspec.DecodeError) as error:
            _log.error("the card of %s was refused: %s", name, type(error).__name__)

    def _card(self, name: str) -> Card:
        text = self._opened(name, (self._folder / f"{name}.card").read_bytes())
        card = campaign.decode(text.encode())
        if card.campaign != name or not card.texts:
            raise ValueError("the card is of another campaign")
        return card


_Stamp = tuple[int, int, int]


def _stamp(file: Path) -> _Stamp | None:
    """Give what changes when the file does: inode, size, nanoseconds of its last change."""
    try:
        found = file.stat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns)

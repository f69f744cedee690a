"""The released campaign cards, read from their signed files and kept fresh.

A card file is a signed note (C2SP signed-note) whose text is the card as one line of JSON. A card whose
signature does not hold, or that cannot be read, is refused, and the one before it stays.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from time import monotonic

import msgspec

from undersigned.core import campaign
from undersigned.core.campaign import Card
from undersigned.core.note import Forged, Verify, open_note, parse_vkey
from undersigned.core.strict import Malformed

__all__ = ["CardFiles"]

FRESH = 1.0  # seconds for which a look at the folder holds


class CardFiles:
    """What the door, the post and publishing require as cards. One an owner; not shared among threads."""

    def __init__(
        self, folder: Path, key: Callable[[str], str], verify: Verify, clock: Callable[[], float] = monotonic
    ) -> None:
        """Take the folder of cards; `key` gives a campaign's verifier key and raises OSError without one."""
        self._folder = folder
        self._key = key
        self._verify = verify
        self._clock = clock
        self._looked = -FRESH
        self._stamps: dict[str, tuple[int, int]] = {}
        self._cards: dict[str, Card] = {}
        self.refused: set[str] = set()  # campaigns whose newest card file is not believed

    def get(self, name: str) -> Card | None:
        """Give the card of that campaign."""
        self._look()
        return self._cards.get(name)

    def all(self) -> Sequence[Card]:
        """Give every card, the newest opening first."""
        self._look()
        return sorted(self._cards.values(), key=lambda card: (-card.opens, card.campaign))

    def _look(self) -> None:
        now = self._clock()
        if now - self._looked < FRESH:
            return
        self._looked = now
        for file in self._folder.glob("[!.]*.card"):
            facts = file.stat()
            stamp = (facts.st_mtime_ns, facts.st_ino)
            if self._stamps.get(file.stem) != stamp and self._read(file):
                self._stamps[file.stem] = stamp

    def _read(self, file: Path) -> bool:
        """Take the card in, if it is to be believed; False where it should be looked at again."""
        try:
            note = open_note(file.read_bytes(), [parse_vkey(self._key(file.stem))], self._verify)
            card = campaign.decode(note.text.encode())
        except OSError:  # the key is not published yet, or the file was replaced meanwhile
            return False
        except (Forged, Malformed, msgspec.DecodeError):
            self.refused.add(file.stem)
            return True
        if card.campaign == file.stem:
            self._cards[file.stem] = card
            self.refused.discard(file.stem)
        return True

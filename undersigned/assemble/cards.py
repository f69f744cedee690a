"""Releases campaign cards: reads the campaign folders, and makes what is whole and new a signed card.

The order matters. The text's release is in the journal before the card is, so that a signature can never
name a text version the log does not learn of. A broken folder leaves the old card standing.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

import msgspec

from undersigned.assemble.places import Places
from undersigned.core import campaign, events, normal
from undersigned.core.campaign import Card
from undersigned.core.reading import Fault, read
from undersigned.engines.files.campaign_folder import sources, stamp
from undersigned.engines.files.durable import replace
from undersigned.journal.frames import pack
from undersigned.journal.needs import Journal
from undersigned.stages.tlog.needs import Notes
from undersigned.vault.keys import drill_done

__all__ = ["Releases", "genesis"]

REASONS = ("withdrawn", "erased", "not-me", "bounce", "fraud", "under-age", "duplicate-person", "court")


def genesis(card: Card, origin: str, witnesses: tuple[str, ...], simulated: bool = False) -> bytes:
    """Give the canonical JSON of the log's `g` line for a card (`log.md`, Leaves).

    A log of simulated signatures says so in its first line, where no copy of it can lose the mark.
    """
    facts = {
        "format": 1,
        "campaign": card.campaign,
        "origin": f"{origin}/log/{card.campaign}",
        "texts": {language: text.hash for language, text in card.texts.items()},
        "canonicalisation": normal.VERSION,
        "k": card.k,
        "reasons": list(REASONS),
        "witnesses": [entry.split(" ")[0] for entry in witnesses],
        "opens": card.opens,
        "closes": card.closes,
        **({"simulated": True} if simulated else {}),
    }
    return msgspec.json.encode(facts, order="sorted")


class Releases:
    """Watches the campaign folders. Used by the mill only, which is the one writer of the staff journal."""

    def __init__(
        self,
        places: Places,
        journal: Journal,
        notes: Notes,
        origin: str,
        witnesses: tuple[str, ...],
        ready: Callable[[Card], None],
        simulated: bool = False,
    ) -> None:
        """Take what a release touches; `ready` makes the secrets of a campaign and refuses in words."""
        self._simulated = simulated
        self._places = places
        self._journal = journal
        self._notes = notes
        self._origin = origin
        self._witnesses = witnesses
        self._ready = ready
        self._stamps: dict[str, bytes] = {}
        self.faults: dict[str, tuple[Fault, ...]] = {}

    def turn(self, now: int) -> list[str]:
        """Look at every folder once; give the campaigns whose card was released or whose faults are new."""
        changed = []
        for folder in sorted(self._places.campaigns.iterdir()):
            mark = stamp(folder)
            if not (folder / "campaign.toml").exists() or self._stamps.get(folder.name) == mark:
                continue
            self._stamps[folder.name] = mark
            self._release(folder, now)
            changed.append(folder.name)
        return changed

    def current(self, name: str) -> Card | None:
        """Give the card that stands released."""
        file = self._places.cards / f"{name}.card"
        if not file.exists():
            return None
        return campaign.decode(file.read_bytes().split(b"\n", 1)[0])

    def _release(self, folder: Path, now: int) -> None:
        previous = self.current(folder.name)
        found = sources(folder)
        card = read(
            found.campaign, found.texts, found.recipients, previous, found.pictures, found.answers, found.gatherings
        )
        faults = self._obstacles(card, folder) if isinstance(card, Card) else card
        self.faults[folder.name] = faults
        if faults or not isinstance(card, Card) or card == previous:
            return
        self._ready(card)
        if previous is None or _hashes(previous) != _hashes(card):
            self._journal.append(pack([events.encode(self._text_release(card, now))]))
        self._write(card)

    def _obstacles(self, card: Card, folder: Path) -> tuple[Fault, ...]:
        if card.campaign != folder.name:
            what = f"the campaign is called {card.campaign}, its folder is not"
            return (Fault("campaign.toml", 1, what, "Give both the same name."),)
        proof = folder / "drill.txt"
        if not proof.exists() or not drill_done(proof.read_text("utf-8"), card.recipients):
            what = "no test record was opened with the campaign key yet"
            remedy = f"Run `undersigned keys drill` for {card.campaign} where the key is."
            return (Fault("drill.txt", 0, what, remedy),)
        return ()

    def _text_release(self, card: Card, now: int) -> events.TextReleased:
        return events.TextReleased(
            campaign=card.campaign,
            texts=tuple(sorted(_hashes(card).items())),
            genesis=genesis(card, self._origin, self._witnesses, self._simulated),
            at=now,
        )

    def _write(self, card: Card) -> None:
        note = self._notes.sign(card.campaign, campaign.encode(card).decode() + "\n")
        replace(self._places.cards / f"{card.campaign}.card", note)


def _hashes(card: Card) -> dict[str, bytes]:
    return {name: hashlib.sha256(text.source.encode()).digest() for name, text in card.texts.items()}

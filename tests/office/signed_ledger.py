"""A ledger for the tests of moderation: signatures as doors would have written them, taken in by a real mill's step."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from tests.made import HOUR, name, released, segment, signed
from undersigned.assemble import stores
from undersigned.assemble.places import Places
from undersigned.core.events import Confirmed, Event, Signed
from undersigned.settings import Settings
from undersigned.stages.sequencer.run import step

__all__ = ["House", "doubtful"]


def doubtful(number: int, at: int, **changes: Any) -> Signed:
    """Give the form of one of many bots that share a domain."""
    event = signed(f"bot{number}", at=at + number % HOUR, review="velocity", cohort=name("cohort", 8))
    return replace(event, campaign="river", **changes)


class House:
    """The journals and the ledger beside a desk. Every journal is real; the sequencer is called by hand."""

    def __init__(self, folder: Path) -> None:
        """Clear the folder of what an earlier test left, and open the ledger."""
        self.settings = Settings(dir=str(folder), url="https://petitions.example")
        places = Places(folder)
        for file in (*places.journals.glob("*"), *folder.glob("ledger.db*"), *folder.glob("slots.db*")):
            file.unlink()
        self.journal = stores.journal(self.settings, "door-1")
        self.ledger = stores.ledger(self.settings)
        self.shelf = stores.shelf(self.settings)
        self.readers: dict[str, Any] = {}
        self.take(replace(released(), campaign="river"))

    def take(self, *events: Event) -> None:
        """Let the door write events, and the sequencer read every journal."""
        if events:
            self.journal.append(segment(events))
        for source in self.shelf.names():
            self.readers.setdefault(source, self.shelf.reader(source))
        step(self.ledger, self.readers, 100)

    def sign(self, forms: Iterable[Signed]) -> None:
        """Let people sign and confirm."""
        forms = list(forms)
        self.take(*forms, *(Confirmed(one.lookup, one.at + 60) for one in forms))

    def states(self, forms: Iterable[Signed]) -> dict[str, int]:
        """Count by state what the ledger says of them."""
        reader = stores.review(self.settings)
        found: dict[str, int] = {}
        for one in reader.recorded("river", [form.record for form in forms]):
            found[one.state] = found.get(one.state, 0) + 1
        reader.close()
        return found

    def close(self) -> None:
        """Release everything."""
        self.shelf.close()
        self.ledger.close()
        self.journal.close()

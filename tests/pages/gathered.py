"""A made-up campaign with gatherings on both sides of the end of summer time."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from msgspec.structs import replace

from tests.pages import sample
from undersigned.core.campaign import Card
from undersigned.core.figures import Source
from undersigned.core.gatherings import Gathering, attended

__all__ = ["AFTER", "BEFORE", "card"]

_BERLIN = ZoneInfo("Europe/Berlin")


def _at(day: str, hour: int) -> int:
    return int(datetime.fromisoformat(f"{day}T{hour:02}:00").replace(tzinfo=_BERLIN).timestamp())


BEFORE = Gathering(
    id="stall", kind="stall", starts=_at("2026-10-24", 18), ends=_at("2026-10-24", 20), zone="Europe/Berlin",
    title={"en": "Sign at the market; bring, friends"}, contact="stall@library.example", announced=_at("2026-10-01", 9),
    changed=_at("2026-10-02", 9), place={"en": "Market, by the well", "ar": "السوق"},
    attendance=attended(
        "about", (300, None, None),
        Source(organisation="Town Post", address="https://post.example/stall"), "2026-10-24",
    ),
)  # fmt: skip
AFTER = Gathering(
    id="vigil", kind="vigil", starts=_at("2026-12-25", 18), ends=_at("2026-12-25", 20), zone="Europe/Berlin",
    title={"en": "Lights for the library", "ar": "أضواء للمكتبة"}, contact="vigil@library.example",
    announced=_at("2026-10-03", 9), changed=_at("2026-10-03", 9), note={"en": "Bring a lamp."},
)  # fmt: skip
_OFF = replace(AFTER, id="meeting", kind="meeting", called_off={"en": "The hall is shut."}, place={"en": "Hall"})


def card() -> Card:
    """Give the card of `sample` with one gathering that is over, one to come, and one that was called off."""
    return replace(sample.card(), gatherings=(BEFORE, AFTER, _OFF))

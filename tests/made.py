"""Events as a door would write them, made without chance: the same arguments give the same bytes."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256
from typing import Any

from msgspec.structs import replace

from undersigned.core.events import Event, LinkAsked, Signed, TextReleased, encode
from undersigned.journal.frames import pack

__all__ = ["CAMPAIGN", "DAY", "GENESIS", "HOUR", "NOON", "link_asked", "name", "released", "segment", "signed"]

CAMPAIGN = "ceasefire"
NOON = 1_700_000_000 // 86_400 * 86_400 + 43_200  # noon of a day in November 2023
HOUR = 3600
DAY = 24 * HOUR
GENESIS = b'{"campaign":"ceasefire","format":1}'


def name(what: str, length: int = 16) -> bytes:
    """Give bytes that look random and are named by `what`."""
    return sha256(what.encode()).digest()[:length]


def signed(who: str, form: int = 1, at: int = NOON, **changes: Any) -> Signed:
    """Give the event of the `form`-th form that `who` filled in."""
    own = f"{who}/{form}"
    event = Signed(
        campaign=CAMPAIGN,
        record=name(f"record/{own}"),
        at=at,
        tag=name(f"tag/{who}"),
        lookup=name(f"lookup/{own}"),
        commitment=name(f"commitment/{own}", 32),
        country="FR",
        language="fr",
        text=name("text", 32),
        consent="v1",
        updates=False,
        epoch=name("epoch"),
        sealed=b"".join(name(f"sealed/{own}/{part}", 32) for part in range(9))[:272],
        letter=b"".join(name(f"letter/{own}/{part}", 32) for part in range(17))[:540],
        hour=at // HOUR,
        review="",
        slot=name(f"slot/{own}", 32) + name(f"slot/{own}/2"),
    )
    return replace(event, **changes)


def link_asked(who: str, time: int = 1, at: int = NOON + DAY) -> LinkAsked:
    """Give the event of the `time`-th time that `who` asks for a link."""
    own = f"{who}/link/{time}"
    letter = b"".join(name(f"letter/{own}/{part}", 32) for part in range(17))[:540]
    record, lookup = name(f"record/{own}"), name(f"lookup/{own}")
    return LinkAsked(CAMPAIGN, record, at, name(f"tag/{who}"), lookup, "fr", letter, at // HOUR)


def released(at: int = NOON - DAY, **texts: str) -> TextReleased:
    """Give the release of some texts; `en` alone where none is given."""
    hashes = {language: name(text, 32) for language, text in (texts or {"en": "text"}).items()}
    return TextReleased(CAMPAIGN, tuple(sorted(hashes.items())), GENESIS, at)


def segment(events: Iterable[Event]) -> bytes:
    """Give the segment that a journal would hold."""
    return pack([encode(event) for event in events])

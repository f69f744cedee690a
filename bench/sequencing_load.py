"""Events for the benchmark of the sequencer: made from one seed, as doors, signers and the post would write them."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from hashlib import sha256

import msgspec

from undersigned.core import merkle
from undersigned.core.events import Confirmed, Event, LetterSent, Signed, TextReleased, Withdrawn, encode
from undersigned.journal.frames import pack

__all__ = ["BEGIN", "CAMPAIGN", "COUNTRIES", "GENESIS", "TEXTS", "Round", "grown", "opening", "rounds"]

CAMPAIGN = "peace"
COUNTRIES = ("DE", "FR", "GB", "ES", "IT", "KE", "IN", "BR", "ZA", "US")
GENESIS = b'{"campaign":"peace","format":1,"k":10}'
TEXTS = (("en", bytes(32)),)
BEGIN = 1_767_268_800  # 2026-01-01T12:00:00Z
_TILE = 256  # lines under one tile
_SEGMENT = 128  # records of one group commit under load
_AGAIN = 0.02  # forms of an address that has signed already
_UNCONFIRMED = 0.1
_WITHDRAWN = 0.005


class Round(msgspec.Struct, frozen=True):
    """What the journals give in one batch, by kind; `signed` are the events themselves, for the floor."""

    signed: Sequence[Signed]
    segments: dict[str, list[bytes]]  # kind -> segments
    events: dict[str, int]  # kind -> number


def rounds(total: int, batch: int, seed: int = 1) -> Iterator[Round]:
    """Give `total` signatures in rounds of `batch`, with their letters and what becomes of them."""
    chance = random.Random(seed)
    known: list[bytes] = []
    for place in range(0, total, batch):
        at = BEGIN + 2 * 86_400 * (place // batch)  # far enough apart for another letter to one address
        signed = [_signed(chance, known, at + n * 60 // batch) for n in range(min(batch, total - place))]
        known += [one.tag for one in chance.sample(signed, min(len(signed), 200))]
        confirmed = [Confirmed(one.lookup, at + 3600) for one in signed if chance.random() > _UNCONFIRMED]
        chance.shuffle(confirmed)
        taken = [Withdrawn(one.lookup, at + 7200) for one in confirmed if chance.random() < _WITHDRAWN]
        kinds: dict[str, Sequence[Event]] = {
            "signed": signed,
            "letter-sent": [LetterSent(one.record, at + 60) for one in signed],
            "confirmed": confirmed,
            "withdrawn": taken,
        }
        yield Round(
            signed, {kind: _segments(some) for kind, some in kinds.items()}, {k: len(s) for k, s in kinds.items()}
        )


def opening() -> bytes:
    """Give the segment that releases the campaign's text."""
    return pack([encode(TextReleased(CAMPAIGN, TEXTS, GENESIS, BEGIN - 86_400))])


def grown(rows: int) -> tuple[tuple[bytes, ...], list[tuple[int, bytes]]]:
    """Give the edge of a log of so many lines, and (leaf, line) of those under its unfinished tile.

    The log reads those again. What lies under full tiles is made up; nothing reads it.
    """
    start = rows - rows % _TILE
    lines = [(leaf, b"s " + sha256(leaf.to_bytes(8, "big")).hexdigest().encode()) for leaf in range(start, rows)]
    whole = tuple(sha256(bytes([bit])).digest() for bit in range((rows // _TILE).bit_count()))
    return (*whole, *merkle.extend(0, (), merkle.leaves(line for _, line in lines))[1]), lines


def _segments(events: Sequence[Event]) -> list[bytes]:
    return [pack([encode(one) for one in events[at : at + _SEGMENT]]) for at in range(0, len(events), _SEGMENT)]


def _signed(chance: random.Random, known: Sequence[bytes], at: int) -> Signed:
    again = known and chance.random() < _AGAIN
    return Signed(
        campaign=CAMPAIGN,
        record=at.to_bytes(4, "big") + chance.randbytes(12),
        at=at,
        tag=chance.choice(known) if again else chance.randbytes(16),
        lookup=chance.randbytes(16),
        commitment=chance.randbytes(32),
        country=chance.choice(COUNTRIES),
        language="en",
        text=bytes(32),
        consent="2026-01",
        updates=False,
        epoch=bytes(16),
        sealed=chance.randbytes(528),
        letter=chance.randbytes(540),
        hour=at // 3600,
        review="",
        slot=chance.randbytes(48),
    )

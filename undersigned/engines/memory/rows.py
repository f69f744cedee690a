"""What the ledger in memory keeps of one signature and one campaign."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from hashlib import sha256

from undersigned.core.counts import Counts
from undersigned.core.events import Signed
from undersigned.core.outcomes import DESTROYED, Released, Row
from undersigned.stages.tlog.needs import Head

__all__ = ["Campaign", "Signature", "Told"]

_EMPTY = Head(0, sha256(b"").digest())


@dataclass
class Signature:
    """One signature. What is destroyed is really gone from here."""

    id: int
    row: Row
    signed: Signed | None
    country: str
    channel: str
    commitment: bytes
    language: str
    sealed: bytes
    slot: bytes | None
    epoch: bytes
    covers: str = ""
    source: str = ""
    cohort: bytes = b""

    def become(self, row: Row) -> None:
        """Take a new state, and destroy what goes with it."""
        self.row = row
        if row.state in DESTROYED:
            self.slot, self.sealed, self.signed = None, b"", None
        if row.state == "erased":
            self.commitment, self.language, self.source, self.cohort = b"", "", "", b""
            if row.logged != "s":
                self.country = self.covers = ""


@dataclass
class Told:
    """Sum of the `t` lines of one code and channel, and how many of these signatures the log has standing."""

    released: int = 0
    covered: int = 0


@dataclass
class Campaign:
    """One campaign's log, texts and funnel."""

    head: Head = _EMPTY
    edge: tuple[bytes, ...] = ()
    day: str = ""
    note: bytes = b""
    note_size: int = 0
    note_at: int = 0
    lines: list[bytes] = field(default_factory=list)
    releases: list[Released] = field(default_factory=list)
    texts: dict[int, Released] = field(default_factory=dict)  # id -> line not entered yet
    claimed: set[str] = field(default_factory=set)
    claims: dict[int, str] = field(default_factory=dict)  # id -> line not entered yet
    told: dict[tuple[str, str], Told] = field(default_factory=dict)
    funnel: Counter[tuple[int, str]] = field(default_factory=Counter)
    counts: Counts | None = None

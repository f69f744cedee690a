"""A small strict ledger for the tests of the log: it settles rows as `needs.py` says and nothing more."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field

from undersigned.core import leaves, merkle
from undersigned.stages.tlog.needs import Group, Head, Moved, NewEntries, NewEntry, Waiting

__all__ = ["Ledger", "Row", "genesis"]


def genesis(k: int = 10) -> str:
    """Give the JSON of a `g` line."""
    return f'{{"campaign":"peace","format":1,"k":{k}}}'


@dataclass
class Row:
    """One signature of the ledger. `logged` is "", "s", "w" or "x"; `wants` what it waits for."""

    id: int
    country: str
    signed: int
    commitment: bytes
    channel: str = "e"
    logged: str = ""
    wants: str = "s"
    code: str = ""
    index: int = -1
    covers: str = ""

    @property
    def stands(self) -> bool:
        """Whether it is a live `s` line."""
        return self.logged == "s"


@dataclass
class Log:
    """One campaign's log."""

    lines: list[bytes] = field(default_factory=list)
    root: bytes = merkle.EMPTY
    edge: tuple[bytes, ...] = ()
    day: str = ""
    signed: bytes = b""
    signed_at: int = 0
    texts: list[tuple[int, str]] = field(default_factory=list)
    rows: list[Row] = field(default_factory=list)
    released: dict[tuple[str, str], int] = field(default_factory=dict)


class Ledger:
    """`LogLedger` of one campaign in memory."""

    def __init__(self, campaign: str = "peace") -> None:
        """Start with nothing."""
        self.campaign = campaign
        self.log = Log()

    def release_text(self, text: str) -> None:
        """Let a text wait."""
        self.log.texts.append((len(self.log.texts) + len(self.log.lines) + 1, text))

    def sign_up(self, country: str = "KE", signed: int = 0, channel: str = "e") -> Row:
        """Let a confirmed signature wait; commitments are scattered like real ones."""
        number = len(self.log.rows)
        commitment = hashlib.sha256(b"row %d" % number).digest()
        row = Row(number, country, signed, commitment, channel)
        self.log.rows.append(row)
        return row

    def want(self, row: Row, kind: str, code: str = "withdrawn") -> None:
        """Let a logged row wait for a `w`, `x` or `r` line."""
        row.wants, row.code = kind, code

    def campaigns(self) -> Sequence[str]:
        """Give the campaign."""
        return [self.campaign]

    def head(self, campaign: str) -> Head:
        """Give the head."""
        self._own(campaign)
        return Head(len(self.log.lines), self.log.root)

    def edge(self, campaign: str) -> tuple[bytes, ...]:
        """Give the edge."""
        self._own(campaign)
        return self.log.edge

    def last_day(self, campaign: str) -> str:
        """Give the last day."""
        self._own(campaign)
        return self.log.day

    def waiting(self, campaign: str, limit: int) -> Waiting:
        """Give what waits."""
        self._own(campaign)
        wants = {kind: [row for row in self.log.rows if row.wants == kind][:limit] for kind in "swxr"}
        return Waiting(
            tuple(self.log.texts[:limit]),
            tuple((row.id, row.commitment) for row in wants["s"]),
            tuple((row.id, row.index, row.code) for row in wants["w"]),
            tuple((row.id, row.index, row.code) for row in wants["x"]),
            tuple((row.id, row.index) for row in wants["r"]),
        )

    def groups(self, campaign: str) -> Sequence[Group]:
        """Give the groups."""
        self._own(campaign)
        keys = {(row.covers or row.country, row.channel) for row in self.log.rows} | set(self.log.released)
        return [self._group(*key) for key in sorted(keys)]

    def _group(self, geo: str, channel: str) -> Group:
        rows = [row for row in self.log.rows if row.stands and row.channel == channel]
        live = [row for row in rows if row.country == geo and not row.covers]
        return Group(
            geo,
            channel,
            len(live),
            min((row.signed for row in live), default=0),
            self.log.released.get((geo, channel), 0),
            sum(row.covers == geo for row in rows),
        )

    def append(
        self, campaign: str, expected: Head, entries: NewEntries, new: Head,
        edge: tuple[bytes, ...], at: int, day: str,
    ) -> None:  # fmt: skip
        """Enter lines and settle rows; strict about everything a caller could get wrong."""
        if self.head(campaign) != expected:
            raise Moved("the head is another one")
        assert new.size == expected.size + len(entries)
        assert merkle.root(new.size, edge) == new.root
        assert day >= self.log.day
        ids = zip(entries.signatures.lines, entries.signatures.ids, strict=True)
        signatures = (NewEntry(line, "s", row) for line, row in ids)
        for place, entry in enumerate((*entries.above, *signatures, *entries.below)):
            assert entry.line[:1].decode() == entry.kind
            self._settle(entry, expected.size + place)
        self.log.lines += entries.lines()
        self.log.root, self.log.edge, self.log.day = new.root, edge, day

    def _settle(self, entry: NewEntry, index: int) -> None:
        if entry.kind in "gv":
            assert self.log.texts.pop(0)[0] == entry.id
        elif entry.kind == "t":
            self._tell(entry) if entry.n > 0 else self._take_back(entry)
        elif entry.kind != "d":
            row = self.log.rows[entry.id]
            assert row.wants == entry.kind
            row.wants = ""
            if entry.kind == "s":
                row.index = index
                assert entry.line == leaves.signature(row.commitment)
            row.logged = "s" if entry.kind == "r" else entry.kind

    def _tell(self, entry: NewEntry) -> None:
        assert sum(n for _, n in entry.takes) == entry.n
        for country, n in entry.takes:
            rows = [
                row
                for row in sorted(self.log.rows, key=lambda row: (row.signed, row.id))
                if row.stands and not row.covers and (row.country, row.channel) == (country, entry.channel)
            ][:n]
            assert len(rows) == n, "more are told than wait"
            for row in rows:
                row.covers = entry.covers
        self._release(entry)

    def _take_back(self, entry: NewEntry) -> None:
        covered = [row for row in self.log.rows if (row.covers, row.channel) == (entry.covers, entry.channel)]
        covered.sort(key=lambda row: (row.stands, row.id))
        assert len(covered) >= -entry.n, "more is taken back than was told"
        for row in covered[: -entry.n]:
            row.covers = ""
        self._release(entry)

    def _release(self, entry: NewEntry) -> None:
        key = (entry.covers, entry.channel)
        self.log.released[key] = self.log.released.get(key, 0) + entry.n

    def entries(self, campaign: str, start: int, stop: int) -> Sequence[bytes]:
        """Give lines."""
        self._own(campaign)
        return self.log.lines[start:stop]

    def signed(self, campaign: str) -> bytes:
        """Give the signed checkpoint."""
        self._own(campaign)
        return self.log.signed

    def signed_at(self, campaign: str) -> int:
        """Give when it was signed."""
        self._own(campaign)
        return self.log.signed_at

    def sign(self, campaign: str, before: bytes, note: bytes, at: int) -> None:
        """Store a checkpoint."""
        self._own(campaign)
        if self.log.signed != before:
            raise Moved("another checkpoint was signed")
        assert at >= self.log.signed_at
        self.log.signed, self.log.signed_at = note, at

    def _own(self, campaign: str) -> None:
        assert campaign == self.campaign

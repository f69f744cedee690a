"""The ledger as the log needs it."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import sha256
from itertools import count, groupby
from typing import Any

from undersigned.engines.sql import queries
from undersigned.engines.sqlite.database import Database
from undersigned.stages.tlog.needs import Group, Head, Moved, NewEntries, NewEntry, NewSignatures, Waiting

__all__ = ["LogPart"]

_SQL = queries("log")
_HASH = 32
_NO_ROOT = sha256(b"").digest()


class LogPart(Database):
    """`stages.tlog.needs.LogLedger`."""

    def campaigns(self) -> Sequence[str]:
        """Give every campaign that has a log or waits for one, sorted."""
        return [name for (name,) in self._rows(_SQL["campaigns"])]

    def head(self, campaign: str) -> Head:
        """Give the head of the entries."""
        found = self._head(campaign)
        return Head(found[1], found[2])

    def edge(self, campaign: str) -> tuple[bytes, ...]:
        """Give the compact range of the head."""
        edge = self._head(campaign)[3]
        return tuple(edge[at : at + _HASH] for at in range(0, len(edge), _HASH))

    def last_day(self, campaign: str) -> str:
        """Give the day of the last `d` line, or ""."""
        return str(self._head(campaign)[4])

    def waiting(self, campaign: str, limit: int) -> Waiting:
        """Give what waits, at most `limit` of each kind, in the order of taking in."""
        number = self._numbers.get(campaign)
        kinds = ("texts", "signatures", "withdrawals", "strikes", "reinstatements", "claims")
        return Waiting(*(tuple(self._rows(_SQL[kind], number, limit)) for kind in kinds))

    def groups(self, campaign: str) -> Sequence[Group]:
        """Give the groups, sorted by code and channel."""
        number = self._numbers.get(campaign)
        live = {(geo, channel): (n, oldest) for geo, channel, n, oldest in self._rows(_SQL["uncovered"], number)}
        told = {(geo, channel): (n, covered) for geo, channel, n, covered in self._rows(_SQL["coverage"], number)}
        return [Group(*key, *live.get(key, (0, 0)), *told.get(key, (0, 0))) for key in sorted(live | told)]

    def append(
        self,
        campaign: str,
        expected: Head,
        entries: NewEntries,
        new: Head,
        edge: tuple[bytes, ...],
        at: int,
        day: str,
    ) -> None:
        """Enter the lines and settle their rows, in one transaction.

        Raises:
            Moved: the head is not `expected`, or a row is not as it was when it was offered.
            ValueError: the new size is not the old one and the lines.
        """
        if new.size != expected.size + len(entries):
            raise ValueError("the new size is not that of the lines")
        number = self._number(campaign)

        def work() -> None:
            head = (new.size, new.root, b"".join(edge), at, day)
            if self._many(_SQL["grow"], [(*head, number, expected.size, expected.root)]) != 1:
                raise Moved(f"the head of the log of {campaign} is not the one expected")
            lines = [(number, index, line) for index, line in enumerate(entries.lines(), expected.size)]
            self._many(_SQL["enter"], lines)
            self._settle_all(campaign, number, entries.above)
            self._settle_signatures(campaign, number, expected.size + len(entries.above), entries.signatures)
            self._settle_all(campaign, number, entries.below)

        self._write(work)

    def entries(self, campaign: str, start: int, stop: int) -> Sequence[bytes]:
        """Give the lines of that half-open range."""
        number = self._numbers.get(campaign)
        return [line for (line,) in self._rows(_SQL["entries"], number, start, stop)]

    def signed(self, campaign: str) -> bytes:
        """Give the last signed checkpoint, or b""."""
        return bytes(self._head(campaign)[5])

    def sign(self, campaign: str, before: bytes, note: bytes, at: int) -> None:
        """Store a signed checkpoint; `at` in seconds since 1970. Durable when it returns.

        Raises:
            Moved: the stored one is not `before`.
            ValueError: the note is no checkpoint.
        """
        size = int(note.split(b"\n", 2)[1])
        self._number(campaign)

        def work() -> None:
            if self._many(_SQL["sign"], [(note, size, at, campaign, before)]) != 1:
                raise Moved(f"the checkpoint of {campaign} is not the one expected")

        self._write(work)

    def _number(self, campaign: str) -> int:
        """Give the number of a campaign that is known.

        Raises:
            KeyError: it is not.
        """
        return self._numbers[campaign]

    def _head(self, campaign: str) -> tuple[Any, ...]:
        found = self._rows(_SQL["head"], campaign)
        return tuple(found[0]) if found else (0, 0, _NO_ROOT, b"", "", b"")

    def _settle_all(self, campaign: str, number: int, entries: Sequence[NewEntry]) -> None:
        for kind, run in groupby(entries, key=lambda entry: entry.kind):
            self._settle(campaign, number, kind, list(run))

    def _settle_signatures(self, campaign: str, number: int, first: int, signatures: NewSignatures) -> None:
        """Settle the rows of `s` lines, the first of which has the index `first`."""
        placed = sorted(zip(signatures.ids, count(first), strict=False))  # the order in which they lie on disk
        self._expect(campaign, len(placed), self._many(_SQL["settle_s"], [(i, row, number) for row, i in placed]))

    def _settle(self, campaign: str, number: int, kind: str, entries: list[NewEntry]) -> None:
        """Settle the rows of a run of lines of one kind."""
        if kind == "t":
            for entry in entries:
                self._tell(number, entry)
            return
        if kind in ("w", "x"):
            self._many(_SQL["stands_no_more"], [(entry.id,) for entry in entries])
        self._expect(campaign, len(entries), self._settle_rows(number, kind, entries))
        if kind == "r":
            self._many(_SQL["stands_again"], [(entry.id,) for entry in entries])

    def _expect(self, campaign: str, offered: int, settled: int) -> None:
        if settled != offered:
            raise Moved(f"a signature of {campaign} is not as it was when it was offered to the log")

    def _settle_rows(self, number: int, kind: str, entries: list[NewEntry]) -> int:
        if kind in ("w", "x", "r"):
            return self._many(_SQL[f"settle_{kind}"], [(entry.id, number) for entry in entries])
        if kind in ("g", "v"):
            return self._many(_SQL["settle_text"], [(entry.id, number, kind) for entry in entries])
        if kind == "c":
            return self._many(_SQL["settle_claim"], [(entry.id, number) for entry in entries])
        return len(entries)  # d, a, n: nothing waits for them

    def _tell(self, number: int, entry: NewEntry) -> None:
        """Follow a `t` line: mark whom it counts, or no longer does."""
        covered = self._cover(number, entry) if entry.n > 0 else -self._uncover(number, entry)
        place = (number, entry.covers, entry.channel)
        self._many(_SQL["begin_coverage"], [place])
        self._many(_SQL["release"], [(entry.n, covered, *place)])

    def _cover(self, number: int, entry: NewEntry) -> int:
        covered = 0
        for geo, n in entry.takes:
            covered += self._many(_SQL["cover"], [(entry.covers, number, geo, entry.channel, n)])
        if covered != entry.n:
            raise Moved("a tally line counts signatures that do not stand uncovered")
        return covered

    def _uncover(self, number: int, entry: NewEntry) -> int:
        """Uncover -n, first what no longer stands; give how many of them stand."""
        place = (number, entry.covers, entry.channel)
        found = self._rows(_SQL["covered"], *place)
        released, covered = found[0] if found else (0, 0)
        if -entry.n > released:
            raise Moved("a tally line takes back more than was told")
        gone = released - covered
        struck = self._rows(_SQL["struck_covered"], *place)[0][0]
        standing = max(0, -entry.n - gone)
        self._many(_SQL["uncover_struck"], [(*place, max(0, min(-entry.n, gone) - (gone - struck)))])
        return self._many(_SQL["uncover_standing"], [(*place, standing)])

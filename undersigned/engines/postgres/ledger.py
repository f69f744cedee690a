"""The ledger in PostgreSQL: what the mill writes, for log, tally and publishing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from hashlib import sha256
from itertools import count, groupby
from typing import Any

import msgspec

from undersigned.core.counts import Counts
from undersigned.engines.postgres import packing
from undersigned.engines.postgres.connection import Numbers, listed
from undersigned.engines.postgres.ledger_sequencer import SequencerPart
from undersigned.engines.sql import queries
from undersigned.stages.tlog.needs import Group, Head, Moved, NewEntries, NewEntry, NewSignatures, Waiting

__all__ = ["PostgresLedger"]

_SQL = queries("postgres/log")
_HASH = 32
_NO_ROOT = sha256(b"").digest()
_KINDS = ("texts", "signatures", "withdrawals", "strikes", "reinstatements", "claims")


class PostgresLedger(SequencerPart):
    """`stages.tlog.needs.LogLedger`, `stages.tally.needs.TallyLedger` and the sequencer's; everything is durable."""

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
        number = self._numbers.get(campaign, 0)
        texts, signatures, withdrawals, strikes, again, claims = (
            tuple(self._rows(_SQL[kind], number, limit)) for kind in _KINDS
        )
        return Waiting(texts, signatures, withdrawals, strikes, again, claims)

    def groups(self, campaign: str) -> Sequence[Group]:
        """Give the groups, sorted by code and channel."""
        found = self._rows(_SQL["groups"], self._numbers.get(campaign, 0))
        return sorted((Group(*one) for one in found), key=lambda group: (group.geo, group.channel))

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
            Moved: the head is not `expected`, a row is not as it was when it was offered, or another mill writes.
            Unreachable: no certain answer.
            ValueError: the new size is not the old one and the lines.
        """
        if new.size != expected.size + len(entries):
            raise ValueError("the new size is not that of the lines")
        number = self._numbers[campaign]
        with self._write(Moved):
            head = (new.size, new.root, b"".join(edge), at, day)
            if self._change(_SQL["grow"], *head, number, expected.size, expected.root) != 1:
                raise Moved(f"the head of the log of {campaign} is not the one expected")
            lines = (packing.line(number, leaf, line) for leaf, line in enumerate(entries.lines(), expected.size))
            self._copy(_SQL["enter"], lines)
            self._settle_all(campaign, number, entries.above)
            self._settle_signatures(campaign, number, expected.size + len(entries.above), entries.signatures)
            self._settle_all(campaign, number, entries.below)

    def entries(self, campaign: str, start: int, stop: int) -> Sequence[bytes]:
        """Give the lines of that half-open range."""
        found = self._rows(_SQL["entries"], self._numbers.get(campaign, 0), start, stop)
        return [line for (line,) in found]

    def signed(self, campaign: str) -> bytes:
        """Give the last signed checkpoint, or b""."""
        return bytes(self._head(campaign)[5])

    def sign(self, campaign: str, before: bytes, note: bytes, at: int) -> None:
        """Store a signed checkpoint; `at` in seconds since 1970. Durable when it returns.

        Raises:
            Moved: the stored one is not `before`, or another mill writes.
            Unreachable: no certain answer.
            ValueError: the note is no checkpoint.
        """
        size = int(note.split(b"\n", 2)[1])
        with self._write(Moved):
            if self._change(_SQL["sign"], note, size, at, campaign, before) != 1:
                raise Moved(f"the checkpoint of {campaign} is not the one expected")

    def signed_at(self, campaign: str) -> int:
        """Give when the last checkpoint was signed, in seconds since 1970; 0 where none was."""
        found = self._rows(_SQL["signed_at"], campaign)
        return int(found[0][0]) if found else 0

    def funnel(self, campaign: str) -> Mapping[str, int]:
        """Give the funnel so far, summed over the days; `waiting` and `review` as they are now."""
        funnel = {str(kind): int(n) for kind, n in self._rows(_SQL["funnel"], campaign)}
        for waiting, review in self._rows(_SQL["now"], campaign):
            funnel |= {"waiting": waiting, "review": review}
        return funnel

    def funnel_days(self, campaign: str) -> Mapping[int, Mapping[str, int]]:
        """Give what was counted each day (whole days since 1970), by kind."""
        days: dict[int, dict[str, int]] = {}
        for day, kind, n in self._rows(_SQL["funnel_days"], campaign):
            days.setdefault(day, {})[kind] = n
        return days

    def counts(self, campaign: str) -> Counts | None:
        """Give what the tally saved last."""
        found = self._rows(_SQL["counts"], campaign)
        return msgspec.json.decode(found[0][0], type=Counts) if found and found[0][0] else None

    def save(self, counts: Counts) -> None:
        """Keep the counts of a campaign.

        Raises:
            KeyError: the ledger does not know the campaign.
            Moved: another mill writes.
            Unreachable: no certain answer.
        """
        name = self._names[self._numbers[counts.campaign]]
        with self._write(Moved):
            self._change(_SQL["save"], msgspec.json.encode(counts), name)

    def _head(self, campaign: str) -> tuple[Any, ...]:
        found = self._rows(_SQL["head"], campaign)
        return tuple(found[0]) if found else (0, 0, _NO_ROOT, b"", "", b"")

    # Settling, inside a transaction

    def _settle_all(self, campaign: str, number: int, entries: Sequence[NewEntry]) -> None:
        for kind, run in groupby(entries, key=lambda entry: entry.kind):
            self._settle(campaign, number, kind, list(run))

    def _settle(self, campaign: str, number: int, kind: str, entries: list[NewEntry]) -> None:
        """Settle the rows of a run of lines of one kind."""
        rows = listed([entry.id for entry in entries])
        if kind == "t":
            for entry in entries:
                self._tell(number, entry)
        elif kind in ("g", "v"):
            self._expect(campaign, len(entries), self._change(_SQL["settle_texts"], number, rows, kind))
        elif kind == "c":
            self._expect(campaign, len(entries), self._change(_SQL["settle_claims"], number, rows))
        elif kind in ("w", "x", "r"):
            self._settle_change(campaign, number, kind, rows, len(entries))

    def _settle_signatures(self, campaign: str, number: int, first: int, signatures: NewSignatures) -> None:
        """Settle `s` lines, the first of which has the index `first`, in the order in which the rows lie on disk."""
        placed = sorted(zip(signatures.ids, count(first), strict=False))
        if not placed:
            return
        rows, indices = (listed(some) for some in zip(*placed, strict=True))
        self._expect(campaign, len(placed), self._change(_SQL["settle_s"], number, rows, indices))
        self._change(_SQL["uncovered_new"], rows)
        self._change(_SQL["settled"], number, rows, "s")

    def _settle_change(self, campaign: str, number: int, kind: str, rows: Numbers, offered: int) -> None:
        if kind in ("w", "x"):
            self._change(_SQL["uncovered_less"], rows)
            self._change(_SQL["covered_more"], rows, -1)
        self._expect(campaign, offered, self._change(_SQL[f"settle_{kind}"], number, rows))
        if kind == "w":
            self._change(_SQL["forget_countries"], rows)
        if kind == "x":
            self._change(_SQL["strike"], rows)
        if kind == "r":
            self._change(_SQL["reinstate"], rows)
            self._change(_SQL["uncovered_more"], rows)
            self._change(_SQL["covered_more"], rows, 1)
        self._change(_SQL["settled"], number, rows, kind)

    def _expect(self, campaign: str, offered: int, settled: int) -> None:
        if settled != offered:
            raise Moved(f"a signature of {campaign} is not as it was when it was offered to the log")

    def _tell(self, number: int, entry: NewEntry) -> None:
        """Follow a `t` line: mark whom it counts, or no longer does."""
        covered = self._cover(number, entry) if entry.n > 0 else -self._uncover(number, entry)
        place = (number, entry.covers, entry.channel)
        if not self._change(_SQL["release"], *place, entry.n, covered):
            self._change(_SQL["begin_coverage"], *place)
            self._change(_SQL["release"], *place, entry.n, covered)

    def _cover(self, number: int, entry: NewEntry) -> int:
        covered = 0
        for geo, n in entry.takes:
            covered += sum(n for (n,) in self._link.rows(_SQL["cover"], number, geo, entry.channel, n, entry.covers))
        if covered != entry.n:
            raise Moved("a tally line counts signatures that do not stand uncovered")
        return covered

    def _uncover(self, number: int, entry: NewEntry) -> int:
        """Uncover -n, first what no longer stands; give how many of them stand."""
        place = (number, entry.covers, entry.channel)
        found = self._link.rows(_SQL["covered"], *place)
        released, covered = found[0] if found else (0, 0)
        if -entry.n > released:
            raise Moved("a tally line takes back more than was told")
        gone = released - covered
        struck = self._link.rows(_SQL["struck_covered"], *place)[0][0]
        standing = max(0, -entry.n - gone)
        if (forgotten := min(-entry.n, gone) - (gone - struck)) > 0:
            self._change(_SQL["uncover_struck"], *place, forgotten)
        if not standing:
            return 0
        freed = [one for (one,) in self._link.rows(_SQL["uncover_standing"], *place, standing)]
        self._change(_SQL["uncovered_more"], listed(freed))
        return len(freed)

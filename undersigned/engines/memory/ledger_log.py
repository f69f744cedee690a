"""The log's part of the ledger in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from undersigned.engines.memory.journal import Misuse
from undersigned.engines.memory.rows import Campaign, Signature, Told
from undersigned.stages.tlog.needs import Group, Head, Moved, NewEntries, NewEntry, Waiting

__all__ = ["LogPart"]


class LogPart:
    """`stages.tlog.needs.LogLedger`."""

    def __init__(self) -> None:
        self._signatures: dict[bytes, Signature] = {}
        self._campaigns: dict[str, Campaign] = {}
        self._next_text = 0
        self._closed = False

    def close(self) -> None:
        """Close; once."""
        self._refuse_if_closed()
        self._closed = True

    def campaigns(self) -> Sequence[str]:
        """Give every campaign that has a log or waits for one, sorted."""
        return sorted(name for name, one in self._campaigns.items() if one.head.size or one.releases)

    def head(self, campaign: str) -> Head:
        """Give the head of the entries."""
        return self._log(campaign).head

    def edge(self, campaign: str) -> tuple[bytes, ...]:
        """Give the compact range of the head."""
        return self._log(campaign).edge

    def last_day(self, campaign: str) -> str:
        """Give the day of the last `d` line, or ""."""
        return self._log(campaign).day

    def waiting(self, campaign: str, limit: int) -> Waiting:
        """Give what waits, at most `limit` of each kind."""
        self._refuse_if_closed()
        texts = [(number, one.line) for number, one in self._log(campaign).texts.items()]
        new = self._of(campaign, lambda s: s.row.state == "confirmed" and s.row.logged == "")
        back = self._of(campaign, lambda s: s.row.state == "confirmed" and s.row.logged == "x")
        taken = self._of(campaign, _is_taken_back)
        struck = self._of(campaign, lambda s: s.row.state == "struck" and s.row.logged == "s")
        return Waiting(
            texts=tuple(texts[:limit]),
            signatures=tuple((s.id, s.commitment) for s in new[:limit]),
            withdrawals=tuple((s.id, _index(s), s.row.code) for s in taken[:limit]),
            strikes=tuple((s.id, _index(s), s.row.code) for s in struck[:limit]),
            reinstatements=tuple((s.id, _index(s)) for s in back[:limit]),
            claims=tuple(self._log(campaign).claims.items())[:limit],
        )

    def groups(self, campaign: str) -> Sequence[Group]:
        """Give the groups, sorted by code and channel."""
        told = self._log(campaign).told
        live: dict[tuple[str, str], list[int]] = {}
        for one in self._of(campaign, lambda s: s.row.logged == "s" and not s.covers):
            live.setdefault((one.country, one.channel), []).append(one.row.signed)
        groups = []
        for key in sorted(live.keys() | told.keys()):
            times, sums = live.get(key, []), told.get(key, Told())
            groups.append(Group(*key, len(times), min(times, default=0), sums.released, sums.covered))
        return groups

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
        """Enter the lines and settle their rows.

        Raises:
            Moved: the head is not `expected`, or a row is not as it was offered.
            Misuse: lines, size, day or edge do not fit each other.
        """
        self._refuse_if_closed()
        log = self._campaigns[campaign]
        if log.head != expected:
            raise Moved("the head is not the one expected")
        if new.size != expected.size + len(entries):
            raise ValueError("the new size is not that of the lines")
        if len(edge) != new.size.bit_count() or day < log.day or at < 0:
            raise Misuse("edge or day do not fit the lines")
        ids = zip(entries.signatures.lines, entries.signatures.ids, strict=True)
        signatures = (NewEntry(line, "s", row) for line, row in ids)
        for index, entry in enumerate((*entries.above, *signatures, *entries.below), expected.size):
            if not entry.line.startswith(entry.kind.encode() + b" ") or (entry.kind == "g") != (index == 0):
                raise Misuse("a line is not of its kind, or g is not the first")
            self._settle(campaign, index, entry)
            log.lines.append(entry.line)
        log.head, log.edge, log.day = new, edge, day

    def entries(self, campaign: str, start: int, stop: int) -> Sequence[bytes]:
        """Give the lines of that half-open range."""
        return self._log(campaign).lines[start:stop]

    def signed(self, campaign: str) -> bytes:
        """Give the last signed checkpoint, or b""."""
        return self._log(campaign).note

    def signed_at(self, campaign: str) -> int:
        """Give when it was signed; 0 where none was."""
        return self._log(campaign).note_at

    def sign(self, campaign: str, before: bytes, note: bytes, at: int) -> None:
        """Store a signed checkpoint.

        Raises:
            Moved: the stored one is not `before`.
            Misuse: it is smaller than the one before, or larger than the log.
        """
        self._refuse_if_closed()
        log = self._campaigns[campaign]
        if log.note != before:
            raise Moved("the checkpoint is not the one expected")
        size = int(note.split(b"\n", 2)[1])
        if not log.note_size <= size <= log.head.size:
            raise Misuse("a checkpoint must not go back, nor ahead of the log")
        log.note, log.note_size, log.note_at = note, size, at

    def _log(self, campaign: str) -> Campaign:
        return self._campaigns.get(campaign, Campaign())

    def _of(self, campaign: str, fits: Callable[[Signature], bool]) -> list[Signature]:
        return [s for s in self._signatures.values() if s.row.campaign == campaign and fits(s)]

    def _settle(self, campaign: str, index: int, entry: NewEntry) -> None:
        if entry.kind in ("g", "v"):
            if self._campaigns[campaign].texts.pop(entry.id, None) is None:
                raise Moved("that text does not wait")
        elif entry.kind == "c":
            if self._campaigns[campaign].claims.pop(entry.id, None) is None:
                raise Moved("that claim does not wait")
        elif entry.kind == "t":
            self._tell(campaign, entry)
        elif entry.kind in ("s", "w", "x", "r"):
            self._settle_row(campaign, index, entry)

    def _settle_row(self, campaign: str, index: int, entry: NewEntry) -> None:
        found = self._of(campaign, lambda s: s.id == entry.id)
        if not found or not _waits_for(found[0], entry.kind):
            raise Moved("a signature is not as it was when it was offered")
        one = found[0]
        told = self._campaigns[campaign].told.get((one.covers, one.channel))
        if entry.kind == "s":
            one.row = replace(one.row, state="counted", logged="s", index=index)
        elif entry.kind == "r":
            one.row = replace(one.row, state="counted", logged="s")
        elif entry.kind == "x":
            one.row = replace(one.row, logged="x")
        else:
            one.row = replace(one.row, logged="w")
        if told is not None and one.covers:
            told.covered += {"r": 1, "x": -1, "w": -1}[entry.kind]
        if entry.kind == "w":
            one.covers = ""
            one.country = "" if one.row.state == "erased" else one.country

    def _tell(self, campaign: str, entry: NewEntry) -> None:
        told = self._campaigns[campaign].told.setdefault((entry.covers, entry.channel), Told())
        if entry.n > 0:
            self._cover(campaign, entry)
            told.covered += entry.n
        else:
            told.covered -= self._uncover(campaign, entry, told)
        told.released += entry.n

    def _cover(self, campaign: str, entry: NewEntry) -> None:
        if sum(n for _, n in entry.takes) != entry.n:
            raise Moved("a tally line does not say whom it counts")
        for country, n in entry.takes:
            found = self._of(campaign, lambda s, of=country: _is_uncovered(s, of, entry.channel))  # type: ignore[misc]
            if len(found) < n:
                raise Moved("a tally line counts signatures that do not stand uncovered")
            for one in sorted(found, key=lambda s: (s.row.signed, s.id))[:n]:
                one.covers = entry.covers

    def _uncover(self, campaign: str, entry: NewEntry, told: Told) -> int:
        """Uncover -n, first what no longer stands; give how many of them stand."""
        if entry.takes or -entry.n > told.released:
            raise Moved("a tally line takes back more than was told")
        of_code = self._of(campaign, lambda s: s.covers == entry.covers and s.channel == entry.channel)
        struck = [s for s in of_code if s.row.logged == "x"]
        standing = sorted((s for s in of_code if s.row.logged == "s"), key=lambda s: (s.row.signed, s.id))
        gone = min(-entry.n, told.released - told.covered)
        forgotten = told.released - told.covered - len(struck)
        for one in struck[: max(0, gone - forgotten)] + standing[: -entry.n - gone]:
            one.covers = ""
        return -entry.n - gone

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise Misuse("the ledger is closed")


def _is_uncovered(signature: Signature, country: str, channel: str) -> bool:
    place = (signature.country, signature.channel)
    return signature.row.logged == "s" and not signature.covers and place == (country, channel)


def _is_taken_back(signature: Signature) -> bool:
    return signature.row.logged == "s" and signature.row.state in ("withdrawn", "erased")


def _waits_for(signature: Signature, kind: str) -> bool:
    state, logged = signature.row.state, signature.row.logged
    wanted = {
        "s": state == "confirmed" and logged == "",
        "r": state == "confirmed" and logged == "x",
        "x": state == "struck" and logged == "s",
        "w": state in ("withdrawn", "erased") and logged == "s",
    }
    return wanted[kind]


def _index(signature: Signature) -> int:
    if signature.row.index is None:
        raise Misuse("a row waits for a line of a leaf it does not have")
    return signature.row.index

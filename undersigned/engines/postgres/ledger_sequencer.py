"""The ledger as the sequencer needs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from itertools import starmap
from typing import Any

import msgspec

from undersigned.core.cells import HOURS_KEPT, sums
from undersigned.core.outcomes import DESTROYED, STANDING, Outcome, Row
from undersigned.engines.batch import Batch
from undersigned.engines.postgres import packing
from undersigned.engines.postgres.connection import listed, names
from undersigned.engines.postgres.ledger_known import KnownPart
from undersigned.engines.sql import queries
from undersigned.stages.sequencer.needs import Moved

__all__ = ["SequencerPart"]

_SQL = queries("postgres/sequencer")
# (state, logged) -> which line waits for the log
_WAITS = {
    ("confirmed", ""): "s",
    ("confirmed", "x"): "r",
    ("withdrawn", "s"): "w",
    ("erased", "s"): "w",
    ("struck", "s"): "x",
}


class SequencerPart(KnownPart):
    """`stages.sequencer.needs.Ledger`."""

    def positions(self) -> Mapping[str, int]:
        """Give the position of every source."""
        return dict(self._rows(_SQL["positions"]))

    def position(self, source: str) -> int:
        """Give the position of a source; 0 at first."""
        found = self._rows(_SQL["position"], source)
        return int(found[0][0]) if found else 0

    def as_of(self) -> int:
        """Give the latest time of an event taken in, in seconds since 1970."""
        return self._seen

    def commit(self, outcomes: Sequence[Outcome], positions: Mapping[str, tuple[int, int]], as_of: int) -> None:
        """Write outcomes and positions in one transaction.

        Raises:
            Moved: a position is not the one the batch started from, or another mill has opened the ledger.
            Unreachable: no certain answer.
        """
        batch = Batch(outcomes)
        with self._write(Moved):
            numbers = self._number_rows(batch)
            self._move(positions)
            self._note(batch, as_of)
            self._enter(batch, numbers)
            self._change_rows(batch, numbers)
            self._write_letters(batch, numbers)
            self._keep(batch)
            self._hold(batch)
            self._count(batch)
        self._remember(batch, numbers)

    def settled(self) -> bool:
        """Tell whether every log has everything that was decided, under its last signed checkpoint."""
        return not self._rows(_SQL["unsettled"])[0][0]

    # Writing, inside a transaction

    def _move(self, positions: Mapping[str, tuple[int, int]]) -> None:
        for source, (before, after) in positions.items():
            if before:
                moved = self._change(_SQL["move"], source, after, before)
            else:
                moved = self._change(_SQL["first_move"], source, after)
            if moved != 1:
                raise Moved(f"the ledger has read {source} to another position than this batch started from")

    def _note(self, batch: Batch, as_of: int) -> None:
        if batch.destroyed():
            self._turn += 1
            self._change(_SQL["set_slots_turn"], self._turn)
        oldest = min((signed.at for signed in batch.entered.values()), default=self._swept)
        self._swept = min(self._swept, oldest)
        if as_of // 3600 > self._seen // 3600:
            self._change(_SQL["forget"], as_of // 3600 - HOURS_KEPT)
        self._seen = as_of
        self._change(_SQL["set_state"], as_of, self._turn, self._swept)

    def _number_rows(self, batch: Batch) -> dict[bytes, int]:
        """Give the number of every row that the batch makes, changes or speaks of."""
        lost = [record for record in batch.rows if record not in self._found and record not in batch.entered]
        if lost:
            self._found |= {row.record: (number, row) for number, row in self._recorded(lost).items()}
        numbers = {record: number for record, (number, _) in self._found.items()}
        numbers |= {record: number for number, record in enumerate(batch.entered, self._next)}
        self._next += len(batch.entered)
        return numbers

    def _enter(self, batch: Batch, numbers: Mapping[bytes, int]) -> None:
        if not batch.entered:
            return
        placed = [
            (numbers[record], self._campaign(signed.campaign), signed, batch.rows.get(record))
            for record, signed in batch.entered.items()
        ]
        self._copy(_SQL["enter"], starmap(packing.entry, placed))
        self._copy(_SQL["enter_states"], starmap(packing.state, placed))
        slots = (
            packing.slot(number, signed.slot)
            for number, _, signed, row in placed
            if row is None or row.state not in DESTROYED
        )
        self._copy(_SQL["enter_slots"], slots)
        decided = [(number, row) for number, _, _, row in placed if row is not None]
        self._stand([(number, row) for number, row in decided if row.state in STANDING])
        self._wait([(number, row) for number, row in decided if row.state == "confirmed"])

    def _change_rows(self, batch: Batch, numbers: Mapping[bytes, int]) -> None:
        """Write changed rows; what stops standing goes first, so that another row of its address can follow."""
        changed = [
            (numbers[record], self._found[record][1], row)
            for record, row in batch.rows.items()
            if record not in batch.entered
        ]
        self._all("fall", [n for n, old, new in changed if old.state in STANDING and new.state not in STANDING])
        alike: defaultdict[tuple[str, str, str, str], list[int]] = defaultdict(list)
        for number, _, new in changed:
            alike[new.state, new.review, new.code, new.appeal].append(number)
        for values, some in alike.items():
            self._all("become", some, *values)
        self._wait_anew(changed)
        lettered = [(n, new) for n, old, new in changed if (old.letters, old.lettered) != (new.letters, new.lettered)]
        if lettered:
            columns = [new.letters for _, new in lettered], [new.lettered for _, new in lettered]
            self._change(_SQL["lettered"], listed([number for number, _ in lettered]), *columns)
        self._destroy(changed)
        self._stand([(n, new) for n, old, new in changed if new.state in STANDING and old.state not in STANDING])

    def _stand(self, rows: Sequence[tuple[int, Row]]) -> None:
        if rows:
            standing = (packing.standing(self._campaign(row.campaign), number, row.tag) for number, row in rows)
            self._copy(_SQL["stand"], standing)

    def _wait(self, rows: Sequence[tuple[int, Row]]) -> None:
        if rows:
            waiting = (packing.unlogged(self._campaign(row.campaign), number, _waits(row)) for number, row in rows)
            self._copy(_SQL["wait"], waiting)

    def _wait_anew(self, changed: Iterable[tuple[int, Row, Row]]) -> None:
        """Let wait for the log what has to now, and no more what had to before."""
        moved = [one for one in changed if _waits(one[1]) != _waits(one[2])]
        less: defaultdict[str, list[int]] = defaultdict(list)
        for number, old, _ in moved:
            less[_waits(old)].append(number)
        for kind, some in less.items():
            self._all("wait_no_more", some if kind else (), kind)
        self._wait([(number, new) for number, _, new in moved if _waits(new)])

    def _destroy(self, changed: Iterable[tuple[int, Row, Row]]) -> None:
        dead = [number for number, _, new in changed if new.state in DESTROYED]
        erased = [number for number, _, new in changed if new.state == "erased"]
        self._all("unseal", dead)
        self._all("destroy", dead)
        self._all("erase", erased)
        self._all("erase_struck", erased)
        self._all("erase_covers", erased)

    def _write_letters(self, batch: Batch, numbers: Mapping[bytes, int]) -> None:
        self._all("silence", [numbers[record] for record in batch.silent()])
        if batch.letters_gone:
            self._change(_SQL["letters_gone"], names(batch.letters_gone))
        if batch.links:
            to = listed([numbers[link.to] if link.to else 0 for link in batch.links])
            self._change(_SQL["link"], names([link.lookup for link in batch.links]), to)
        letters = [
            packing.letter(numbers[one.of], self._campaign(one.signed.campaign), one.kind, one.signed)
            for one in batch.queued()
        ]
        if letters:
            self._copy(_SQL["queue"], letters)

    def _keep(self, batch: Batch) -> None:
        for one in batch.epochs:
            self._change(_SQL["epoch"], one.epoch, self._campaign(one.campaign), one.file, one.at)
        for named in batch.domains:
            self._change(_SQL["name_cohort"], self._campaign(named.campaign), named.cohort, named.domain)
        for released in batch.releases:
            texts = msgspec.msgpack.encode(released.release.texts)
            place = (self._campaign(released.campaign), released.release.at, texts)
            self._change(_SQL["release"], *place, released.kind, released.line, not released.kind)
        for claim in batch.claims:
            self._change(_SQL["claim"], self._campaign(claim.campaign), claim.line)
        for (campaign, day, kind), n in batch.counts().items():
            self._change(_SQL["count"], self._campaign(campaign), day, kind, n)
        hourly = [(self._campaign(campaign), hour, kind, n) for (campaign, hour, kind), n in batch.hourly.items()]
        if hourly:
            self._change(_SQL["happen"], *map(list, zip(*hourly, strict=True)))

    def _hold(self, batch: Batch) -> None:
        """Keep the number of waiting and of reviewed rows."""
        for campaign, state, n in batch.held(self._found):
            self._change(_SQL["hold"], self._campaign(campaign), state, n)

    def _count(self, batch: Batch) -> None:
        """Keep the counters by day of signing and what is known, and by hour."""
        cells, hours = sums(batch.cells(self._found))
        number = self._campaign
        told = [(number(one.campaign), one.day, one.country, one.language, one.source, *n) for one, n in cells.items()]
        hourly = [(number(name), hour, *n) for (name, hour), n in hours.items()]
        for query, rows in (("count_cells", told), ("count_hours", hourly)):
            if rows:
                self._change(_SQL[query], *map(list, zip(*rows, strict=True)))

    def _all(self, query: str, numbers: Collection[int], *values: Any) -> None:
        """Run a statement over all of these rows, if there are any."""
        if numbers:
            self._change(_SQL[query], listed(numbers), *values)


def _waits(row: Row) -> str:
    """Give which line of a row waits for the log, or ""."""
    return _WAITS.get((row.state, row.logged), "")

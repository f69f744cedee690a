"""The ledger as the sequencer writes it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec

from undersigned.core.cells import HOURS_KEPT, sums
from undersigned.core.events import Signed
from undersigned.core.outcomes import DESTROYED, Outcome, Row
from undersigned.engines.batch import Batch
from undersigned.engines.sql import queries
from undersigned.engines.sqlite.connection import listed
from undersigned.engines.sqlite.ledger_known import KnownPart
from undersigned.stages.sequencer.needs import Moved

__all__ = ["SequencerPart"]

_SQL = queries("sequencer")


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
        """Write outcomes and positions: first the slots, then the rest in one transaction.

        Raises:
            Moved: a position is not the one the batch started from.
        """
        self._check_positions(positions)
        batch = Batch(outcomes)
        destroyed = batch.destroyed()
        self._write_slots(batch.slots(), destroyed)
        numbers = self._number_rows(batch)
        self._write(lambda: self._follow(batch, numbers, positions, as_of))
        self._remember(batch, numbers)
        if destroyed or self._owing:
            self._scrub()

    def settled(self) -> bool:
        """Tell whether every log has everything that was decided, under its last signed checkpoint."""
        return not self._rows(_SQL["unsettled"])[0][0]

    # Writing

    def _check_positions(self, positions: Mapping[str, tuple[int, int]]) -> None:
        for source, (before, _) in positions.items():
            if self.position(source) != before:
                raise Moved(f"the ledger has read {source} to another position than this batch started from")

    def _number_rows(self, batch: Batch) -> dict[bytes, int]:
        """Give the number of every row that the batch makes, changes or speaks of."""
        numbers = {record: number for record, (number, _) in self._found.items()}
        numbers |= {record: number for number, record in enumerate(batch.entered, self._next)}
        lost = {record for record in batch.rows if record not in numbers}
        for number, row in self._recorded(lost).items():
            numbers[row.record] = number
            self._found[row.record] = (number, row)
        return numbers

    def _follow(
        self, batch: Batch, numbers: Mapping[bytes, int], positions: Mapping[str, tuple[int, int]], as_of: int
    ) -> None:
        self._check_positions(positions)
        self._many(_SQL["move"], [(source, after) for source, (_, after) in positions.items()])
        self._ledger.execute(_SQL["set_state"], (as_of, self._turn))
        if as_of // 3600 > self._seen // 3600:
            self._ledger.execute(_SQL["forget"], (as_of // 3600 - HOURS_KEPT,))
        self._seen = as_of
        self._enter(batch, numbers)
        self._change(batch, numbers)
        self._write_letters(batch, numbers)
        self._keep(batch)
        self._hold(batch)
        self._count(batch)

    def _enter(self, batch: Batch, numbers: Mapping[bytes, int]) -> None:
        if not batch.entered:
            return
        self._next += len(batch.entered)
        campaigns = {signed.campaign: self._campaign(signed.campaign) for signed in batch.entered.values()}
        rows = batch.rows
        self._many(
            _SQL["enter"],
            [
                (numbers[record], *_entry(signed, campaigns[signed.campaign], rows.get(record)))
                for record, signed in batch.entered.items()
            ],
        )
        self._many(
            _SQL["seal"],
            [(numbers[record], *_seal(signed, rows.get(record))) for record, signed in batch.entered.items()],
        )

    def _change(self, batch: Batch, numbers: Mapping[bytes, int]) -> None:
        """Write changed rows, those that became the same in one statement."""
        alike: defaultdict[tuple[str, str, str, str], list[int]] = defaultdict(list)
        lettered = []
        changed = [(numbers[record], row) for record, row in batch.rows.items() if record not in batch.entered]
        for number, row in changed:
            alike[row.state, row.review, row.code, row.appeal].append(number)
            before = self._found[row.record][1]
            if (before.letters, before.lettered) != (row.letters, row.lettered):
                lettered.append((row.letters, row.lettered, number))
        for (state, *decided), some in alike.items():
            if state == "erased":
                self._all("erase", some, *decided)
            else:
                self._all("become", some, state, *decided)
        self._many(_SQL["lettered"], lettered)
        self._all("unseal", [number for number, row in changed if row.state in DESTROYED])
        self._all("forget_consent", [number for number, row in changed if row.state == "erased"])

    def _write_letters(self, batch: Batch, numbers: Mapping[bytes, int]) -> None:
        silent = batch.silent()
        self._all("silence_own", silent)
        self._all("silence_others", [numbers[record] for record in silent])
        gone = [self._letter_numbers[record] for record in batch.letters_gone if record in self._letter_numbers]
        self._all("letters_gone", gone)
        self._many(_SQL["link"], [(link.lookup, numbers[link.to] if link.to else 0) for link in batch.links])
        letters = []
        for letter in batch.queued():
            signed = letter.signed
            place = (signed.record, numbers[letter.of], self._campaign(signed.campaign))
            letters.append((*place, signed.language, letter.kind, signed.hour, signed.letter))
        self._many(_SQL["queue"], letters)

    def _keep(self, batch: Batch) -> None:
        epochs = [(one.epoch, self._campaign(one.campaign), one.file, one.at) for one in batch.epochs]
        self._many(_SQL["epoch"], epochs)
        domains = [(self._campaign(one.campaign), one.cohort, one.domain) for one in batch.domains]
        self._many(_SQL["name_cohort"], domains)
        for one in batch.releases:
            texts = msgspec.msgpack.encode(one.release.texts)
            place = (self._campaign(one.campaign), one.release.at, texts)
            self._ledger.execute(_SQL["release"], (*place, one.kind, one.line, int(not one.kind)))
        self._many(_SQL["claim"], [(self._campaign(one.campaign), one.line) for one in batch.claims])
        counts = [(self._campaign(campaign), day, kind, n) for (campaign, day, kind), n in batch.counts().items()]
        self._many(_SQL["count"], counts)
        hourly = [(self._campaign(campaign), hour, kind, n) for (campaign, hour, kind), n in batch.hourly.items()]
        self._many(_SQL["happen"], hourly)

    def _hold(self, batch: Batch) -> None:
        """Keep the number of waiting and of reviewed rows."""
        for campaign, state, n in batch.held(self._found):
            self._ledger.execute(_SQL["hold"], (self._campaign(campaign), state, n))

    def _count(self, batch: Batch) -> None:
        """Keep the counters by day of signing and what is known, and by hour."""
        cells, hours = sums(batch.cells(self._found))
        number = self._campaign
        told = [(number(one.campaign), one.day, one.country, one.language, one.source, *n) for one, n in cells.items()]
        self._many(_SQL["count_cells"], told)
        self._many(_SQL["count_hours"], [(number(name), hour, *n) for (name, hour), n in hours.items()])

    def _all(self, query: str, numbers: Collection[int] | Collection[bytes], *values: Any) -> None:
        """Run a statement over all of these rows, if there are any."""
        if numbers:
            self._ledger.execute(_SQL[query], (*values, listed(numbers)))

    def _remember(self, batch: Batch, numbers: Mapping[bytes, int]) -> None:
        """Follow the commit in memory."""
        for record, signed in batch.entered.items():
            row = batch.rows.get(record)
            if row is None or row.tag:
                self._tags.add(signed.tag, numbers[record])
            self._lookups.add(signed.lookup, numbers[record])
        for link in batch.links:
            self._lookups.add(link.lookup, 0)
        for record, row in batch.rows.items():
            if record in self._found and not row.tag:
                number, before = self._found[record]
                if before.tag:
                    self._tags.remove(before.tag, number)
        self._newest = max(self._newest, max(batch.entered, default=b""))
        self._paces.remember(batch.entered.values(), batch.domains)
        self._found, self._letter_numbers = {}, {}


def _entry(signed: Signed, campaign: int, row: Row | None) -> tuple[Any, ...]:
    """Give the values of a new row, in the state it has at the end of the batch."""
    if row is None:
        return (
            signed.record, signed.lookup, campaign, signed.tag, signed.commitment, "waiting", signed.at, signed.review,
            "", 1, signed.at, signed.country, signed.channel, signed.source, signed.cohort, signed.language,
            "",
        )  # fmt: skip
    erased = row.state == "erased"
    own = (row.tag or None, b"" if erased else signed.commitment, row.state, signed.at)
    decided = (row.review, row.code, row.letters, row.lettered)
    place = (signed.record, signed.lookup, campaign)
    if erased:
        return (*place, *own, *decided, "", signed.channel, "", b"", "", row.appeal)
    told = (signed.country, signed.channel, signed.source, signed.cohort, signed.language)
    return (*place, *own, *decided, *told, row.appeal)


def _seal(signed: Signed, row: Row | None) -> tuple[Any, ...]:
    """Give the values of what is sealed; nothing of it where the row is destroyed in its own batch."""
    if row is None or row.state not in DESTROYED:
        return (signed.epoch, signed.sealed, signed.text, signed.consent, int(signed.updates), signed.language)
    erased = row.state == "erased"
    language = "" if erased else signed.language
    return (signed.epoch, b"", signed.text, signed.consent, 0 if erased else int(signed.updates), language)

"""The ledger as the sequencer needs it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import apsw
import msgspec

from undersigned.core.events import Signed
from undersigned.core.outcomes import DESTROYED, STANDING, Known, OpenLetter, Outcome, Release, Row, Wanted
from undersigned.engines.sql import queries
from undersigned.engines.sqlite.batch import Batch
from undersigned.engines.sqlite.database import Database
from undersigned.stages.sequencer.needs import Moved

__all__ = ["SequencerPart"]

_SQL = queries("sequencer")
_texts: msgspec.msgpack.Decoder[tuple[tuple[str, bytes], ...]] = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...])


class SequencerPart(Database):
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

    def known(self, wanted: Wanted) -> Known:
        """Give what the ledger knows of a batch."""
        links: dict[bytes, bytes] = dict(self._each("links", wanted.lookups))
        letters = {
            record: OpenLetter(self._names[campaign], of)
            for record, campaign, of in self._each("letters", wanted.letters)
        }
        found: dict[bytes, Row] = {}
        self._find(found, "rows_of_lookup", wanted.lookups)
        self._find(found, "rows_of_record", wanted.records | {record for record in links.values() if record})
        for campaign, tags in self._tags(wanted, found.values()).items():
            self._find(found, "rows_of_tag", tags, campaign)
        releases = {name: self._releases(name) for name in wanted.campaigns}
        return Known(tuple(found.values()), links, letters, releases)

    def overdue(self, before: int, limit: int) -> Sequence[Row]:
        """Give up to `limit` waiting rows that were signed before that second, campaign by campaign."""
        found: list[Row] = []
        for number in self._names:
            rows = self._rows(_SQL["rows_overdue"], number, before, limit - len(found))
            found += map(self._row, rows)
        return found

    def commit(self, outcomes: Sequence[Outcome], positions: Mapping[str, tuple[int, int]], as_of: int) -> None:
        """Write outcomes and positions: first the slots, then the rest in one transaction.

        Raises:
            Moved: a position is not the one the batch started from.
        """
        self._check_positions(positions)
        batch = Batch(outcomes)
        destroyed = batch.destroyed()
        self._write_slots(batch.slots(), destroyed)
        self._write(lambda: self._follow(batch, positions, as_of))
        if destroyed or self._owing:
            self._scrub()

    def settled(self) -> bool:
        """Tell whether every log has everything that was decided, under its last signed checkpoint."""
        return not self._rows(_SQL["unsettled"])[0][0]

    # Reading

    def _each(self, query: str, names: Collection[bytes], *values: Any) -> list[Any]:
        if not names:
            return []
        return self._rows(_SQL[query], apsw.carray(tuple(sorted(names))), *values)

    def _find(self, found: dict[bytes, Row], query: str, names: Collection[bytes], *values: Any) -> None:
        for values_of_row in self._each(query, names, *values):
            if values_of_row[0] not in found:
                found[values_of_row[0]] = self._row(values_of_row)

    def _tags(self, wanted: Wanted, rows: Iterable[Row]) -> dict[int, set[bytes]]:
        """Give the tags whose rows are wanted, by the number of their campaign."""
        tags: defaultdict[int, set[bytes]] = defaultdict(set)
        for campaign, tag in wanted.tags:
            if campaign in self._numbers:
                tags[self._numbers[campaign]].add(tag)
        for row in rows:
            if row.tag:
                tags[self._numbers[row.campaign]].add(row.tag)
        return tags

    def _row(self, values: Sequence[Any]) -> Row:
        record, campaign, tag, *rest = values
        return Row(record, self._names[campaign], tag or b"", *rest)

    def _releases(self, name: str) -> tuple[Release, ...]:
        if name not in self._numbers:
            return ()
        found = self._rows(_SQL["releases"], self._numbers[name])
        return tuple(Release(at, _texts.decode(texts)) for at, texts in found)

    # Writing

    def _check_positions(self, positions: Mapping[str, tuple[int, int]]) -> None:
        for source, (before, _) in positions.items():
            if self.position(source) != before:
                raise Moved(f"the ledger has read {source} to another position than this batch started from")

    def _follow(self, batch: Batch, positions: Mapping[str, tuple[int, int]], as_of: int) -> None:
        self._check_positions(positions)
        self._many(_SQL["move"], [(source, after) for source, (_, after) in positions.items()])
        self._ledger.execute(_SQL["set_state"], (as_of, self._turn))
        self._seen = as_of
        self._enter(batch)
        self._change(batch)
        self._write_letters(batch)
        self._keep(batch)

    def _enter(self, batch: Batch) -> None:
        numbered = list(enumerate(batch.entered.values(), self._next))
        self._next += len(numbered)
        entries = [(number, *self._entry(signed, batch)) for number, signed in numbered]
        self._many(_SQL["enter"], entries)
        self._many(_SQL["seal"], [_seal(number, signed, batch) for number, signed in numbered])

    def _entry(self, signed: Signed, batch: Batch) -> tuple[Any, ...]:
        """Give the values of a new row, in the state it has at the end of the batch."""
        row = batch.rows.get(signed.record)
        start = (signed.record, signed.lookup, self._campaign(signed.campaign))
        if row is None:
            state = (signed.tag, signed.commitment, "waiting", signed.at, signed.review, "", 1, signed.at)
            return (*start, *state, signed.country, signed.channel)
        erased = row.state == "erased"
        own = (row.tag or None, b"" if erased else signed.commitment, row.state, signed.at)
        decided = (row.review, row.code, row.letters, row.lettered)
        return (*start, *own, *decided, "" if erased else signed.country, signed.channel)

    def _change(self, batch: Batch) -> None:
        """Write changed rows; what stops standing goes first, so that another row of its address can follow."""
        changed = [row for record, row in batch.rows.items() if record not in batch.entered]
        erased = [row for row in changed if row.state == "erased"]
        fallen = [row for row in changed if row.state != "erased" and row.state not in STANDING]
        standing = [row for row in changed if row.state in STANDING]
        for query, some in (("erase", erased), ("become", fallen), ("become", standing)):
            self._many(_SQL[query], [_mutable(row) for row in some])
        self._many(_SQL["unseal"], [(row.record,) for row in changed if row.state in DESTROYED])
        self._many(_SQL["forget_consent"], [(row.record,) for row in erased])

    def _write_letters(self, batch: Batch) -> None:
        self._many(_SQL["silence"], [(record,) for record in batch.silent()])
        self._many(_SQL["letter_gone"], [(record,) for record in batch.letters_gone])
        self._many(_SQL["link"], [(link.lookup, link.to) for link in batch.links])
        letters = []
        for letter in batch.queued():
            signed = letter.signed
            campaign = self._campaign(signed.campaign)
            place = (signed.record, letter.of, campaign)
            letters.append((*place, signed.language, letter.kind, signed.hour, signed.letter))
        self._many(_SQL["queue"], letters)

    def _keep(self, batch: Batch) -> None:
        epochs = [(one.epoch, self._campaign(one.campaign), one.file, one.at) for one in batch.epochs]
        self._many(_SQL["epoch"], epochs)
        for one in batch.releases:
            texts = msgspec.msgpack.encode(one.release.texts)
            place = (self._campaign(one.campaign), one.release.at, texts)
            self._ledger.execute(_SQL["release"], (*place, one.kind, one.line, int(not one.kind)))
        counts = [(self._campaign(campaign), day, kind, n) for (campaign, day, kind), n in batch.counts.items()]
        self._many(_SQL["count"], counts)


def _mutable(row: Row) -> tuple[Any, ...]:
    return (row.state, row.review, row.code, row.letters, row.lettered, row.record)


def _seal(number: int, signed: Signed, batch: Batch) -> tuple[Any, ...]:
    """Give the values of what is sealed; nothing of it where the row is destroyed in its own batch."""
    fate = batch.fate(signed.record)
    gone, erased = fate in DESTROYED, fate == "erased"
    return (
        number,
        signed.epoch,
        b"" if gone else signed.sealed,
        signed.text,
        signed.consent,
        0 if erased else int(signed.updates),
        "" if erased else signed.language,
    )

"""What the ledger knows of a batch. Which rows hold a tag or a lookup is held in memory: docs/adr/0010."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from itertools import islice
from struct import Struct
from typing import Any

import msgspec

from undersigned.core.outcomes import Known, OpenLetter, Release, Row, Wanted, entered
from undersigned.engines.batch import Batch
from undersigned.engines.paces import Paces
from undersigned.engines.postgres.connection import listed, names
from undersigned.engines.postgres.database import Database
from undersigned.engines.prefixes import Prefixes
from undersigned.engines.sql import queries

__all__ = ["KnownPart"]

_SQL = queries("postgres/sequencer")
_texts: msgspec.msgpack.Decoder[tuple[tuple[str, bytes], ...]] = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...])
_LINK = 0  # the number that a lookup of the table of links has in memory; rows begin at 1
_NO_TAG = bytes(16)
_NAMES = Struct(">q16s16s").iter_unpack  # number, tag, lookup
_CHUNK = 50_000
RECENT = 50_000  #: rows remembered whole: most are confirmed soon after they were signed; some 500 bytes each


class KnownPart(Database):
    """The reading half of `stages.sequencer.needs.Ledger`.

    `_tags` and `_lookups` follow the committed rows: made anew at each opening, behind the fence that lets no other
    mill write, and changed only behind a commit. So do `_recent`, the youngest rows that were entered by this mill
    and never changed since: whatever changes a row passes through a batch, which takes it out. `_letters` are rows'
    own letters that this mill has queued and that have not gone since. `_found` is what was
    given last, with its numbers, so that the batch decided from it need not be looked up again.
    """

    def _begin(self) -> None:
        super()._begin()
        self._found: dict[bytes, tuple[int, Row]] = {}
        self._recent: dict[int, Row] = {}
        self._letters: dict[bytes, OpenLetter] = {}
        self._tags = Prefixes()
        self._lookups = Prefixes()
        self._lookups.append((lookup, _LINK) for (lookup,) in self._rows(_SQL["lookups_of_links"]))
        after = 0
        while (found := self._rows(_SQL["names"], after, _CHUNK)[0])[0]:
            after = found[0]
            self._tags.append((tag, number) for number, tag, _ in _NAMES(found[1]) if tag != _NO_TAG)
            self._lookups.append((lookup, number) for number, _, lookup in _NAMES(found[1]))
        self._tags.sort()
        self._lookups.sort()
        newest = self._rows(_SQL["newest_record"])
        self._newest = bytes(newest[0][0]) if newest else b""
        self._paces = Paces(self._rows(_SQL["named"]), self._rows(_SQL["paces"]))

    def known(self, wanted: Wanted) -> Known:
        """Give what the ledger knows of a batch."""
        numbers = self._tags.find_all(tag for _, tag in wanted.tags) | self._lookups.find_all(wanted.lookups)
        links = self._links(wanted.lookups, numbers) if _LINK in numbers else {}
        rows = self._fetch(numbers)
        rows |= self._recorded([record for record in wanted.records if record <= self._newest])
        asked = {number: row for number, row in rows.items() if _is_asked(row, wanted, links, number)}
        fellows = self._tags.find_all(row.tag for row in asked.values() if row.tag) - rows.keys()
        rows |= self._fetch(fellows)
        tags = {(row.campaign, row.tag) for row in asked.values() if row.tag}
        same = {number: row for number, row in rows.items() if number in asked or (row.campaign, row.tag) in tags}
        self._found = {row.record: (number, row) for number, row in same.items()}
        return Known(
            tuple(same.values()),
            {lookup: rows[number].record if number else b"" for lookup, number in links.items()},
            self._open_letters(wanted.letters),
            {name: self._releases(name) for name in wanted.campaigns},
            self._paces.known(wanted.cohorts),
        )

    def overdue(self, before: int, limit: int) -> Sequence[Row]:
        """Give up to `limit` waiting rows that were signed before that second, the oldest first."""
        found = dict(map(self._row, self._rows(_SQL["overdue"], self._swept, before, limit)))
        self._found = {row.record: (number, row) for number, row in found.items()}
        if not found:
            self._swept = max(self._swept, before)  # kept with the next batch
        return list(found.values())

    def prove(self, limit: int) -> bool:
        """Nothing to do: the tables themselves refuse a second signature of one address that stands."""
        return True

    # Reading

    def _links(self, lookups: Collection[bytes], numbers: set[int]) -> dict[bytes, int]:
        """Give where the links among these lookups lead, and want those rows as well."""
        perhaps = [lookup for lookup in lookups if _LINK in self._lookups.find(lookup)]
        links: dict[bytes, int] = dict(self._rows(_SQL["links"], names(perhaps)))
        numbers.update(links.values())
        numbers.discard(_LINK)
        return links

    def _fetch(self, numbers: Collection[int]) -> dict[int, Row]:
        found = {number: self._recent[number] for number in numbers if number in self._recent}
        if len(found) < len(numbers):
            lacking = sorted(number for number in numbers if number not in found)
            found |= map(self._row, self._rows(_SQL["rows"], listed(lacking)))
        return found

    def _recorded(self, records: Collection[bytes]) -> dict[int, Row]:
        return self._fetch([one for (one,) in self._rows(_SQL["numbers"], names(sorted(records)))]) if records else {}

    def _row(self, values: Sequence[Any]) -> tuple[int, Row]:
        number, record, campaign, tag, *rest = values
        return number, Row(record, self._names[campaign], tag or b"", *rest)

    def _open_letters(self, records: Collection[bytes]) -> dict[bytes, OpenLetter]:
        found = {record: self._letters[record] for record in records if record in self._letters}
        lacking = sorted(record for record in records if record not in found)
        for record, campaign, of in self._rows(_SQL["letters"], names(lacking)) if lacking else []:
            found[record] = OpenLetter(self._names[campaign], of)
        return found

    def _releases(self, name: str) -> tuple[Release, ...]:
        if name not in self._numbers:
            return ()
        found = self._rows(_SQL["releases"], self._numbers[name])
        return tuple(Release(at, _texts.decode(texts)) for at, texts in found)

    # Behind a commit

    def _remember(self, batch: Batch, numbers: Mapping[bytes, int]) -> None:
        """Follow the commit in memory."""
        self._paces.remember(batch.entered.values(), batch.domains)
        for record, signed in batch.entered.items():
            row = batch.rows.get(record)
            if row is None or row.tag:
                self._tags.add(signed.tag, numbers[record])
            self._lookups.add(signed.lookup, numbers[record])
            if row is None:
                self._recent[numbers[record]] = entered(signed)
        for link in batch.links:
            self._lookups.add(link.lookup, _LINK)
        for record, row in batch.rows.items():
            if record in self._found and not row.tag:
                number, before = self._found[record]
                if before.tag:
                    self._tags.remove(before.tag, number)
            self._recent.pop(numbers[record], None)
        self._remember_letters(batch)
        _shorten(self._recent)
        _shorten(self._letters)
        self._newest = max(self._newest, max(batch.entered, default=b""))
        self._found = {}

    def _remember_letters(self, batch: Batch) -> None:
        for one in batch.queued():
            if one.of == one.signed.record:
                self._letters[one.of] = OpenLetter(one.signed.campaign, one.of)
        for record in (*batch.letters_gone, *batch.silent()):
            self._letters.pop(record, None)


def _shorten(remembered: dict[Any, Any]) -> None:
    """Forget the oldest beyond `RECENT`."""
    for name in list(islice(remembered, max(0, len(remembered) - RECENT))):
        del remembered[name]


def _is_asked(row: Row, wanted: Wanted, links: Mapping[bytes, int], number: int) -> bool:
    """Tell a row that the batch speaks of from one whose name only begins alike."""
    return (
        row.lookup in wanted.lookups
        or (row.campaign, row.tag) in wanted.tags
        or row.record in wanted.records
        or number in links.values()
    )

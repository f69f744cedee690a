"""What the ledger knows of a batch, found by names that are held in memory, and the proof that they are unique."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from undersigned.core.leaves import signature as signature_line
from undersigned.core.outcomes import Known, OpenLetter, Release, Row, Wanted
from undersigned.engines.paces import Paces
from undersigned.engines.prefixes import Prefixes
from undersigned.engines.sql import queries
from undersigned.engines.sqlite.connection import Unfit, listed
from undersigned.engines.sqlite.database import Database

__all__ = ["KnownPart"]

_SQL = queries("sequencer")
_texts: msgspec.msgpack.Decoder[tuple[tuple[str, bytes], ...]] = msgspec.msgpack.Decoder(tuple[tuple[str, bytes], ...])
_LINK = 0  # the number that a lookup of the table of links has in memory; rows begin at 1
_CHUNK = 50_000
_TWICE = (
    "ledger.db is not as it was written: {what}. Nothing more is decided from it. Restore the newest ledger.db and"
    " slots.db from before, with the journals; if it happens again, two programs write this ledger."
)


class KnownPart(Database):
    """The reading half of `stages.sequencer.needs.Ledger`.

    `_tags` and `_lookups` follow the committed rows: made anew at start, changed only behind a commit. `_found` is
    what was given last, with its numbers, so that the batch decided from it need not be looked up again.
    """

    def _begin(self) -> None:
        self._tags = Prefixes()
        self._lookups = Prefixes()
        self._proven = 0  # row up to which the present round of the proof has come
        self._found: dict[bytes, tuple[int, Row]] = {}
        self._letter_numbers: dict[bytes, int] = {}
        self._newest = bytes(self._rows(_SQL["newest_record"])[0][0])
        tags: list[tuple[bytes, int]] = []
        lookups: list[tuple[bytes, int]] = [(lookup, _LINK) for (lookup,) in self._rows(_SQL["lookups_of_links"])]
        after = 0
        while found := self._rows(_SQL["names"], after, _CHUNK):
            after = found[-1][0]
            tags += [(tag, number) for number, tag, _ in found if tag]
            lookups += [(lookup, number) for number, _, lookup in found]
            self._tags.append(tags)
            self._lookups.append(lookups)
            tags, lookups = [], []
        self._lookups.append(lookups)
        self._tags.sort()
        self._lookups.sort()
        self._prove_alone(list(self._tags.shared()), list(self._lookups.shared()))
        self._paces = Paces(self._rows(_SQL["named"]), self._rows(_SQL["paces"]))

    def known(self, wanted: Wanted) -> Known:
        """Give what the ledger knows of a batch."""
        numbers = self._tags.find_all(tag for _, tag in wanted.tags) | self._lookups.find_all(wanted.lookups)
        links = self._links(wanted.lookups, numbers) if _LINK in numbers else {}
        rows = self._fetch(numbers)
        rows.update(self._recorded([record for record in wanted.records if record <= self._newest]))
        asked = {number: row for number, row in rows.items() if _is_asked(row, wanted, links, number)}
        fellows = self._tags.find_all(row.tag for row in asked.values() if row.tag) - rows.keys()
        rows.update(self._fetch(fellows))
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
        """Give up to `limit` waiting rows that were signed before that second, campaign by campaign."""
        found: dict[int, Row] = {}
        for number in self._names:
            rows = self._rows(_SQL["rows_overdue"], number, before, limit - len(found))
            found |= dict(map(self._row, rows))
        self._found = {row.record: (number, row) for number, row in found.items()}
        return list(found.values())

    def prove(self, limit: int) -> bool:
        """Prove of the next `limit` rows that they can be found, stand alone, and are what the log says.

        Goes round and round; True where a round was finished with this call.

        Raises:
            Unfit: they are not; nothing more may be decided from this ledger.
        """
        found = self._rows(_SQL["proof"], self._proven, limit)
        for number, tag, lookup, commitment, line in found:
            if number not in self._lookups.find(lookup) or (tag and number not in self._tags.find(tag)):
                raise Unfit(_TWICE.format(what=f"row {number} was changed behind the program's back"))
            if line is not None and commitment and line != signature_line(commitment):
                raise Unfit(_TWICE.format(what=f"row {number} is not what its line in the log says"))
        shared = [self._tags.find(tag) for _, tag, *_ in found if tag]
        self._prove_alone([numbers for numbers in shared if len(numbers) > 1], [])
        self._proven = found[-1][0] if found else 0
        return len(found) < limit

    # Reading

    def _links(self, lookups: Collection[bytes], numbers: set[int]) -> dict[bytes, int]:
        """Give where the links among these lookups lead, and want those rows as well."""
        perhaps = [lookup for lookup in lookups if _LINK in self._lookups.find(lookup)]
        links: dict[bytes, int] = dict(self._each("links", perhaps))
        numbers.update(links.values())
        numbers.discard(_LINK)
        return links

    def _fetch(self, numbers: Collection[int]) -> dict[int, Row]:
        if not numbers:
            return {}
        return dict(map(self._row, self._rows(_SQL["rows_of_number"], listed(numbers))))

    def _recorded(self, records: Collection[bytes]) -> dict[int, Row]:
        return dict(map(self._row, self._each("rows_of_record", records)))

    def _open_letters(self, records: Collection[bytes]) -> dict[bytes, OpenLetter]:
        found = self._each("letters", records)
        self._letter_numbers = {record: number for number, record, _, _ in found}
        return {record: OpenLetter(self._names[campaign], of) for _, record, campaign, of in found}

    def _each(self, query: str, names: Collection[bytes]) -> list[Any]:
        return self._rows(_SQL[query], listed(names)) if names else []

    def _row(self, values: Sequence[Any]) -> tuple[int, Row]:
        number, record, campaign, tag, *rest = values
        return number, Row(record, self._names[campaign], tag or b"", *rest)

    def _releases(self, name: str) -> tuple[Release, ...]:
        if name not in self._numbers:
            return ()
        found = self._rows(_SQL["releases"], self._numbers[name])
        return tuple(Release(at, _texts.decode(texts)) for at, texts in found)

    def _prove_alone(self, tags: Iterable[Sequence[int]], lookups: Iterable[Sequence[int]]) -> None:
        """Refuse two standing rows of one tag, and two rows of one lookup, among rows of one prefix."""
        numbers = {number for group in tags for number in group}
        if numbers and self._rows(_SQL["standing"], listed(numbers)):
            raise Unfit(_TWICE.format(what="two signatures of one address stand"))
        numbers = {number for group in lookups for number in group if number}
        if numbers and self._rows(_SQL["twins"], listed(numbers)):
            raise Unfit(_TWICE.format(what="two signatures have one link"))


def _is_asked(row: Row, wanted: Wanted, links: dict[bytes, int], number: int) -> bool:
    """Tell a row that the batch speaks of from one whose name only begins alike."""
    return (
        row.lookup in wanted.lookups
        or (row.campaign, row.tag) in wanted.tags
        or row.record in wanted.records
        or number in links.values()
    )

"""Opens sealed records with the campaign key. Offline work: neither the key nor what it opens is for a server.

A record that cannot be opened is counted with its reason and passed over; no error, count or reason
holds anything about a person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import islice
from typing import get_args

import msgspec

from undersigned.core.person import Person
from undersigned.core.status import State
from undersigned.stages.deliver.needs import Records, SealedRecord
from undersigned.vault.unseal import EpochKey, Identity, Unreadable, identity, open_epoch

__all__ = ["STANDING", "STATES", "Identity", "Opened", "Opening", "identity"]

STATES: tuple[State, ...] = get_args(State)
STANDING: frozenset[State] = frozenset({"confirmed", "counted"})
_BATCH = 500  # records whose epochs are asked for at once
_KEYS = 4096  # epochs kept open: records lie in the order in which they were sealed, so old ones do not come again
_person = msgspec.json.Decoder(Person).decode


class Opened(msgspec.Struct, frozen=True, gc=False):
    """A record that has been opened."""

    record: bytes
    state: State
    person: Person


class Opening:
    """Iterates over the records of one campaign that stand in the wanted states, and keeps count.

    `opened` counts what was given; `unopened` counts by reason: "erased" (by the signer, as promised),
    "other key", "damaged", "no epoch" (its epoch key is not in this copy), "another campaign";
    `passed_over` counts by state what was not wanted.
    """

    def __init__(
        self,
        records: Records,
        campaign: str,
        identities: Sequence[Identity],
        states: Collection[State] = STANDING,
    ) -> None:
        """Take the store, the campaign's id, the secret keys at hand, and the states wanted."""
        self._records = records
        self._campaign = campaign
        self._identities = identities
        self._states = frozenset(states)
        self._keys: dict[bytes, EpochKey | str] = {}
        self.restart()

    def restart(self) -> None:
        """Count from nothing again; the epochs that were opened stay so."""
        self.opened = 0
        self.unopened: Counter[str] = Counter()
        self.passed_over: Counter[str] = Counter()

    @property
    def complete(self) -> bool:
        """Whether everything wanted was opened but for what signers had erased."""
        return not set(self.unopened) - {"erased"}

    def __iter__(self) -> Iterator[Opened]:
        """Open one record after another."""
        return self.span(0, None)

    def span(self, first: int, end: int | None) -> Iterator[Opened]:
        """Open the records from place `first` up to before `end`, adding to the counts."""
        rows = self._records.records(self._campaign, first, end)
        while batch := list(islice(rows, _BATCH)):
            wanted = [row for row in batch if row[4] in self._states]
            if len(wanted) < len(batch):
                self.passed_over.update(row[4] for row in batch if row[4] not in self._states)
            self._learn({row[3] for row in wanted if row[2]})
            for row in wanted:
                person = self._person(row)
                if isinstance(person, str):
                    self.unopened[person] += 1
                    continue
                self.opened += 1
                yield Opened(row[0], row[4], person)

    def _learn(self, names: set[bytes]) -> None:
        """Open the epochs that are not open yet: each gives its key, or the reason why there is none."""
        new = names - self._keys.keys()
        if not new:
            return
        if len(self._keys) + len(new) > _KEYS:
            self._keys = {name: self._keys[name] for name in names - new}
        for name, file in self._records.epochs(self._campaign, new):
            try:
                self._keys[name] = EpochKey(open_epoch(file, self._identities))
            except Unreadable as refusal:
                # A second, damaged copy of an epoch takes nothing from a good one.
                self._keys.setdefault(name, refusal.reason)

    def _person(self, row: SealedRecord) -> Person | str:
        """Give the person, or the reason why not."""
        record, sealed, slot, epoch, _ = row
        if not slot or not any(slot):
            return "erased"
        key = self._keys.get(epoch, "no epoch")
        if isinstance(key, str):
            return key
        try:
            person = _person(key.open(record, slot, sealed))
        except Unreadable as refusal:
            return refusal.reason
        except (msgspec.DecodeError, UnicodeDecodeError):
            return "damaged"
        return person if person.campaign == self._campaign else "another campaign"

"""Opens sealed records with the campaign key. Offline work: neither the key nor what it opens is for a server.

A record that cannot be opened is counted with its reason and passed over; no error, count or reason
holds anything about a person.
"""

from __future__ import annotations

import csv
import io
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from typing import get_args

import msgspec

from undersigned.core.person import Person
from undersigned.core.status import State
from undersigned.stages.deliver.needs import Records, SealedRecord
from undersigned.vault.unseal import Identity, Unreadable, identity, open_epoch, open_record

__all__ = [
    "CSV_COLUMNS",
    "STANDING",
    "STATES",
    "Identity",
    "Opened",
    "Opening",
    "csv_lines",
    "identity",
    "json_lines",
    "safe_cell",
]

STATES: tuple[State, ...] = get_args(State)
STANDING: frozenset[State] = frozenset({"confirmed", "counted"})
# What opens the commitment and the signer's link (`secret`) is not for spreadsheets; JSON lines have it.
CSV_COLUMNS = (
    "campaign", "record", "state", "name", "email", "country", "comment", "language",
    "day", "signed", "text", "consent", "updates", "channel",
)  # fmt: skip
_FORMULA = tuple("=+-@\t\r\n＝＋－＠")
_BOM = "\ufeff"


class Opened(msgspec.Struct, frozen=True):
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
        self._states = states
        self.opened = 0
        self.unopened: Counter[str] = Counter()
        self.passed_over: Counter[str] = Counter()

    @property
    def complete(self) -> bool:
        """Whether everything wanted was opened but for what signers had erased."""
        return not set(self.unopened) - {"erased"}

    def __iter__(self) -> Iterator[Opened]:
        """Open one record after another."""
        keys = self._keys()
        for row in self._records.records(self._campaign):
            if row[4] not in self._states:
                self.passed_over[row[4]] += 1
                continue
            person = self._person(row, keys)
            if isinstance(person, str):
                self.unopened[person] += 1
                continue
            self.opened += 1
            yield Opened(row[0], row[4], person)

    def _keys(self) -> dict[bytes, bytes | str]:
        """Open every epoch once: its key, or the reason why there is none."""
        keys: dict[bytes, bytes | str] = {}
        for name, file in self._records.epochs(self._campaign):
            try:
                keys[name] = open_epoch(file, self._identities)
            except Unreadable as refusal:
                # A second, damaged copy of an epoch takes nothing from a good one.
                keys.setdefault(name, refusal.reason)
        return keys

    def _person(self, row: SealedRecord, keys: dict[bytes, bytes | str]) -> Person | str:
        """Give the person, or the reason why not."""
        record, sealed, slot, epoch, _ = row
        if not slot or not any(slot):
            return "erased"
        key = keys.get(epoch, "no epoch")
        if isinstance(key, str):
            return key
        try:
            person = msgspec.json.decode(open_record(key, record, slot, sealed), type=Person)
        except Unreadable as refusal:
            return refusal.reason
        except (msgspec.DecodeError, UnicodeDecodeError):
            return "damaged"
        return person if person.campaign == self._campaign else "another campaign"


def json_lines(opened: Iterable[Opened]) -> Iterator[str]:
    """Give one line of JSON each, every field as it was signed, with `record` (hex) and `state` in front."""
    for row in opened:
        fields = {"record": row.record.hex(), "state": row.state, **msgspec.to_builtins(row.person)}
        yield msgspec.json.encode(fields).decode() + "\n"


def safe_cell(value: str) -> str:
    """Give a cell that no spreadsheet takes for a formula: an apostrophe goes before a leading = + - @,
    tab or line end, and before their full-width forms. Everything else stays as it is.
    """
    return "'" + value if value.startswith(_FORMULA) else value


def _cells(row: Opened) -> Iterator[str]:
    fields = {**msgspec.structs.asdict(row.person), "record": row.record.hex(), "state": row.state}
    fields["signed"] = datetime.fromtimestamp(row.person.signed, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    fields["updates"] = "yes" if row.person.updates else "no"
    return (safe_cell(fields[column]) for column in CSV_COLUMNS)


def csv_lines(opened: Iterable[Opened]) -> Iterator[str]:
    """Give a CSV (RFC 4180) in UTF-8 that spreadsheets read: byte order mark, header, one row each.

    Cells pass `safe_cell`, so a name can differ from the one signed by an apostrophe in front; JSON
    lines are the form that changes nothing.
    """
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    buffer.write(_BOM)
    writer.writerow(CSV_COLUMNS)
    for row in opened:
        writer.writerow(_cells(row))
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()

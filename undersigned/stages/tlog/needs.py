"""What the log requires of the world."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Protocol

import msgspec

__all__ = [
    "Group",
    "Head",
    "HighWater",
    "Immutable",
    "LogLedger",
    "Moved",
    "NewEntries",
    "NewEntry",
    "NewSignatures",
    "Notes",
    "Refused",
    "Tiles",
    "Waiting",
    "Witness",
    "WitnessAnswer",
]


class Moved(Exception):
    """The head of the log is not the one expected: somebody else writes. Fatal; never retried."""


class Immutable(Exception):
    """A tile or bundle exists with other bytes. Fatal: the log would fork."""


class Refused(Exception):
    """The log must not be signed. `code` is stable; the message says what happened and what to do."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code


class Head(msgspec.Struct, frozen=True):
    """Size and root of the tree in the ledger. `size` 0 has the root SHA-256 of nothing."""

    size: int
    root: bytes


class Group(msgspec.Struct, frozen=True):
    """What one code (country, region or ZZ) and channel has, for the release of tally lines.

    `live` counts standing signatures of that country in the log that no `t` line covers yet, the oldest of
    them signed at `oldest` (0 for a region). `released` is the sum of the code's `t` lines so far, `covered`
    how many of the signatures these cover still stand. A signature struck out and reinstated while covered
    stands again as covered. So the log's standing is the sum of `live` and `covered` over all groups.
    """

    geo: str
    channel: str
    live: int
    oldest: int
    released: int
    covered: int


class Waiting(msgspec.Struct, frozen=True):
    """What the ledger has decided and the log does not hold yet."""

    texts: tuple[tuple[int, str], ...]  # (id, JSON of a `v` line, or of `g` for an empty log), oldest first
    signatures: tuple[tuple[int, bytes], ...]  # (id, 32-byte commitment)
    withdrawals: tuple[tuple[int, int, str], ...]  # (id, index of the s line, code)
    strikes: tuple[tuple[int, int, str], ...]  # (id, index, code)
    reinstatements: tuple[tuple[int, int], ...]  # (id, index)
    claims: tuple[tuple[int, str], ...] = ()  # (id, JSON of a `c` line), oldest first


class NewEntry(msgspec.Struct, frozen=True, gc=False):
    """A line to be entered, and the row it settles.

    Rows are settled in the order of the entries: a batch enters its `t` lines before its `s`, `w`, `x`
    and `r` lines, so that they speak of exactly what `groups` had given.

    `kind` is the line's first letter; `s` lines go as `NewSignatures`. `id` is the id of `Waiting` for g, v, w, x
    and r. `covers` is the code a `t` line names: a country, a region, or ZZ. For `n` > 0 `takes` says whose
    signatures these are, as (country, number), the numbers summing up to `n`: of each country and `channel` so many
    uncovered standing ones become covered by `covers`, oldest first. A region's line takes from several countries.
    For `n` < 0 `takes` is empty: -n of what (`covers`, `channel`) covers are uncovered, those that no longer
    stand first.
    """

    line: bytes
    kind: str
    id: int = 0
    takes: tuple[tuple[str, int], ...] = ()
    channel: str = ""
    covers: str = ""
    n: int = 0


class NewSignatures(msgspec.Struct, frozen=True, gc=False):
    """All `s` lines of a batch, sorted, and the id of the row that each settles: one object, for they are many."""

    lines: Sequence[bytes] = ()
    ids: Sequence[int] = ()


class NewEntries(msgspec.Struct, frozen=True):
    """The lines of a batch in their order: those above the `s` lines, these, and those below."""

    above: tuple[NewEntry, ...] = ()
    signatures: NewSignatures = NewSignatures()
    below: tuple[NewEntry, ...] = ()

    def __len__(self) -> int:
        """Give the number of lines."""
        return len(self.above) + len(self.signatures.lines) + len(self.below)

    def lines(self) -> list[bytes]:
        """Give the lines."""
        above, below = ([entry.line for entry in some] for some in (self.above, self.below))
        return [*above, *self.signatures.lines, *below]


class LogLedger(Protocol):
    """The ledger as the log sees it."""

    def campaigns(self) -> Sequence[str]:
        """Give every campaign that has a log or waits for one."""
        ...

    def head(self, campaign: str) -> Head:
        """Give the head that the entries in the ledger have."""
        ...

    def edge(self, campaign: str) -> tuple[bytes, ...]:
        """Give the compact range of that head: roots of the perfect subtrees, the largest first."""
        ...

    def last_day(self, campaign: str) -> str:
        """Give the day of the last `d` line, or ""."""
        ...

    def waiting(self, campaign: str, limit: int) -> Waiting:
        """Give what waits, at most `limit` of each kind."""
        ...

    def groups(self, campaign: str) -> Sequence[Group]:
        """Give the groups for the release of countries; codes of countries, regions and ZZ alike."""
        ...

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
        """Enter the lines at indices `expected.size` … in one transaction and settle their rows.

        Raises:
            Moved: the head in the ledger is not `expected`.
        """
        ...

    def entries(self, campaign: str, start: int, stop: int) -> Sequence[bytes]:
        """Give the lines of that half-open range."""
        ...

    def signed(self, campaign: str) -> bytes:
        """Give the last signed checkpoint (a whole note), or b"" where none was signed."""
        ...

    def signed_at(self, campaign: str) -> int:
        """Give when it was signed, in seconds since 1970; 0 where none was."""
        ...

    def sign(self, campaign: str, before: bytes, note: bytes, at: int) -> None:
        """Store the signed checkpoint before anyone sees it, if the stored one is still `before`.

        Raises:
            Moved: it is not.
        """
        ...


class Tiles(Protocol):
    """The published files of a log; paths relative to `/log/<campaign>/`."""

    def begin(self, campaign: str, files: Iterable[tuple[str, bytes]]) -> Callable[[], None]:
        """Begin to write immutable files (path, bytes), those that are not there; in any order.

        They are on their way to the disk when it returns, so that something else can be done meanwhile. Call what it
        gives: when that returns, all of them are there, durably.

        Raises:
            Immutable: one is there with other bytes.
        """
        ...

    def get(self, campaign: str, path: str) -> bytes | None:
        """Give a file."""
        ...

    def replace(self, campaign: str, path: str, data: bytes) -> None:
        """Replace a mutable file (`checkpoint`, `vkey`) atomically and durably."""
        ...

    def drop_partials(self, campaign: str, size: int) -> None:
        """Remove partial tiles and bundles that the published size has full tiles for."""
        ...


class HighWater(Protocol):
    """The largest checkpoint ever published, kept on another disk than the ledger."""

    def get(self, campaign: str) -> bytes | None:
        """Give the note."""
        ...

    def put(self, campaign: str, note: bytes) -> None:
        """Keep the note durably; one that is there may not be so yet, from a process that was killed."""
        ...


class WitnessAnswer(msgspec.Struct, frozen=True):
    """The status and body of an add-checkpoint answer; status 0 where no answer came."""

    status: int
    body: bytes


class Witness(Protocol):
    """One witness (C2SP tlog-witness v1.0.0)."""

    vkey: str

    def add_checkpoint(self, body: bytes) -> WitnessAnswer:
        """POST the body to `add-checkpoint`, with a time limit of 2 s; never raises for the network."""
        ...


class Notes(Protocol):
    """The signer of checkpoints; the key never leaves the vault."""

    def vkey(self, campaign: str) -> str:
        """Give the verifier key as one line.

        Raises:
            LookupError: there is no key; the message says what to do.
        """
        ...

    def sign(self, campaign: str, text: str) -> bytes:
        """Give the signed note of that text (which ends in a newline)."""
        ...

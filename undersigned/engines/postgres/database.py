"""The ledger's one writing session: the lease, the fence, and transactions that only the last mill can make.

A lock that ends with the session is the lease: a second mill waits for it, and the server ends the session of a mill
that was silent for a minute. It is not what keeps two mills apart. That is the fence, a number that each opening
raises and every transaction compares while it holds the row, together with the positions and the head of each log.
So a mill that was paused and wakes up behind another can write nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from undersigned.engines.postgres.connection import LEASE, Rows, connect, end, failing, migrate, take_lock
from undersigned.engines.postgres.packing import stream
from undersigned.engines.sql import queries
from undersigned.engines.unfit import Unfit, Unreachable

__all__ = ["Database"]

PATIENCE = 120.0  #: seconds for one statement of a batch, or for its commit
_SQL = queries("postgres/sequencer")
_EMPTY_ROOT = sha256(b"").digest()
_COMPACT = ("VACUUM FULL slots", "VACUUM signatures", "VACUUM standing", "VACUUM letters")
_LEDGER_OLD = (
    "the ledger is older than its slots: what it does not know would be taken for erased. Restore the newest ledger, "
    "or slots from the same time."
)


class Database:
    """What the parts of the ledger share. One process, one thread at a time."""

    def __init__(self, url: str, waiting: Callable[[], None] | None = None, lease: float = LEASE) -> None:
        """Open the ledger for writing, or make it.

        `waiting` is called again and again while another mill has the lease; it waits a little, and raises whatever
        shall end the waiting. Without it, another mill is a reason to refuse. `lease`: seconds of silence after
        which the server gives the ledger to the next.

        Raises:
            Unreachable: the server does not answer.
            Unfit: another mill runs, or the server or the role cannot be used.
        """
        self._failed = False
        self._link = connect(url, PATIENCE, lease)
        try:
            migrate(self._link, "ledger")
            while not take_lock(self._link, "ledger"):
                if waiting is None:
                    raise Unfit("another mill runs on this ledger. Stop it, or let this one wait.")
                waiting()
            with failing():
                self._begin()
        except BaseException:
            self._link.close()
            raise

    def close(self) -> None:
        """End the session, and with it the lease."""
        end(self._link)

    def compact(self) -> None:
        """Write the table of slots anew, so that no file of it holds a destroyed slot, and free what erasing left.

        What stays: the write-ahead log until it is recycled, standbys until they follow, backups until they expire.

        Raises:
            Unreachable: no certain answer.
        """
        with failing():
            for statement in _COMPACT:
                self._link.execute(statement.encode())

    # Shared by the parts

    def _rows(self, query: str, *values: Any) -> Rows:
        with failing():
            return self._link.rows(query, *values)

    def _change(self, query: str, *values: Any) -> int:
        return self._link.change(query, *values)

    def _copy(self, query: str, rows: Iterable[bytes]) -> None:
        """Run a COPY of packed rows (`packing`)."""
        with self._link.cursor().copy(query.encode()) as copy:
            for part in stream(rows):
                copy.write(part)

    def _campaign(self, name: str) -> int:
        """Give the number of a campaign, a new one where it is not known; inside a transaction."""
        if name not in self._numbers:
            number = int(self._link.rows(_SQL["new_campaign"], name, _EMPTY_ROOT)[0][0])
            self._numbers[name] = number
            self._names[number] = name
        return self._numbers[name]

    @contextmanager
    def _write(self, moved: type[Exception]) -> Iterator[None]:
        """Make one transaction, if this mill is still the last that opened the ledger. Durable behind the block.

        Raises:
            moved: it is not.
            Unreachable: no certain answer; the ledger has to be opened anew.
        """
        if self._failed:
            raise Unreachable("the ledger has to be opened anew")
        self._link.warned = False
        try:
            with failing(), self._link.transaction():
                if not self._link.rows(_SQL["guard"], self._fence):
                    raise moved("another mill has opened this ledger since; this one may write nothing any more")
                yield
            if self._link.warned:
                raise Unreachable("the database server did not wait for its standby: the batch may be lost with it")
        except Unfit:
            self._failed = True
            raise
        except BaseException:
            self._load()
            raise

    # Opening

    def _begin(self) -> None:
        self._link.rows(_SQL["planning"])
        self._link.warned = False
        self._fence = int(self._link.rows(_SQL["fence"])[0][0])
        if self._link.warned:
            raise Unreachable("the database server did not wait for its standby")
        self._load()
        self._mend()

    def _load(self) -> None:
        self._numbers: dict[str, int] = {}
        self._names: dict[int, str] = {}
        for number, name in self._rows(_SQL["campaigns"]):
            self._numbers[name] = number
            self._names[number] = name
        self._seen, self._turn, self._swept = map(int, self._rows(_SQL["state"])[0])
        self._next = int(self._rows(_SQL["next"])[0][0])

    def _mend(self) -> None:
        """Destroy again what was destroyed, where the slots come from an older dump."""
        turn = int(self._rows(_SQL["slots_turn"])[0][0])
        if turn > self._turn:
            raise Unfit(_LEDGER_OLD)
        if turn < self._turn:
            with self._link.transaction():
                self._change(_SQL["destroy_dead"])
                self._change(_SQL["set_slots_turn"], self._turn)

"""Opening PostgreSQL the one way we use it.

A commit is durable when it returns: a server that does not flush is refused, and each session asks for the flush
itself. A server in recovery is refused, so nothing is ever decided from a replica. Every wait has an end: the
server's own limit of a statement first, then ours, for a server that says nothing any more.

A warning is a failure. In a cluster that waits for its standby, the server takes back the waiting with a warning and
commits all the same; such a commit stands on one machine only, and is not acknowledged. Which warning it is cannot be
read from its words, which are in the server's language.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from struct import Struct
from typing import Any, TypeAlias

import psycopg
from psycopg import conninfo, errors
from psycopg.abc import PQGen
from psycopg.adapt import Buffer, Dumper, Loader
from psycopg.pq import Format

from undersigned.engines.sql import migrations, queries
from undersigned.engines.unfit import NoRoom, Unfit, Unreachable

__all__ = [
    "Link", "Names", "Numbers", "connect", "end", "failing", "listed", "migrate", "names", "route", "seize",
    "take_lock",
]  # fmt: skip

OLDEST = 140000  #: PostgreSQL 14 is the oldest that has `idle_session_timeout`
PATIENCE = 10.0  #: seconds for one statement
GRACE = 5.0  #: seconds beyond that after which a silent server is given up
LEASE = 60.0  #: seconds without a statement after which the server ends the session of a mill, and with it its lock

_SQL = queries("postgres/session")
_ROUTE = {
    "target_session_attrs": "read-write",
    "connect_timeout": "5",
    "tcp_user_timeout": "10000",
    "keepalives_idle": "5",
    "keepalives_interval": "3",
    "keepalives_count": "3",
}
_UUIDS = 2951  # the type uuid[]
_UUID = 2950
_INT8S = 1016  # the type int8[]
_INT8 = 20
_HEAD, _BOUNDS, _LONG = Struct(">iiI").pack, Struct(">ii").pack, Struct(">q").pack  # of an array; of one number


class Names(bytes):
    """An array of 16-byte names, as PostgreSQL takes it in binary (type uuid[])."""


def names(some: Sequence[bytes]) -> Names:
    """Make an array of names; those that have not 16 bytes name nothing and are left out."""
    whole = [one for one in some if len(one) == 16]
    head = b"".join(n.to_bytes(4, "big") for n in (1 if whole else 0, 0, _UUID, *((len(whole), 1) if whole else ())))
    return Names(b"\x00\x00\x00\x10".join((head, *whole)))


class Numbers(bytes):
    """An array of numbers, as PostgreSQL takes it in binary (type int8[])."""


def listed(some: Collection[int]) -> Numbers:
    """Make an array of signed 64-bit numbers, in a tenth of the time that a list takes, which is read item by item."""
    head = _HEAD(1 if some else 0, 0, _INT8) + (_BOUNDS(len(some), 1) if some else b"")
    return Numbers(b"\x00\x00\x00\x08".join((head, *map(_LONG, some))))


class _NamesDumper(Dumper):
    format = Format.BINARY
    oid = _UUIDS

    def dump(self, obj: Names) -> Buffer:
        return bytes(obj)


class _NumbersDumper(_NamesDumper):
    oid = _INT8S


class _Name(bytes):
    """For the register of dumpers only: a COPY finds the dumper of a column by the column's type."""


class _NameDumper(Dumper):
    format = Format.BINARY
    oid = _UUID

    def dump(self, obj: bytes) -> Buffer:
        return obj


class _NameLoader(Loader):
    format = Format.BINARY

    def load(self, data: Buffer) -> bytes:
        return bytes(data)


Rows: TypeAlias = list[tuple[Any, ...]]


class Link(psycopg.Connection[tuple[Any, ...]]):
    """A connection on which no wait is endless. Used by one thread at a time."""

    patience = PATIENCE
    warned = False

    def wait(self, gen: PQGen[Any], interval: float = 0.1, timeout: float | None = None) -> Any:
        """Wait for the server, but not for ever."""
        return super().wait(gen, interval, self.patience + GRACE if timeout is None else timeout)

    def rows(self, query: str, *values: Any) -> Rows:
        """Give all rows of a query."""
        return self.cursor(binary=True).execute(query, values, prepare=True).fetchall()

    def change(self, query: str, *values: Any) -> int:
        """Run a statement; give how many rows it changed."""
        return self.cursor(binary=True).execute(query, values, prepare=True).rowcount

    def note(self, diagnostic: errors.Diagnostic) -> None:
        """Remember a warning of the server."""
        self.warned = self.warned or diagnostic.severity_nonlocalized == "WARNING"


def connect(url: str, patience: float = PATIENCE, lease: float = 0.0) -> Link:
    """Open a session in autocommit mode, at the primary of the hosts in the URL.

    `patience`: seconds for one statement. `lease`: seconds after which the server ends an idle session; 0: never.
    What the URL says of the connection itself (time limits, keepalives) goes before our own defaults.

    Raises:
        Unreachable: no server that takes writes answers.
        Unfit: the server would lose commits, is too old, or refuses the role.
    """
    link = _reach(url)
    try:
        _begin(link, patience, lease)
    except BaseException:
        link.close()
        raise
    return link


def route(url: str) -> dict[str, str]:
    """Give the parameters of a connection (libpq's names): ours, and before them those of the URL.

    Raises:
        Unfit: it is no URL of a database.
    """
    try:
        given = conninfo.conninfo_to_dict(url)
    except psycopg.Error as error:
        raise _no_url(error) from None
    return {**_ROUTE, **{name: str(value) for name, value in given.items() if value is not None}}


def _no_url(error: psycopg.Error) -> Unfit:
    return Unfit(f"the database URL cannot be used ({_kind(error)}). Write postgresql://ROLE@HOST/DATABASE.")


def _reach(url: str) -> Link:
    try:
        where = conninfo.make_conninfo("", **route(url))
        return Link.connect(where, autocommit=True, cursor_factory=psycopg.RawCursor)
    except psycopg.OperationalError as error:
        words = " ".join(str(error).split())  # of hosts, roles and databases; never of a password or a row
        raise Unreachable(f"no database server that takes writes answers: {words}") from None
    except psycopg.Error as error:
        raise _no_url(error) from None


def _begin(link: Link, patience: float, lease: float) -> None:
    link.adapters.register_dumper(Names, _NamesDumper)
    link.adapters.register_dumper(Numbers, _NumbersDumper)
    link.adapters.register_dumper(_Name, _NameDumper)
    link.adapters.register_loader("uuid", _NameLoader)
    link.add_notice_handler(link.note)
    link.patience = patience
    with failing():
        facts = link.rows(_SQL["facts"])[0]
        _refuse(*facts)
        link.rows(_SQL["prepare"], f"{int(patience * 1000)}ms", f"{int(lease * 1000)}ms")


def _refuse(version: int, fsync: str, pages: str, retry: str, commit: str, recovery: bool) -> None:
    if recovery:
        raise Unreachable("the database server is a standby, and nothing may be decided from a replica")
    if version < OLDEST:
        raise Unfit(f"PostgreSQL {version // 10000} is too old. Use 14 or later.")
    wrong = [("fsync", fsync, "on"), ("full_page_writes", pages, "on"), ("data_sync_retry", retry, "off")]
    for name, found, right in wrong:
        if found != right:
            raise Unfit(f"PostgreSQL runs with {name} = {found} and can lose commits. Set {name} = {right}.")
    if commit == "off":
        raise Unfit(
            "PostgreSQL runs with synchronous_commit = off for this role or database, so that somebody wanted commits "
            "that are not durable. Set it to on."
        )


@contextmanager
def failing() -> Iterator[None]:
    """Turn the driver's errors into ours. Their words can hold values, so only the kind of error is told.

    Raises:
        NoRoom: the server has no room.
        Unreachable: the connection or the server failed, or the server takes no writes.
        Unfit: anything else.
    """
    try:
        yield
    except errors.DiskFull:
        raise NoRoom("the database server has no room") from None
    except (psycopg.OperationalError, psycopg.InterfaceError, errors.ReadOnlySqlTransaction) as error:
        what = f"the database server gave no certain answer ({_kind(error)}); it is asked again until it does"
        raise Unreachable(what) from None
    except errors.InsufficientPrivilege as error:
        raise Unfit("the role of the database URL may not do this; docs/postgres.md lists its rights.") from error
    except psycopg.Error as error:
        raise Unfit(f"the database refused a statement ({_kind(error)}). See the server's log.") from error


def _kind(error: psycopg.Error) -> str:
    return f"{type(error).__name__} {error.sqlstate}" if error.sqlstate else type(error).__name__


def take_lock(link: Link, name: str) -> bool:
    """Take a lock that ends with this session; False where another session holds it."""
    with failing():
        return bool(link.rows(_SQL["lock"], name)[0][0])


def end(link: Link) -> None:
    """Give back every lock of this session and close it: the server notices a closed connection only after a while."""
    with suppress(Exception):  # a session that is gone has no locks any more
        link.rows(_SQL["unlock"])
    link.close()


def seize(link: Link, name: str) -> None:
    """End the session that holds the lock. Only for whoever has the right to it by another lock already."""
    with failing():
        link.rows(_SQL["seize"], name)


def migrate(link: Link, room: str) -> None:
    """Run the migrations of `journal` or `ledger` that this database has not seen, all in one transaction.

    Raises:
        Unfit: the schema is newer than this program, or the role may not change it.
    """
    scripts = migrations(f"postgres/{room}_migrations")
    with failing():
        version = _version(link, room)
        if version < len(scripts):
            with link.transaction():
                link.rows(_SQL["schema_lock"])
                version = _version(link, room, make=True)
                for text in scripts[version:]:
                    link.execute(text.encode())
                link.change(_SQL["set_version"], room, max(version, len(scripts)))
    if version > len(scripts):
        raise Unfit(f"the {room} was written by a newer version of this program. Install that one.")


def _version(link: Link, room: str, make: bool = False) -> int:
    if not link.rows(_SQL["has_versions"])[0][0]:
        if make:
            link.change(_SQL["make_versions"])
        return 0
    found = link.rows(_SQL["version"], room)
    return int(found[0][0]) if found else 0

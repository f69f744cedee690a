"""A session that is opened when it is first used, and opened anew after the server was away."""

from __future__ import annotations

from typing import Any

from undersigned.engines.postgres.connection import PATIENCE, Link, Rows, connect, failing
from undersigned.engines.unfit import Unreachable

__all__ = ["Session"]


class Session:
    """For reading, and for statements that may be repeated. Used by one thread at a time."""

    def __init__(self, url: str, patience: float = PATIENCE) -> None:
        """Take the URL; nothing is opened yet."""
        self._url = url
        self._patience = patience
        self._link: Link | None = None

    def rows(self, query: str, *values: Any) -> Rows:
        """Give all rows of a query.

        Raises:
            Unreachable: the server does not answer; the next call opens a connection again.
            Unfit: the server or the statement cannot be used.
        """
        link = self.link()
        try:
            with failing():
                return link.rows(query, *values)
        except Unreachable:
            self.close()
            raise

    def change(self, query: str, *values: Any) -> None:
        """Run a statement that may be run again. Durable when it returns.

        Raises:
            Unreachable: whether it was done is unknown.
            Unfit: the server or the statement cannot be used.
        """
        link = self.link()
        link.warned = False
        try:
            with failing():
                link.change(query, *values)
            if link.warned:
                raise Unreachable("the database server did not wait for its standby")
        except Unreachable:
            self.close()
            raise

    def run(self, statement: str) -> None:
        """Run a statement without values that cannot be prepared.

        Raises:
            Unreachable: the server does not answer, or stopped the statement.
            Unfit: the server or the statement cannot be used.
        """
        link = self.link()
        try:
            with failing():
                link.execute(statement.encode())
        except Unreachable:
            self.close()
            raise

    def link(self) -> Link:
        """Give the connection, a new one where the last one is gone."""
        if self._link is None or self._link.closed:
            self._link = connect(self._url, self._patience)
        return self._link

    def close(self) -> None:
        """Close the connection; the next call opens another."""
        if self._link is not None:
            self._link.close()
            self._link = None

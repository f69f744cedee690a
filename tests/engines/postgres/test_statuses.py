"""A door asks the ledger in PostgreSQL for the page of one signer, and does not wait for one that is away."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import suppress

import pytest

from tests.contract.opened import PostgresLedgers
from tests.made import NOON, released, signed
from tests.postgres import schema
from undersigned.engines.postgres.ledger_reader import PostgresStatuses
from undersigned.intake.needs import Closed

AMAL = signed("amal")


class Deaf:
    """A server that ends each connection at once, and counts them."""

    def __init__(self) -> None:
        """Listen."""
        self.asked = 0
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"postgresql://postgres@127.0.0.1:{self._listening.getsockname()[1]}/test"
        self._thread = threading.Thread(target=self._answer)
        self._thread.start()

    def _answer(self) -> None:
        with suppress(OSError):
            while True:
                connection, _ = self._listening.accept()
                self.asked += 1
                connection.close()

    def close(self) -> None:
        """Listen no more."""
        self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join()


@pytest.fixture
def deaf() -> Iterator[Deaf]:
    server = Deaf()
    yield server
    server.close()


@pytest.mark.services
def test_a_door_reads_what_the_mill_wrote() -> None:
    with schema() as url:
        ledgers = PostgresLedgers(url)
        ledgers.take(released(), AMAL)
        found = PostgresStatuses(url).status(AMAL.lookup)
        assert found is not None
        assert (found.state, found.signed) == ("waiting", NOON)
        ledgers.done()


def test_a_ledger_that_is_away_is_asked_again_only_after_a_rest(deaf: Deaf) -> None:
    now = [100.0]
    statuses = PostgresStatuses(deaf.url, rest=5, clock=lambda: now[0])

    def ask() -> int:
        before = deaf.asked
        with pytest.raises(Closed):
            statuses.status(AMAL.lookup)
        return deaf.asked - before

    assert ask() > 0
    now[0] += 4.9
    assert ask() == 0
    now[0] += 0.2
    assert ask() > 0

"""The journal in PostgreSQL: one writer, nothing acknowledged that is not certain."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.postgres import sample, schema
from undersigned.engines.postgres.connection import connect
from undersigned.engines.postgres.journal import PostgresJournal, PostgresShelf
from undersigned.engines.unfit import Unfit, Unreachable
from undersigned.journal.frames import pack
from undersigned.journal.needs import Away

pytestmark = pytest.mark.services
ONE, TWO, THREE = (pack([text]) for text in (b"one", b"two", b"three"))
WARNING = """
CREATE FUNCTION warn() RETURNS trigger LANGUAGE plpgsql AS
  $$ BEGIN RAISE WARNING 'canceling wait for synchronous replication due to user request'; RETURN NULL; END $$;
CREATE CONSTRAINT TRIGGER warn AFTER INSERT ON segments DEFERRABLE INITIALLY DEFERRED
  FOR EACH ROW EXECUTE FUNCTION warn();
"""
# Sessions of this test alone: others run beside it on the same server, and hold locks of the same kind.
CUT = """
SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity JOIN pg_locks USING (pid)
WHERE locktype = 'advisory' AND granted AND application_name = current_setting('application_name')
AND pid <> pg_backend_pid()
"""


@pytest.fixture
def url() -> Iterator[str]:
    with schema() as made:
        yield made


def compacted(url: str, table: str, compact: Callable[[], None], gone: bytes) -> bytes:
    """Give the file of a table once what was dropped is gone from it.

    The server keeps a dead row while any session still reads from before its end, those of other tests among them;
    an hour later, when the mill compacts again, they are gone. Here it is tried again at once.
    """
    held = b""
    for _ in range(200):
        compact()
        with sample(url) as connection:
            connection.execute("CHECKPOINT")
            row = connection.execute(f"SELECT pg_read_binary_file(pg_relation_filepath('{table}'))".encode()).fetchone()
        assert row is not None
        assert isinstance(row[0], bytes)
        held = row[0]
        if gone not in held:
            break
    return held


def kept(url: str) -> list[bytes]:
    shelf = PostgresShelf(url)
    try:
        return [segment for _, segment in shelf.reader("door-1").read(0, 100)]
    finally:
        shelf.close()


def test_a_second_writer_is_refused_until_the_first_is_gone(url: str) -> None:
    first = PostgresJournal(url, "door-1")
    with pytest.raises(Unfit, match="another process"):
        PostgresJournal(url, "door-1")
    first.close()
    PostgresJournal(url, "door-1").close()


def test_two_sources_do_not_keep_each_other_out(url: str) -> None:
    one, other = PostgresJournal(url, "door-1"), PostgresJournal(url, "door-2")
    assert (one.append(ONE), other.append(TWO)) == (1, 1)
    shelf = PostgresShelf(url)
    assert shelf.names() == ["door-1", "door-2"]
    for store in (one, other, shelf):
        store.close()


def test_a_writer_behind_whose_back_the_journal_was_opened_appends_nothing(url: str) -> None:
    paused = PostgresJournal(url, "door-1")
    paused.append(ONE)
    with sample(url) as connection:  # as if its session had been taken for dead
        connection.execute("UPDATE journals SET writer = writer + 1")
    for _ in range(2):
        with pytest.raises(Away):
            paused.append(TWO)
    paused.close()
    assert kept(url) == [ONE]


def test_a_paused_writer_loses_its_journal_to_whoever_takes_it_over(url: str) -> None:
    paused = PostgresJournal(url, "door-1")
    paused.append(ONE)
    heir = PostgresJournal(url, "door-1", take_over=True)
    assert heir.append(TWO) == 2
    with pytest.raises(Away):
        paused.append(THREE)
    heir.close()
    paused.close()
    assert kept(url) == [ONE, TWO]


def test_a_commit_with_a_warning_is_not_acknowledged(url: str) -> None:
    journal = PostgresJournal(url, "door-1")
    with sample(url) as connection:
        connection.execute(WARNING)
    with pytest.raises(Away, match="standby"):
        journal.append(ONE)
    journal.close()
    assert kept(url) == [ONE]  # it may be there all the same


def test_after_a_lost_connection_the_journal_goes_on_behind_what_is_durable(url: str) -> None:
    journal = PostgresJournal(url, "door-1")
    journal.append(ONE)
    with sample(url) as connection:
        connection.execute(CUT)
    for _ in range(2):
        with pytest.raises(Away):
            journal.append(TWO)
    journal.close()
    again = PostgresJournal(url, "door-1")
    assert again.append(THREE) == 2
    again.close()
    assert kept(url) == [ONE, THREE]


def test_a_reader_opens_a_connection_again_after_it_was_lost(url: str) -> None:
    journal, shelf = PostgresJournal(url, "door-1"), PostgresShelf(url)
    assert shelf.names() == ["door-1"]
    pid = shelf._session.link().info.backend_pid
    with sample(url) as connection:
        connection.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])
    with pytest.raises(Away):
        shelf.names()
    assert shelf.names() == ["door-1"]
    shelf.close()
    journal.close()


def test_nothing_is_dropped_that_no_checkpoint_covers(url: str) -> None:
    journal, shelf = PostgresJournal(url, "door-1"), PostgresShelf(url)
    for one in (ONE, TWO):
        journal.append(one)
    with pytest.raises(ValueError, match="covers"):
        journal.drop(1)
    shelf.cover("door-1", 1)
    with pytest.raises(ValueError, match="covers"):
        journal.drop(2)
    journal.drop(1)
    shelf.cover("door-1", 0)
    assert shelf.covered("door-1") == 1
    assert shelf.reader("door-1").read(1, 10) == [(2, TWO)]
    shelf.close()
    journal.close()


@pytest.mark.parametrize("wrong", ["synchronous_commit%3Doff"])
def test_a_server_that_may_lose_commits_is_refused(url: str, wrong: str) -> None:
    with pytest.raises(Unfit, match="synchronous_commit = off"):
        connect(f"{url}%20-c{wrong}")


def test_a_weaker_commit_is_raised_to_a_flush_on_the_standby(url: str) -> None:
    link = connect(f"{url}%20-csynchronous_commit%3Dlocal")
    assert link.rows("SHOW synchronous_commit") == [("on",)]
    link.close()


def test_no_statement_waits_for_ever(url: str) -> None:
    link = connect(url, patience=0.2)
    session = PostgresShelf(url)._session
    session._link = link
    with pytest.raises(Unreachable):
        session.rows("SELECT pg_sleep(30)")


def test_a_server_that_is_not_there_is_said_so(url: str) -> None:
    with pytest.raises(Away, match="no database server"):
        PostgresJournal("postgresql://postgres@127.0.0.1:1/test", "door-1")


def test_after_compacting_no_file_of_the_segments_holds_what_was_dropped(url: str) -> None:
    journal, shelf = PostgresJournal(url, "door-1"), PostgresShelf(url)
    for one in (ONE, TWO):
        journal.append(one)
    shelf.cover("door-1", 1)
    journal.drop(1)
    held = compacted(url, "segments", lambda: shelf.compact(30), ONE)
    assert ONE not in held
    assert TWO in held
    assert journal.append(THREE) == 3
    shelf.close()
    journal.close()


def test_compacting_gives_way_to_whoever_uses_the_segments(url: str) -> None:
    journal, shelf = PostgresJournal(url, "door-1"), PostgresShelf(url)
    journal.append(ONE)
    with sample(url) as other, other.transaction():
        other.execute("SELECT 1 FROM segments")  # held to the end of the transaction
        with pytest.raises(Away):
            shelf.compact(0.1)
        assert journal.append(TWO) == 2
    assert shelf.names() == ["door-1"]
    shelf.compact(30)
    shelf.close()
    journal.close()

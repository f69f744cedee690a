"""What may not be opened is refused in words."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import apsw
import pytest

from bench.drills.full import allowed, fill, volume
from tests.contract.opened import SqliteLedgers
from tests.made import CAMPAIGN, NOON, released, segment, signed
from undersigned.core.events import Confirmed
from undersigned.engines.sql import migrations, queries, script
from undersigned.engines.sqlite.connection import Unfit, check_sqlite, checksums, open_writer
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.engines.sqlite.ledger import SqliteLedger, SqliteLedgerReader
from undersigned.engines.unfit import NoRoom
from undersigned.journal.needs import Broken, Full

LARGE = ("SCAN signatures", "SCAN seals", "SCAN letters", "SCAN entries", "SCAN links")


@pytest.mark.parametrize("version", ["3.7.0", "3.40.1", "3.46.1", "3.51.2", "3.51.2.1"])
def test_an_sqlite_that_loses_commits_is_refused(version: str) -> None:
    with pytest.raises(Unfit, match="can lose committed writes"):
        check_sqlite(version)


@pytest.mark.parametrize("version", ["3.51.3", "3.52.0", "3.54.1", "4.0.0"])
def test_a_mended_sqlite_is_taken(version: str) -> None:
    check_sqlite(version)


def test_the_sqlite_here_is_mended() -> None:
    check_sqlite()


def test_a_second_writer_is_refused_and_told_what_to_do(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "door-1.db")
    with pytest.raises(Unfit, match="Stop that process"):
        SqliteJournal(tmp_path / "door-1.db")
    code = (
        "import sys; from undersigned.engines.sqlite.journal import SqliteJournal\n"
        "from undersigned.engines.sqlite.connection import Unfit\n"
        "try: SqliteJournal(sys.argv[1])\n"
        "except Unfit: sys.exit(9)\n"
    )
    other = subprocess.run([sys.executable, "-c", code, str(tmp_path / "door-1.db")], check=False)
    assert other.returncode == 9
    journal.close()
    SqliteJournal(tmp_path / "door-1.db").close()


def test_two_ledgers_on_one_file_refuse_each_other(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    with pytest.raises(Unfit, match="another process"):
        SqliteLedger(*ledgers.paths)
    ledgers.done()


def test_files_are_readable_by_their_owner_only(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(signed("amal"))
    SqliteJournal(tmp_path / "door-1.db").append(segment([signed("amal")]))
    modes = {file.name: oct(file.stat().st_mode & 0o777) for file in tmp_path.iterdir()}
    assert set(modes.values()) == {"0o600"}, modes
    ledgers.done()


def test_what_is_not_a_database_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "door-1.db"
    file.write_bytes(b"no database at all " * 500)
    with pytest.raises(Unfit, match="Restore it"):
        SqliteJournal(file)
    with pytest.raises(Unfit, match="Restore it"):
        SqliteJournalReader(file).read(0, 1)


def test_a_ledger_of_a_newer_program_is_refused(tmp_path: Path) -> None:
    SqliteLedgers(tmp_path).done()
    database = apsw.Connection(str(tmp_path / "ledger.db"), vfs=checksums())
    database.pragma("user_version", 99)
    database.close()
    with pytest.raises(Unfit, match="newer"):
        SqliteLedgers(tmp_path)


def test_a_journal_whose_last_segment_is_damaged_is_not_opened(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "door-1.db")
    journal.append(segment([signed("amal")]))
    journal.close()
    database = apsw.Connection(str(tmp_path / "door-1.db"), vfs=checksums())
    database.execute("UPDATE segments SET segment = zeroblob(99)")
    database.close()
    with pytest.raises(Broken, match="checksum"):
        SqliteJournal(tmp_path / "door-1.db")
    with pytest.raises(Broken, match="checksum"):
        SqliteJournalReader(tmp_path / "door-1.db").read(0, 1)


def test_a_journal_of_an_earlier_version_keeps_its_pages_and_its_log_is_moved_after_as_many_bytes(
    tmp_path: Path,
) -> None:
    segments = [segment([signed(f"number {number}")]) for number in range(6)]
    open_writer(tmp_path / "old.db").close()  # as earlier versions made it, with pages of 4 KiB
    for name, page in (("old.db", 4096), ("new.db", 16384)):
        for number in (0, 3):
            journal = SqliteJournal(tmp_path / name)
            database = journal._database
            assert database.pragma("page_size") == page
            assert database.pragma("wal_autocheckpoint") * page == 4096 * 1000
            assert [journal.append(one) for one in segments[number : number + 3]] == [
                number + 1,
                number + 2,
                number + 3,
            ]
            journal.close()
        assert (tmp_path / name).read_bytes()[20] == 8  # room for the checksum in every page
        reader = SqliteJournalReader(tmp_path / name)
        assert [one for _, one in reader.read(0, 10)] == segments
        reader.close()


def test_a_full_disk_stops_the_journal_until_it_is_opened_again(tmp_path: Path) -> None:
    journal = SqliteJournal(tmp_path / "door-1.db")
    journal.append(segment([signed("amal")]))
    journal._database.pragma("max_page_count", journal._database.pragma("page_count"))
    with pytest.raises(Full, match="no room"):
        journal.append(segment([signed(f"person {n}") for n in range(50)]))
    with pytest.raises(Full, match="failed before"):
        journal.append(segment([signed("ben")]))
    journal.close()
    journal = SqliteJournal(tmp_path / "door-1.db")
    journal.append(segment([signed("ben")]))
    journal.close()
    reader = SqliteJournalReader(tmp_path / "door-1.db")
    assert [position for position, _ in reader.read(0, 10)] == [1, 2]
    reader.close()


def test_a_full_disk_closes_the_ledger_for_ever_and_leaves_nothing_half_done(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(signed("amal"))
    database = ledgers.ledger._ledger
    database.pragma("max_page_count", database.pragma("page_count"))
    with pytest.raises(NoRoom, match="no room"):
        ledgers.take(*(signed(f"person {n}") for n in range(200)))
    database.pragma("max_page_count", 100_000)
    with pytest.raises(Unfit, match="failed before"):
        ledgers.take(signed("ben"))
    ledgers.reopen()
    assert [row[0] for row in ledgers.reader.records(CAMPAIGN)] == [signed("amal").record]
    assert ledgers.ledger.position("door-1") == 1
    ledgers.done()


def test_readers_wait_for_files_that_are_not_there_yet(tmp_path: Path) -> None:
    reader = SqliteLedgerReader(tmp_path / "ledger.db", tmp_path / "slots.db")
    assert reader.status(signed("amal").lookup) is None
    (tmp_path / "ledger.db").touch()
    assert list(reader.due(0, 10)) == []
    (tmp_path / "ledger.db").unlink()
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(signed("amal"))
    assert [one.record for one in reader.due(0, 10)] == [signed("amal").record]
    reader.close()
    ledgers.done()


def test_records_without_their_slots_are_refused_in_words(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(signed("amal"))
    reader = SqliteLedgerReader(tmp_path / "ledger.db")
    with pytest.raises(Unfit, match="no record can be opened"):
        list(reader.records(CAMPAIGN))
    reader.close()
    ledgers.done()


def test_a_reader_in_another_process_sees_what_was_committed(tmp_path: Path) -> None:
    ledgers = SqliteLedgers(tmp_path)
    ledgers.take(released(), signed("amal"), Confirmed(signed("amal").lookup, NOON + 1))
    code = (
        "import sys; from undersigned.engines.sqlite.ledger import SqliteLedgerReader\n"
        "print(SqliteLedgerReader(sys.argv[1]).status(bytes.fromhex(sys.argv[2])).state)\n"
    )
    call = [sys.executable, "-c", code, str(ledgers.paths[0]), signed("amal").lookup.hex()]
    assert subprocess.run(call, check=True, capture_output=True, text=True).stdout == "confirmed\n"
    ledgers.done()


def test_the_migrations_make_the_schema() -> None:
    def tables(*scripts: str) -> list[tuple[str, str]]:
        database = apsw.Connection(":memory:")
        for one in scripts:
            database.execute(one)
        found = database.execute("SELECT name, sql FROM sqlite_schema ORDER BY name")
        return [(name, re.sub(r"--.*|\s", "", sql or "")) for name, sql in found]

    assert tables(script("schema")) == tables(*migrations())


@pytest.mark.parametrize("name", ["sequencer", "log", "tally", "reading", "watched"])
def test_no_query_of_every_batch_reads_a_whole_table(name: str) -> None:
    database = apsw.Connection(":memory:")
    database.execute(script("schema"))
    for key, query in queries(name).items():
        plan = database.execute(f"EXPLAIN QUERY PLAN {query}", (None,) * query.count("?")).fetchall()
        scans = [
            str(row[3]) for row in plan if str(row[3]).startswith(("SCAN signatures", "SCAN seals", "SCAN letters"))
        ]
        rare = key in ("uncover_standing", "unsettled", "status_of_any_minute")
        assert rare or not scans, (key, scans)


def test_every_query_can_be_prepared_on_the_sum_of_the_migrations(tmp_path: Path) -> None:
    SqliteLedgers(tmp_path).done()
    SqliteJournal(tmp_path / "door-1.db").close()
    ledger, journal, slots = (apsw.Connection(str(tmp_path / f"{name}.db")) for name in ("ledger", "door-1", "slots"))
    ledger.execute("ATTACH ? AS slots", (str(tmp_path / "slots.db"),))
    rooms = {
        "sequencer": ledger,
        "log": ledger,
        "tally": ledger,
        "reading": ledger,
        "watched": ledger,
        "journal": journal,
        "slots": slots,
    }
    for room, database in rooms.items():
        for query in queries(room).values():
            if "CREATE TABLE" not in query:  # what has run already
                database.execute(f"EXPLAIN {query}", (None,) * query.count("?")).fetchall()


@pytest.mark.skipif(not allowed(), reason="needs the right to mount a small volume")
def test_a_ledger_on_a_full_volume_says_that_there_is_no_room_and_opens_once_there_is(tmp_path: Path) -> None:
    with volume(tmp_path / "small", "1m") as folder:
        ledger = SqliteLedger(folder / "ledger.db", folder / "slots.db")
        ledger.close()
        filler = fill(folder)
        with pytest.raises(NoRoom):
            SqliteLedger(folder / "ledger.db", folder / "slots.db").compact()
        filler.unlink()
        SqliteLedger(folder / "ledger.db", folder / "slots.db").close()

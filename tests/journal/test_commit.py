"""Group commit on a real journal: one fsync for many, and never an answer that is not on disk."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from undersigned.engines.memory.journal import MemoryJournal, MemoryJournalReader
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.journal.commit import Committer
from undersigned.journal.frames import unpack
from undersigned.journal.needs import Broken, Full, Journal


class Gate:
    """A journal whose appends wait until they are let through; it counts them."""

    def __init__(self, journal: Journal) -> None:
        self.journal = journal
        self.appends = 0
        self.threads: set[int] = set()
        self.entered = threading.Event()
        self.open = threading.Event()
        self.open.set()
        self.fail: BaseException | None = None

    def append(self, segment: bytes) -> int:
        """Append once the gate is open."""
        self.appends += 1
        self.threads.add(threading.get_ident())
        self.entered.set()
        self.open.wait(10)
        if self.fail is not None:
            raise self.fail
        return self.journal.append(segment)

    def drop(self, upto: int) -> None:
        """Drop."""
        self.journal.drop(upto)

    def close(self) -> None:
        """Close."""
        self.journal.close()


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "door-1.db"


@pytest.fixture
def gate(path: Path) -> Gate:
    return Gate(SqliteJournal(path))


def records(path: Path) -> list[list[bytes]]:
    reader = SqliteJournalReader(path)
    try:
        return [unpack(segment) for _, segment in reader.read(0, 1000)]
    finally:
        reader.close()


def run(gate: Gate, work: Callable[[Committer], Coroutine[Any, Any, None]], **limits: Any) -> None:
    async def main() -> None:
        committer = Committer(gate, **limits)
        await asyncio.wait_for(work(committer), 30)
        await committer.close()

    asyncio.run(main())


async def until(condition: Callable[[], bool]) -> None:
    while not condition():
        await asyncio.sleep(0)


def test_a_hundred_callers_share_one_flush_on_another_thread(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        await asyncio.gather(*(committer.append([b"%d" % n]) for n in range(100)))
        assert [len(segment) for segment in records(path)] == [100]  # durable before anybody is answered

    run(gate, work)
    assert gate.appends == 1
    assert threading.get_ident() not in gate.threads


def test_an_idle_committer_makes_nobody_wait(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        for n in range(5):
            await committer.append([b"%d" % n])

    run(gate, work, gather_seconds=3600)
    assert gate.appends == 5


def test_what_comes_while_a_flush_is_in_flight_goes_into_the_next_one(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        gate.open.clear()
        first = asyncio.create_task(committer.append([b"first"]))
        await until(gate.entered.is_set)
        rest = [asyncio.create_task(committer.append([b"rest"])) for _ in range(50)]
        await until(lambda: committer.waiting == 50)
        assert not first.done()
        assert gate.appends == 1
        gate.open.set()
        await asyncio.gather(first, *rest)

    run(gate, work)
    assert [len(segment) for segment in records(path)] == [1, 50]


def test_the_events_of_one_caller_stay_together_and_in_order(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        await asyncio.gather(*(committer.append([b"a", b"b", b"c"]) for _ in range(3)))

    run(gate, work, most_records=4)
    assert records(path) == [[b"a", b"b", b"c"]] * 3


def test_a_segment_is_closed_when_it_has_bytes_enough(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        await asyncio.gather(*(committer.append([bytes(400)]) for _ in range(5)))

    run(gate, work, most_bytes=1000)
    assert [len(segment) for segment in records(path)] == [2, 2, 1]


def test_a_caller_that_hangs_up_holds_up_nobody(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        gate.open.clear()
        tasks = [asyncio.create_task(committer.append([b"%d" % n])) for n in range(10)]
        await until(gate.entered.is_set)
        late = [asyncio.create_task(committer.append([b"late"])) for _ in range(10)]
        await until(lambda: committer.waiting == 10)
        for task in (*tasks[::2], *late[::2]):
            task.cancel()
        await asyncio.sleep(0)
        gate.open.set()
        answers = await asyncio.gather(*tasks, *late, return_exceptions=True)
        assert [type(answer) for answer in answers] == [asyncio.CancelledError, type(None)] * 10
        await committer.append([b"after"])

    run(gate, work)
    assert records(path)[-1] == [b"after"]


def test_the_first_failure_closes_for_ever(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        await committer.append([b"kept"])
        gate.fail = Broken("the disk is full")
        gate.open.clear()
        gate.entered.clear()
        first = asyncio.create_task(committer.append([b"lost"]))
        await until(gate.entered.is_set)
        second = asyncio.create_task(committer.append([b"never flushed"]))
        await until(lambda: committer.waiting == 1)
        gate.open.set()
        answers = await asyncio.gather(first, second, return_exceptions=True)
        assert [type(answer) for answer in answers] == [Broken, Broken]
        assert committer.broken
        gate.fail = None
        with pytest.raises(Broken):
            await committer.append([b"too late"])
        with pytest.raises(Broken):
            await committer.drop(1)

    run(gate, work)
    assert gate.appends == 2  # nothing is ever flushed again
    assert records(path) == [[b"kept"]]


def test_an_error_nobody_thought_of_closes_as_well(gate: Gate) -> None:
    async def work(committer: Committer) -> None:
        gate.fail = MemoryError()
        with pytest.raises(Broken):
            await committer.append([b"lost"])
        with pytest.raises(Broken):
            await committer.append([b"lost"])

    run(gate, work)


def test_a_full_disk_is_said_and_nothing_is_acknowledged() -> None:
    journal = MemoryJournal(room=200)

    async def main() -> list[int]:
        committer = Committer(journal, most_records=1)
        answers = await asyncio.gather(*(committer.append([bytes(50)]) for _ in range(5)), return_exceptions=True)
        return [n for n, answer in enumerate(answers) if answer is None]

    acknowledged = asyncio.run(main())
    assert acknowledged == [0, 1]
    assert len(MemoryJournalReader(journal).read(0, 10)) == 2


def test_a_full_journal_is_told_apart_from_a_broken_one(gate: Gate) -> None:
    async def work(committer: Committer) -> None:
        gate.fail = Full("no room")
        with pytest.raises(Broken):
            await committer.append([b"lost"])
        assert committer.broken
        assert committer.full

    run(gate, work)
    broken = Gate(MemoryJournal())

    async def other(committer: Committer) -> None:
        broken.fail = OSError("fsync")
        with pytest.raises(Broken):
            await committer.append([b"lost"])
        assert committer.broken
        assert not committer.full

    run(broken, other)


def test_callers_are_told_by_a_call_and_one_that_fails_keeps_nobody_waiting(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        told: list[Exception | None] = []
        everybody = asyncio.Event()

        def hung_up(_: Exception | None) -> None:
            raise RuntimeError("the transport is closed")

        committer.submit([b"gone"], hung_up)
        committer.submit([b"here"], told.append)
        committer.submit([b"last"], lambda error: everybody.set())
        assert told == []  # never from within
        await everybody.wait()
        assert told == [None]
        await committer.append([b"after"])

    run(gate, work)
    assert records(path) == [[b"gone", b"here", b"last"], [b"after"]]


def test_whoever_waits_when_the_journal_breaks_is_told_and_nobody_is_taken_after(gate: Gate) -> None:
    async def work(committer: Committer) -> None:
        told: list[Exception | None] = []
        gate.open.clear()
        committer.submit([b"first"], told.append)
        await until(gate.entered.is_set)
        committer.submit([b"second"], told.append)
        gate.fail = OSError("fsync")
        gate.open.set()
        await until(lambda: len(told) == 2)
        assert [type(error) for error in told] == [Broken, Broken]
        with pytest.raises(Broken):
            committer.submit([b"third"], told.append)
        assert len(told) == 2

    run(gate, work)
    assert gate.appends == 1


def test_too_much_from_one_caller_harms_no_other(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        with pytest.raises(ValueError, match="at most"):
            await committer.append([bytes(65 << 20)])
        with pytest.raises(ValueError, match="nothing"):
            await committer.append([])
        await committer.append([b"fine"])

    run(gate, work)
    assert records(path) == [[b"fine"]]


def test_whoever_cannot_be_flushed_for_want_of_a_thread_is_told_and_closing_still_works(
    gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(_: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    async def work(committer: Committer) -> None:
        with monkeypatch.context() as crowded:
            crowded.setattr(threading.Thread, "start", none_left)
            answers = await asyncio.gather(*(committer.append([b"lost"]) for _ in range(3)), return_exceptions=True)
        assert [type(answer) for answer in answers] == [Broken] * 3
        assert committer.full  # nothing of it is in the journal, so that may be opened anew

    run(gate, work)
    assert gate.appends == 0


def test_dropping_goes_between_flushes(gate: Gate, path: Path) -> None:
    async def work(committer: Committer) -> None:
        await committer.append([b"one"])
        gate.open.clear()
        gate.entered.clear()
        two = asyncio.create_task(committer.append([b"two"]))
        await until(gate.entered.is_set)
        drop = asyncio.create_task(committer.drop(1))
        await asyncio.sleep(0)
        gate.open.set()
        await asyncio.gather(two, drop)

    run(gate, work)
    reader = SqliteJournalReader(path)
    assert [position for position, _ in reader.read(1, 10)] == [2]
    reader.close()


def test_closing_answers_whoever_still_waits(gate: Gate, path: Path) -> None:
    async def main() -> None:
        committer = Committer(gate)
        task = asyncio.create_task(committer.append([b"last"]))
        await asyncio.sleep(0)
        await committer.close()
        await task
        with pytest.raises(Broken):
            await committer.append([b"too late"])

    asyncio.run(main())
    assert records(path) == [[b"last"]]

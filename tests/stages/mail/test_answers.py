"""The post's memory in a real journal: what was sent stays sent over a restart."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stages.mail.world import NOW, record
from undersigned.core.events import LetterFailed, LetterSent
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.journal.frames import unpack
from undersigned.journal.needs import Broken
from undersigned.stages.mail.answers import LOOSE, JournalAnswers


class Held:
    """A journal whose disk does not answer until `go` is set."""

    def __init__(self) -> None:
        self.segments: list[bytes] = []
        self.go = threading.Event()

    def append(self, segment: bytes) -> int:
        assert self.go.wait(30)
        self.segments.append(segment)
        return len(self.segments)

    def drop(self, upto: int) -> None:
        raise NotImplementedError

    def close(self) -> None:
        raise NotImplementedError


@contextmanager
def opened(file: Path) -> Iterator[tuple[JournalAnswers, SqliteJournal]]:
    journal, reader = SqliteJournal(file), SqliteJournalReader(file)
    answers = JournalAnswers(journal, reader)
    yield answers, journal
    answers.close()
    reader.close()
    journal.close()


def test_what_is_settled_is_known_after_a_restart(tmp_path: Path) -> None:
    file = tmp_path / "post.db"
    with opened(file) as (answers, _):
        assert answers.settled() == set()
        answers.append([LetterSent(record(1), NOW)])
        answers.append([LetterFailed(record(2), "address-refused", NOW), LetterSent(record(3), NOW)])
    with opened(file) as (answers, _):
        assert answers.settled() == {record(1), record(2), record(3)}


def test_what_a_checkpoint_covers_is_forgotten(tmp_path: Path) -> None:
    with opened(tmp_path / "post.db") as (answers, journal):
        for number in range(1, 4):
            answers.append([LetterSent(record(number), NOW)])
            answers.wait()
        journal.drop(2)
        assert answers.settled() == {record(3)}
        journal.drop(3)
        assert answers.settled() == set()
        answers.append([LetterSent(record(4), NOW)])
        assert answers.settled() == {record(4)}


def test_many_letters_are_all_remembered(tmp_path: Path) -> None:
    with opened(tmp_path / "post.db") as (answers, _):
        for start in range(0, 900, 3):
            answers.append([LetterSent(record(number), NOW) for number in range(start, start + 3)])
        assert len(answers.settled()) == 900


def test_a_damaged_journal_sends_nothing(tmp_path: Path) -> None:
    with opened(tmp_path / "post.db") as (answers, journal):
        journal.append(b"no segment at all")
        with pytest.raises(Broken):
            answers.settled()


def test_a_journal_that_failed_takes_nothing_more_and_is_not_asked_again(tmp_path: Path) -> None:
    with opened(tmp_path / "post.db") as (answers, journal):
        answers.append([LetterSent(record(1), NOW)])
        answers.wait()
        journal.close()  # every write fails from here on
        answers.append([LetterSent(record(2), NOW)])
        with pytest.raises(Exception, match=r".") as first:
            answers.wait()
        with pytest.raises(type(first.value)):
            answers.append([LetterSent(record(3), NOW)])


def test_letters_go_on_while_the_disk_is_waited_for_until_too_many_are_loose() -> None:
    journal = Held()
    answers = JournalAnswers(journal)
    for number in range(LOOSE):
        answers.append([LetterSent(record(number), NOW)])  # returns, though nothing is durable
    assert journal.segments == []
    one_more = threading.Thread(target=answers.append, args=([LetterSent(record(LOOSE), NOW)],))
    one_more.start()
    one_more.join(0.05)
    assert one_more.is_alive(), "the next one waits"
    journal.go.set()
    one_more.join(30)
    answers.close()
    assert sum(len(unpack(segment)) for segment in journal.segments) == LOOSE + 1
    assert len(journal.segments) <= 4, "what came in meanwhile shares a segment"

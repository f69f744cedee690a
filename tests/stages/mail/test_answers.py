"""The post's memory in a real journal: what was sent stays sent over a restart."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.stages.mail.world import NOW, record
from undersigned.core.events import LetterFailed, LetterSent
from undersigned.engines.sqlite.journal import SqliteJournal, SqliteJournalReader
from undersigned.journal.needs import Broken
from undersigned.stages.mail.answers import JournalAnswers


@contextmanager
def opened(file: Path) -> Iterator[tuple[JournalAnswers, SqliteJournal]]:
    journal, reader = SqliteJournal(file), SqliteJournalReader(file)
    yield JournalAnswers(journal, reader), journal
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

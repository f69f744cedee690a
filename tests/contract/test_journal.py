"""What every journal promises."""

from __future__ import annotations

import pytest

from tests.contract.opened import OpenedJournals
from undersigned.journal.frames import pack
from undersigned.journal.needs import Broken, Full

ONE, TWO, THREE = (pack([text]) for text in (b"one", b"two", b"three"))


def test_positions_count_from_one_and_segments_come_back_in_order(journals: OpenedJournals) -> None:
    assert [journals.journal.append(one) for one in (ONE, TWO, THREE)] == [1, 2, 3]
    assert journals.reader.read(0, 10) == [(1, ONE), (2, TWO), (3, THREE)]
    assert journals.reader.read(1, 1) == [(2, TWO)]
    assert journals.reader.read(3, 10) == []


def test_an_empty_journal_is_read_as_empty(journals: OpenedJournals) -> None:
    assert journals.reader.read(0, 10) == []


def test_a_journal_opened_again_goes_on_where_it_was(journals: OpenedJournals) -> None:
    journals.journal.append(ONE)
    journals.reopen()
    assert journals.journal.append(TWO) == 2
    assert journals.reader.read(0, 10) == [(1, ONE), (2, TWO)]


@pytest.mark.parametrize("again", [False, True], ids=["at once", "after a restart"])
def test_a_position_is_never_used_twice_even_after_everything_was_dropped(
    journals: OpenedJournals, again: bool
) -> None:
    journals.journal.append(ONE)
    journals.journal.append(TWO)
    journals.journal.drop(2)
    if again:
        journals.reopen()
    assert journals.journal.append(THREE) == 3
    assert journals.reader.read(2, 10) == [(3, THREE)]


def test_what_was_dropped_is_gone_and_the_rest_stays(journals: OpenedJournals) -> None:
    for one in (ONE, TWO, THREE):
        journals.journal.append(one)
    journals.journal.drop(2)
    journals.journal.drop(1)  # dropped already
    assert journals.reader.read(2, 10) == [(3, THREE)]


def test_dropping_nothing_is_allowed_before_anything_is_covered(journals: OpenedJournals) -> None:
    """As a process does that has just begun, and knows of no checkpoint yet."""
    journals.journal.append(ONE)
    journals.journal.drop(0)
    assert journals.reader.read(0, 10) == [(1, ONE)]


def test_nothing_is_dropped_that_was_never_written(journals: OpenedJournals) -> None:
    journals.journal.append(ONE)
    with pytest.raises(ValueError, match="never written"):
        journals.journal.drop(2)


def test_a_reader_that_missed_what_was_dropped_is_refused(journals: OpenedJournals) -> None:
    for one in (ONE, TWO, THREE):
        journals.journal.append(one)
    journals.journal.drop(2)
    with pytest.raises(Broken, match="lacks"):
        journals.reader.read(1, 10)
    journals.journal.drop(3)
    with pytest.raises(Broken, match="lacks"):
        journals.reader.read(1, 10)


def test_a_journal_older_than_the_ledger_is_refused(journals: OpenedJournals) -> None:
    journals.journal.append(ONE)
    with pytest.raises(Broken, match="older"):
        journals.reader.read(2, 10)


def test_a_reader_can_begin_at_what_still_stands(journals: OpenedJournals) -> None:
    assert journals.reader.dropped() == 0
    for one in (ONE, TWO, THREE):
        journals.journal.append(one)
    journals.journal.drop(2)
    assert journals.reader.read(journals.reader.dropped(), 10) == [(3, THREE)]
    journals.journal.drop(3)
    assert journals.reader.read(journals.reader.dropped(), 10) == []


def test_a_segment_without_room_leaves_nothing_and_what_was_there_stays(journals: OpenedJournals) -> None:
    large = pack([bytes(100_000)])
    journals.journal.append(ONE)
    journals.fill()
    for _ in range(2):  # nothing is tried again, whatever its size
        with pytest.raises(Full):
            journals.journal.append(large)
        with pytest.raises(Full):
            journals.journal.append(TWO)
        with pytest.raises(Full):
            journals.journal.drop(1)
    assert journals.reader.read(0, 10) == [(1, ONE)]
    journals.reopen()
    assert journals.reader.read(0, 10) == [(1, ONE)]
    assert journals.journal.append(large) == 2
    assert journals.reader.read(1, 10) == [(2, large)]

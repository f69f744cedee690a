"""An export is the same whatever the number of processes, begins at once, and needs the memory of a few blocks."""

from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.stages.test_deliver import KEY, Shelf, someone
from undersigned.core.status import State
from undersigned.stages.deliver.export import SPAN, Block, export
from undersigned.stages.deliver.needs import SealedRecord
from undersigned.stages.deliver.open import STANDING, Opening, identity


@pytest.fixture(scope="module")
def mixed() -> Shelf:
    """Records of all kinds over several blocks and many epochs."""
    shelf = Shelf()
    states: list[State] = ["counted", "confirmed", "waiting", "withdrawn", "counted"]
    for number in range(3 * SPAN + 7):
        shelf.sign(someone(f"Amal {number}"), states[number % 5], now=1_800_000_000 + number)
    for place in range(0, 3 * SPAN, 100):
        shelf.erase(place)
        record, sealed, slot, epoch, state = shelf.rows[place + 1]
        shelf.rows[place + 1] = (record, sealed[:-1] + b"?", slot, epoch, state)
        record, sealed, slot, _, state = shelf.rows[place + 5]
        shelf.rows[place + 5] = (record, sealed, slot, b"not there at all", state)
    return shelf


def blocks(shelf: Shelf, form: str, jobs: int) -> list[Block]:
    return list(export(shelf, "library", [identity(KEY.secret)], STANDING, form, jobs))


def summed(found: list[Block]) -> tuple[bytes, int, Counter[str], Counter[str]]:
    rows, opened = b"".join(one.rows for one in found), sum(one.opened for one in found)
    unopened, passed_over = Counter[str](), Counter[str]()
    for one in found:
        unopened.update(one.unopened)
        passed_over.update(one.passed_over)
    return rows, opened, unopened, passed_over


@pytest.mark.parametrize("form", ["csv", "jsonl"])
def test_one_two_and_five_processes_write_the_same_and_count_the_same(mixed: Shelf, form: str) -> None:
    one, two, five = (summed(blocks(mixed, form, jobs)) for jobs in (1, 2, 5))
    assert one == two == five
    whole = Opening(mixed, "library", [identity(KEY.secret)])
    assert one[0].count(b"\n") == one[1] == len(list(whole)) == whole.opened
    assert one[2:] == (whole.unopened, whole.passed_over)
    assert set(one[2]) == {"erased", "damaged", "no epoch"}


def test_rows_come_in_the_order_of_places(mixed: Shelf) -> None:
    text = summed(blocks(mixed, "csv", 2))[0].decode()
    found = [line.split(",")[1] for line in text.splitlines()]
    places = {row[0].hex(): place for place, row in enumerate(mixed.rows)}
    assert [places[record] for record in found] == sorted(places[record] for record in found)


class Endless(Shelf):
    """As many records as asked for, which are a few again and again; knows how far it was read."""

    def __init__(self, records: int) -> None:
        super().__init__()
        self.size, self.read = records, 0
        for number in range(50):
            self.sign(someone(f"Amal {number}"))

    def end(self) -> int:
        return self.size

    def records(self, campaign: str, first: int = 0, end: int | None = None) -> Iterator[SealedRecord]:
        for place in range(first, min(self.size, end or self.size)):
            self.read = place
            yield self.rows[place % len(self.rows)]


def test_the_first_rows_are_given_before_the_last_record_is_read() -> None:
    shelf = Endless(10 * SPAN)
    found = export(shelf, "library", [identity(KEY.secret)], STANDING, "csv")
    assert next(found).rows.count(b"\r\n") == SPAN
    assert shelf.read < SPAN
    assert sum(block.opened for block in found) == 9 * SPAN


def test_four_times_the_records_need_no_more_memory() -> None:
    def peak(records: int) -> int:
        shelf = Endless(records)
        tracemalloc.start()
        try:
            for _ in export(shelf, "library", [identity(KEY.secret)], STANDING, "csv"):
                pass
            return tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    peak(2)
    assert peak(4 * SPAN) < 1.5 * peak(SPAN)

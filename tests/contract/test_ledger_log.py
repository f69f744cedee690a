"""What every ledger promises to the log, the tally and the pages."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contract.opened import OpenedLedgers, in_order
from tests.made import CAMPAIGN, DAY, GENESIS, HOUR, NOON, released, signed
from undersigned.core.counts import Counts, Day, Milestone
from undersigned.core.events import Claimed, Confirmed, Erased, Event, Reinstated, Signed, StruckOut, Withdrawn
from undersigned.stages.tlog.needs import Group, Head, Moved, NewEntry, Waiting

AMAL, BEN = signed("amal"), signed("ben")


def confirmed(*events: Signed) -> list[Event]:
    return [*events, *(Confirmed(event.lookup, event.at + HOUR) for event in events)]


def crowd(country: str, n: int, channel: str = "e") -> list[Signed]:
    return [signed(f"{country}{channel}{i}", at=NOON + i, country=country, channel=channel) for i in range(n)]


def tally(covers: str, n: int, *takes: tuple[str, int]) -> NewEntry:
    return NewEntry(f"t {covers} e {n}".encode(), "t", 0, takes, "e", covers, n)


@pytest.fixture
def opened(ledgers: OpenedLedgers) -> OpenedLedgers:
    """A ledger whose campaign has a log with its genesis line."""
    ledgers.take(released(), source="staff")
    ledgers.log()
    return ledgers


def standing(ledgers: OpenedLedgers) -> int:
    return sum(group.live + group.covered for group in ledgers.ledger.groups(CAMPAIGN))


def test_a_log_begins_with_its_genesis(ledgers: OpenedLedgers) -> None:
    ledgers.take(released(), source="staff")
    empty = ledgers.ledger.head(CAMPAIGN)
    assert (empty.size, ledgers.ledger.edge(CAMPAIGN), ledgers.ledger.last_day(CAMPAIGN)) == (0, (), "")
    assert [line for _, line in ledgers.waiting().texts] == [GENESIS.decode()]
    assert not ledgers.ledger.settled()
    ledgers.log()
    assert ledgers.ledger.entries(CAMPAIGN, 0, 10) == [b"g " + GENESIS]
    assert ledgers.ledger.settled()


def test_head_edge_and_day_are_what_was_appended_last(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(AMAL, BEN))
    opened.log()
    opened.reopen()
    head = opened.ledger.head(CAMPAIGN)
    assert (head.size, len(head.root)) == (3, 32)
    assert opened.ledger.edge(CAMPAIGN) == (bytes(32), bytes(32))
    assert opened.ledger.last_day(CAMPAIGN) == "2023-11-14"
    assert len(opened.ledger.entries(CAMPAIGN, 1, 3)) == 2


def test_each_decision_waits_for_one_line_and_then_no_more(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(AMAL, BEN))
    assert [commitment for _, commitment in opened.waiting().signatures] == [AMAL.commitment, BEN.commitment]
    opened.log()
    opened.take(Withdrawn(AMAL.lookup, NOON + DAY), StruckOut(BEN.record, "fraud", NOON + DAY))
    waits = opened.waiting()
    assert [one[1:] for one in waits.withdrawals] == [(1, "withdrawn")]
    assert [one[1:] for one in waits.strikes] == [(2, "fraud")]
    opened.log()
    opened.take(Reinstated(BEN.record, NOON + DAY))
    assert [one[1:] for one in opened.waiting().reinstatements] == [(2,)]
    opened.log()
    assert not any(opened.waiting().__getattribute__(kind) for kind in ("signatures", "withdrawals", "strikes"))
    assert opened.ledger.settled()
    assert opened.reader.status(BEN.lookup).state == "counted"


def test_a_claim_waits_for_one_line_however_often_it_is_made(opened: OpenedLedgers) -> None:
    made = Claimed(CAMPAIGN, b'{"statement":"well/news"}', NOON)
    opened.take(made, made)
    ((number, line),) = opened.waiting().claims
    assert line == '{"statement":"well/news"}'
    assert not opened.ledger.settled()
    opened.append(NewEntry(b"c " + line.encode(), "c", number))
    opened.take(made)
    assert opened.waiting().claims == ()


def test_at_most_the_limit_of_each_kind_is_offered(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(*crowd("FR", 5)))
    assert len(opened.ledger.waiting(CAMPAIGN, 3).signatures) == 3


def test_an_erased_signature_waits_for_its_line_without_its_commitment(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(AMAL))
    opened.log()
    opened.take(Erased(AMAL.lookup, NOON + DAY))
    assert [one[1:] for one in opened.waiting().withdrawals] == [(1, "erased")]
    opened.log()
    assert opened.reader.status(AMAL.lookup).commitment == b""


def test_each_row_gets_the_index_of_its_own_line_in_whatever_order_the_lines_are(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(AMAL, BEN, signed("chidi"), signed("dana")))
    rows = sorted(opened.waiting().signatures, key=lambda one: one[1])  # by commitment, not by row
    assert [row for row, _ in rows] != sorted(row for row, _ in rows)
    first = opened.ledger.head(CAMPAIGN).size
    lines = [NewEntry(b"s " + commitment.hex().encode(), "s", row) for row, commitment in rows]
    opened.append(NewEntry(b"d 2023-11-14", "d"), *lines)
    for person in (AMAL, BEN, signed("chidi"), signed("dana")):
        status = opened.reader.status(person.lookup)
        (line,) = opened.ledger.entries(CAMPAIGN, status.index, status.index + 1)
        assert line == b"s " + status.commitment.hex().encode()
        assert status.index > first


def test_an_append_to_another_head_is_refused_and_leaves_nothing(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(AMAL))
    ((number, _),) = opened.waiting().signatures
    entry = NewEntry(b"s x", "s", number)
    head = opened.ledger.head(CAMPAIGN)
    for wrong in (Head(head.size, bytes(32)), Head(head.size + 1, head.root)):
        new = Head(wrong.size + 1, bytes(32))
        edge = (bytes(32),) * new.size.bit_count()
        with pytest.raises(Moved):
            opened.ledger.append(CAMPAIGN, wrong, in_order(entry), new, edge, 1, "2023-11-14")
    assert opened.ledger.head(CAMPAIGN) == head
    assert opened.reader.status(AMAL.lookup).state == "confirmed"


def test_a_size_that_is_not_that_of_the_lines_is_refused(opened: OpenedLedgers) -> None:
    head = opened.ledger.head(CAMPAIGN)
    with pytest.raises(ValueError, match="size"):
        opened.ledger.append(CAMPAIGN, head, in_order(NewEntry(b"d 2023-11-14", "d")), head, (), 1, "2023-11-14")


@pytest.mark.parametrize("kind", ["s", "w", "x", "r", "v", "c"])
def test_a_line_for_a_row_that_does_not_wait_for_it_is_refused_whole(opened: OpenedLedgers, kind: str) -> None:
    opened.take(*confirmed(AMAL, BEN))
    opened.log()
    opened.take(*confirmed(signed("dana")))
    ((number, _),) = opened.waiting().signatures
    head = opened.ledger.head(CAMPAIGN)
    wrong = {"s": number - 1, "v": 99, "c": 99}.get(kind, number)
    with pytest.raises(Moved):
        opened.append(NewEntry(f"{kind} 1".encode(), kind, wrong))
    assert opened.ledger.head(CAMPAIGN) == head
    assert len(opened.waiting().signatures) == 1


def test_a_row_taken_back_meanwhile_is_not_entered(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(AMAL))
    ((number, _),) = opened.waiting().signatures
    opened.take(Withdrawn(AMAL.lookup, NOON + DAY))
    with pytest.raises(Moved):
        opened.append(NewEntry(b"s x", "s", number))


def test_lines_for_which_nothing_waits_are_entered(opened: OpenedLedgers) -> None:
    opened.append(NewEntry(b"d 2023-11-14", "d"), NewEntry(b"n {}", "n"))
    assert opened.ledger.entries(CAMPAIGN, 1, 3) == [b"d 2023-11-14", b"n {}"]


def test_a_checkpoint_is_stored_if_it_follows_the_one_before(opened: OpenedLedgers) -> None:
    first = opened.ledger.signed(CAMPAIGN)
    opened.append(NewEntry(b"d 2023-11-14", "d"))
    assert not opened.ledger.settled()
    second = opened.sign(at=7)
    assert (opened.ledger.signed(CAMPAIGN), opened.ledger.signed_at(CAMPAIGN)) == (second, 7)
    with pytest.raises(Moved):
        opened.ledger.sign(CAMPAIGN, first, second, 8)
    assert opened.ledger.settled()
    opened.reopen()
    assert opened.ledger.signed(CAMPAIGN) == second


def test_groups_are_told_by_country_and_channel(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(*crowd("FR", 3), *crowd("KE", 2), *crowd("FR", 1, "p")))
    assert opened.ledger.groups(CAMPAIGN) == []
    opened.log()
    assert opened.ledger.groups(CAMPAIGN) == [
        Group("FR", "e", 3, NOON, 0, 0),
        Group("FR", "p", 1, NOON, 0, 0),
        Group("KE", "e", 2, NOON, 0, 0),
    ]


def test_a_tally_line_covers_the_oldest_and_a_region_several_countries(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(*crowd("FR", 3), *crowd("KE", 2), *crowd("UG", 2)))
    opened.log()
    opened.append(tally("FR", 2, ("FR", 2)), tally("014", 3, ("KE", 2), ("UG", 1)))
    assert opened.ledger.groups(CAMPAIGN) == [
        Group("014", "e", 0, 0, 3, 3),
        Group("FR", "e", 1, NOON + 2, 2, 2),
        Group("UG", "e", 1, NOON + 1, 0, 0),
    ]


@pytest.mark.parametrize("entry", [tally("FR", 4, ("FR", 4)), tally("FR", 2, ("FR", 1)), tally("FR", -1)])
def test_a_tally_line_that_does_not_fit_is_refused(opened: OpenedLedgers, entry: NewEntry) -> None:
    opened.take(*confirmed(*crowd("FR", 3)))
    opened.log()
    groups = opened.ledger.groups(CAMPAIGN)
    with pytest.raises(Moved):
        opened.append(entry)
    assert opened.ledger.groups(CAMPAIGN) in (groups, [*groups])


def test_groups_sum_up_to_what_the_log_has_standing_at_every_step(opened: OpenedLedgers) -> None:
    people = crowd("FR", 6)
    opened.take(*confirmed(*people))
    opened.log()
    opened.append(tally("FR", 4, ("FR", 4)))
    assert standing(opened) == 6
    opened.take(
        Erased(people[0].lookup, NOON + DAY),  # covered
        Withdrawn(people[5].lookup, NOON + DAY),  # not covered
        StruckOut(people[1].record, "fraud", NOON + DAY),  # covered
    )
    assert standing(opened) == 6  # the log does not know yet
    opened.log()
    assert opened.ledger.groups(CAMPAIGN) == [Group("FR", "e", 1, NOON + 4, 4, 2)]
    opened.take(Reinstated(people[1].record, NOON + DAY))
    opened.log()
    assert opened.ledger.groups(CAMPAIGN) == [Group("FR", "e", 1, NOON + 4, 4, 3)]


def test_a_negative_line_forgets_what_no_longer_stands_first(opened: OpenedLedgers) -> None:
    people = crowd("FR", 6)
    opened.take(*confirmed(*people))
    opened.log()
    opened.append(tally("FR", 6, ("FR", 6)))
    opened.take(Erased(people[0].lookup, NOON + DAY), StruckOut(people[1].record, "fraud", NOON + DAY))
    opened.log()
    opened.append(tally("FR", -1))
    assert opened.ledger.groups(CAMPAIGN) == [Group("FR", "e", 0, 0, 5, 4)]
    opened.append(tally("FR", -3))  # the one struck out, and two that stand
    assert opened.ledger.groups(CAMPAIGN) == [Group("FR", "e", 2, NOON + 2, 2, 2)]
    opened.take(Reinstated(people[1].record, NOON + DAY))
    opened.log()
    assert opened.ledger.groups(CAMPAIGN) == [Group("FR", "e", 3, NOON + 1, 2, 2)]


def test_an_erased_signature_has_no_country_once_the_log_counts_it_no_more(opened: OpenedLedgers) -> None:
    opened.take(*confirmed(AMAL))
    opened.log()
    opened.take(Erased(AMAL.lookup, NOON + DAY))
    opened.log()
    assert opened.ledger.groups(CAMPAIGN) == []


def test_counts_come_back_as_they_were_saved(opened: OpenedLedgers) -> None:
    assert opened.ledger.counts(CAMPAIGN) is None
    counts = Counts(
        campaign=CAMPAIGN,
        standing=2,
        collected=3,
        withdrawn=1,
        struck=0,
        as_of=NOON,
        size=7,
        root="root",
        countries={"FR": 10, "014": 12},
        days=(Day("2023-11-14", 3, 1, 0, 0),),
        milestones=(Milestone(1, NOON, 2),),
        funnel={"started": 4},
    )
    opened.ledger.save(counts)
    opened.ledger.save(replace(counts, size=8))
    opened.reopen()
    assert opened.ledger.counts(CAMPAIGN) == replace(counts, size=8)


def test_a_campaign_never_heard_of_has_an_empty_log(ledgers: OpenedLedgers) -> None:
    ledger = ledgers.ledger
    assert ledger.head("unheard-of").size == 0
    assert (ledger.edge("unheard-of"), ledger.last_day("unheard-of")) == ((), "")
    assert (ledger.signed("unheard-of"), ledger.signed_at("unheard-of")) == (b"", 0)
    assert list(ledger.entries("unheard-of", 0, 10)) == []
    assert list(ledger.groups("unheard-of")) == []
    assert ledger.waiting("unheard-of", 10) == Waiting((), (), (), (), ())
    assert ledger.counts("unheard-of") is None

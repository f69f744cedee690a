"""What every ledger promises to the sequencer, the letters and the signer's own page."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.contract.opened import OpenedLedgers
from tests.made import CAMPAIGN, DAY, HOUR, NOON, link_asked, name, released, signed
from undersigned.core.events import (
    Admitted,
    Confirmed,
    DomainNamed,
    Epoch,
    Erased,
    LetterFailed,
    LetterSent,
    NotMe,
    Signed,
    StruckOut,
    Withdrawn,
)
from undersigned.core.sequencing import decide, wanted
from undersigned.stages.sequencer.needs import Moved

AMAL, BEN, DANA = signed("amal"), signed("ben"), signed("dana")
CONFIRMED = Confirmed(AMAL.lookup, NOON + HOUR)


def test_an_empty_ledger_knows_nothing(ledgers: OpenedLedgers) -> None:
    assert ledgers.ledger.positions() == {}
    assert ledgers.ledger.position("door-1") == 0
    assert ledgers.ledger.as_of() == 0
    assert ledgers.reader.status(AMAL.lookup) is None
    assert list(ledgers.reader.due(0, 10)) == []
    assert ledgers.ledger.settled()


def test_a_signers_page_follows_the_signature(ledgers: OpenedLedgers) -> None:
    ledgers.take(released(), AMAL)
    status = ledgers.reader.status(AMAL.lookup)
    assert (status.campaign, status.state, status.signed, status.index) == (CAMPAIGN, "waiting", NOON, None)
    ledgers.take(CONFIRMED)
    assert ledgers.reader.status(AMAL.lookup).state == "confirmed"
    ledgers.log()
    status = ledgers.reader.status(AMAL.lookup)
    assert (status.state, status.index, status.commitment) == ("counted", 1, AMAL.commitment)
    assert status.as_of == NOON + HOUR


def test_the_reason_of_a_review_and_of_a_striking_out_are_told(ledgers: OpenedLedgers) -> None:
    doubtful = replace(AMAL, review="velocity")
    ledgers.take(doubtful, CONFIRMED)
    assert ledgers.reader.status(AMAL.lookup).code == "velocity"
    ledgers.take(Admitted(AMAL.record, NOON + DAY), StruckOut(AMAL.record, "fraud", NOON + DAY))
    assert (ledgers.reader.status(AMAL.lookup).state, ledgers.reader.status(AMAL.lookup).code) == (
        "struck",
        "fraud",
    )


def test_positions_and_time_are_kept_with_what_was_decided(ledgers: OpenedLedgers) -> None:
    ledgers.take(AMAL)
    ledgers.take(BEN, source="door-2")
    ledgers.reopen()
    assert ledgers.ledger.positions() == {"door-1": 1, "door-2": 1}
    assert ledgers.ledger.as_of() == NOON


def test_a_batch_from_another_position_is_refused_and_leaves_nothing(ledgers: OpenedLedgers) -> None:
    ledgers.take(AMAL)
    outcomes = decide(ledgers.ledger.known(wanted([BEN])), [BEN])
    with pytest.raises(Moved):
        ledgers.ledger.commit(outcomes, {"door-1": (0, 2)}, NOON)
    assert ledgers.reader.status(BEN.lookup) is None
    assert ledgers.ledger.position("door-1") == 1


def test_a_segment_taken_in_again_changes_nothing(ledgers: OpenedLedgers) -> None:
    again = signed("amal", 2, NOON + 2 * DAY)
    dropped = signed("amal", 3, NOON + 2 * DAY + 1)
    letters = (LetterSent(AMAL.record, NOON), LetterFailed(BEN.record, "refused", NOON))
    withdrawn = Withdrawn(again.lookup, NOON + 3 * DAY)
    events = (released(), AMAL, CONFIRMED, BEN, again, dropped, *letters, withdrawn)
    first = ledgers.take(*events)
    funnel, due = ledgers.ledger.funnel(CAMPAIGN), list(ledgers.reader.due(0, 10))
    assert "nothing" not in first
    assert ledgers.take(*events) == ["nothing"] * len(events)
    assert ledgers.ledger.funnel(CAMPAIGN) == funnel
    assert list(ledgers.reader.due(0, 10)) == due


def test_a_dropped_form_stays_dropped_even_if_the_address_is_erased_since(ledgers: OpenedLedgers) -> None:
    dropped = signed("amal", 2, NOON + 1)
    ledgers.take(AMAL, dropped, Erased(AMAL.lookup, NOON + 2))
    assert ledgers.take(dropped) == ["nothing"]
    assert ledgers.reader.status(dropped.lookup) is None


def test_letters_are_due_in_order_and_leave_for_good(ledgers: OpenedLedgers) -> None:
    ledgers.take(AMAL, BEN)
    first, second = ledgers.reader.due(0, 10)
    assert (first.record, first.kind, first.language, first.sealed) == (AMAL.record, "confirm", "fr", AMAL.letter)
    assert first.id < second.id
    assert [one.record for one in ledgers.reader.due(first.id, 10)] == [BEN.record]
    ledgers.take(LetterSent(BEN.record, NOON))
    ledgers.take(DANA)
    assert [one.record for one in ledgers.reader.due(0, 10)] == [AMAL.record, DANA.record]
    assert ledgers.reader.due(second.id, 10)[0].id > second.id  # no id comes twice


def test_a_letter_says_when_it_was_asked_for(ledgers: OpenedLedgers) -> None:
    ledgers.take(AMAL, signed("ben", at=NOON + 90))
    assert [one.at for one in ledgers.reader.due(0, 10)] == [NOON, NOON + 90]
    ledgers.take(signed("ben", 2, NOON + DAY + 90))
    assert [one.at for one in ledgers.reader.due(0, 10)] == [NOON, NOON + 90, NOON + DAY + 90]


def test_a_letter_to_somebody_who_signed_leads_to_the_signature(ledgers: OpenedLedgers) -> None:
    again = signed("amal", 2, NOON + 2 * DAY)
    ledgers.take(AMAL, CONFIRMED, again)
    assert [one.kind for one in ledgers.reader.due(0, 10)] == ["confirm", "already"]
    assert ledgers.reader.due(0, 10)[1].at == NOON + 2 * DAY
    assert ledgers.reader.status(again.lookup) == ledgers.reader.status(AMAL.lookup)
    ledgers.take(Erased(again.lookup, NOON + 3 * DAY))
    assert ledgers.reader.status(again.lookup).state == "erased"
    assert list(ledgers.reader.due(0, 10)) == []


@pytest.mark.parametrize("event", [NotMe, Withdrawn, Erased])
def test_whoever_is_gone_gets_no_letter(ledgers: OpenedLedgers, event: type[NotMe]) -> None:
    ledgers.take(AMAL)
    ledgers.take(event(AMAL.lookup, NOON + 1))
    assert list(ledgers.reader.due(0, 10)) == []


def test_a_letter_never_leaves_for_whoever_is_gone_within_the_same_batch(ledgers: OpenedLedgers) -> None:
    ledgers.take(AMAL, NotMe(AMAL.lookup, NOON + 1))
    assert list(ledgers.reader.due(0, 10)) == []
    assert ledgers.reader.status(AMAL.lookup).state == "refused"


def test_records_are_given_with_slots_until_they_are_destroyed(ledgers: OpenedLedgers) -> None:
    gone = signed("eve")
    epoch = Epoch(CAMPAIGN, AMAL.epoch, b"age file", NOON)
    ledgers.take(released(), epoch, AMAL, BEN, DANA, gone, CONFIRMED)
    ledgers.take(Erased(BEN.lookup, NOON + 1), NotMe(gone.lookup, NOON + 1), replace(epoch, file=b"later"))
    found = {row[0]: row[1:] for row in ledgers.reader.records(CAMPAIGN)}
    assert found == {
        AMAL.record: (AMAL.sealed, AMAL.slot, AMAL.epoch, "confirmed"),
        BEN.record: (b"", None, BEN.epoch, "erased"),
        DANA.record: (DANA.sealed, DANA.slot, DANA.epoch, "waiting"),
        gone.record: (b"", None, gone.epoch, "refused"),
    }
    assert list(ledgers.reader.epochs(CAMPAIGN)) == [(AMAL.epoch, b"age file")]
    assert list(ledgers.reader.campaigns()) == [CAMPAIGN]


def test_records_are_given_by_their_places_and_epochs_by_their_names(ledgers: OpenedLedgers) -> None:
    people = [signed(name) for name in ("amal", "ben", "dana", "eve")]
    epochs = [Epoch(CAMPAIGN, bytes([number]) * 16, b"age file %d" % number, NOON) for number in range(3)]
    ledgers.take(*epochs, *people)
    reader = ledgers.reader
    end = reader.end()
    assert [row[0] for row in reader.records(CAMPAIGN, 0, end)] == [one.record for one in people]
    one_by_one = [row[0] for place in range(end) for row in reader.records(CAMPAIGN, place, place + 1)]
    assert one_by_one == [one.record for one in people]
    assert list(reader.records(CAMPAIGN, end)) == list(reader.records("elsewhere", 0, end)) == []
    wanted = {epochs[2].epoch, epochs[0].epoch, b"not there at all"}
    assert sorted(reader.epochs(CAMPAIGN, wanted)) == [(epochs[n].epoch, epochs[n].file) for n in (0, 2)]
    assert list(reader.epochs(CAMPAIGN, set())) == list(reader.epochs("elsewhere", wanted)) == []


def test_a_reader_that_was_closed_reads_on(ledgers: OpenedLedgers) -> None:
    ledgers.take(AMAL)
    before = list(ledgers.reader.records(CAMPAIGN))
    ledgers.reader.close()
    assert list(ledgers.reader.records(CAMPAIGN)) == before
    assert ledgers.reader.end() > 0


def test_sealed_and_erased_in_one_batch_is_never_kept(ledgers: OpenedLedgers) -> None:
    ledgers.take(AMAL, Erased(AMAL.lookup, NOON + 1))
    assert next(iter(ledgers.reader.records(CAMPAIGN)))[1:3] == (b"", None)


def test_what_was_not_confirmed_in_time_expires(ledgers: OpenedLedgers) -> None:
    late = signed("ben", at=NOON + DAY)
    ledgers.take(AMAL, late)
    assert ledgers.expire(NOON + 3 * DAY) == 0
    assert ledgers.expire(NOON + 3 * DAY + 1) == 1
    assert ledgers.reader.status(AMAL.lookup).state == "expired"
    assert [one.record for one in ledgers.reader.due(0, 10)] == [late.record]
    assert [row[2] for row in ledgers.reader.records(CAMPAIGN)] == [None, late.slot]
    assert ledgers.ledger.funnel_days(CAMPAIGN)[NOON // DAY + 3] == {"expired": 1}


def test_the_funnel_tells_what_became_of_everybody(ledgers: OpenedLedgers) -> None:
    doubtful = signed("eve", review="velocity")
    ledgers.take(AMAL, BEN, DANA, doubtful, signed("amal", 2), CONFIRMED, Confirmed(doubtful.lookup, NOON))
    ledgers.take(Withdrawn(BEN.lookup, NOON + DAY))
    expected = {"started": 4, "repeated": 1, "confirmed": 1, "withdrawn": 1, "waiting": 1, "review": 1}
    assert ledgers.ledger.funnel(CAMPAIGN) == expected
    assert ledgers.ledger.funnel_days(CAMPAIGN)[NOON // DAY + 1] == {"withdrawn": 1}
    assert ledgers.ledger.funnel("unheard-of") == {}


def test_what_the_sequencer_learns_covers_the_whole_address(ledgers: OpenedLedgers) -> None:
    again = signed("amal", 2, NOON + DAY)
    ledgers.take(AMAL, again, BEN)
    known = ledgers.ledger.known(wanted([CONFIRMED]))
    assert {row.record for row in known.rows} == {AMAL.record, again.record}
    known = ledgers.ledger.known(wanted([LetterSent(BEN.record, NOON), Admitted(BEN.record, NOON)]))
    assert {row.record for row in known.rows} == {BEN.record}
    assert known.letters[BEN.record].of == BEN.record


def test_a_row_comes_back_as_it_was_decided(ledgers: OpenedLedgers) -> None:
    doubtful = replace(AMAL, review="velocity")
    ledgers.take(doubtful, CONFIRMED)
    (row,) = ledgers.ledger.known(wanted([CONFIRMED])).rows
    assert (row.record, row.tag, row.lookup, row.state) == (AMAL.record, AMAL.tag, AMAL.lookup, "review")
    assert (row.review, row.letters, row.lettered, row.index, row.logged) == ("velocity", 1, NOON, None, "")


def test_one_signature_can_follow_another_within_a_batch(ledgers: OpenedLedgers) -> None:
    again = signed("amal", 2, NOON + DAY)
    ledgers.take(AMAL, again, CONFIRMED)
    ledgers.take(Withdrawn(AMAL.lookup, NOON + DAY), Confirmed(again.lookup, NOON + DAY))
    assert ledgers.reader.status(AMAL.lookup).state == "withdrawn"
    assert ledgers.reader.status(again.lookup).state == "confirmed"


def test_a_campaign_that_was_never_opened_has_no_log(ledgers: OpenedLedgers) -> None:
    ledgers.take(AMAL, CONFIRMED)
    assert list(ledgers.ledger.campaigns()) == []
    ledgers.take(released(), source="staff")
    assert list(ledgers.ledger.campaigns()) == [CAMPAIGN]
    assert name("nobody") not in {row[0] for row in ledgers.reader.records(CAMPAIGN)}


def test_a_link_that_is_asked_for_leads_to_the_signature_and_to_nothing_where_there_is_none(
    ledgers: OpenedLedgers,
) -> None:
    asked, vain = link_asked("amal"), link_asked("chidi")
    assert ledgers.take(AMAL, CONFIRMED, asked, vain)[-2:] == ["linked", "unlinked"]
    ledgers.reopen()
    due = ledgers.reader.due(0, 10)[-1]
    assert (due.record, due.kind, due.language, due.sealed, due.hour, due.at) == (
        asked.record, "already", asked.language, asked.letter, asked.hour, asked.at,
    )  # fmt: skip
    assert ledgers.reader.status(asked.lookup) == ledgers.reader.status(AMAL.lookup)
    assert ledgers.reader.status(vain.lookup) is None
    assert ledgers.take(asked, vain, LetterSent(asked.record, NOON + DAY)) == ["nothing", "nothing", "sent"]
    assert ledgers.take(Erased(asked.lookup, NOON + 2 * DAY)) == ["erased"]


def _flood(door: str, number: int, at: int, cohort: bytes = b"cohort-8") -> list[Signed]:
    return [signed(f"{door}/{n}", at=at + n, cohort=cohort) for n in range(number)]


def _reviews(ledgers: OpenedLedgers, forms: list[Signed]) -> list[str]:
    known = ledgers.ledger.known(wanted([Confirmed(one.lookup, NOON) for one in forms]))
    found = {row.record: row.review for row in known.rows}
    return [found[one.record] for one in forms]


def test_a_flood_of_one_domain_is_seen_over_all_doors_and_after_a_restart(ledgers: OpenedLedgers) -> None:
    first, second, third = _flood("a", 40, NOON), _flood("b", 40, NOON + 60), _flood("c", 5, NOON + 120)
    ledgers.take(released(), *first[:12], source="door-1")
    ledgers.take(DomainNamed(CAMPAIGN, b"cohort-8", "catchall.xyz", NOON + 12), *first[12:], source="door-1")
    ledgers.take(*second, source="door-2")
    assert _reviews(ledgers, [*first, *second]) == [""] * 60 + ["velocity"] * 20, "each door saw forty"
    ledgers.reopen()
    ledgers.take(*third, source="door-3")
    assert _reviews(ledgers, third) == ["velocity"] * 5
    later = _flood("d", 3, NOON + 3 * HOUR)
    ledgers.take(*later, source="door-1")
    assert _reviews(ledgers, later) == [""] * 3


def test_a_domain_without_a_name_and_one_of_a_provider_are_never_doubted(ledgers: OpenedLedgers) -> None:
    named = DomainNamed(CAMPAIGN, b"cohort-9", "gmx.de", NOON)
    nameless, provider = _flood("a", 80, NOON), _flood("b", 80, NOON, b"cohort-9")
    ledgers.take(released(), named, *nameless, *provider)
    assert set(_reviews(ledgers, [*nameless, *provider])) == {""}
    ledgers.take(DomainNamed(CAMPAIGN, b"cohort-8", "catchall.xyz", NOON + 90), *_flood("c", 2, NOON + 90))
    assert _reviews(ledgers, _flood("c", 2, NOON + 90)) == ["velocity"] * 2, "what came before it was named counts"


def test_a_doors_own_reason_stays_and_a_batch_that_was_not_written_counts_nothing(ledgers: OpenedLedgers) -> None:
    ledgers.take(released(), DomainNamed(CAMPAIGN, b"cohort-8", "catchall.xyz", NOON))
    forms = _flood("a", 59, NOON)
    for _ in range(3):
        decide(ledgers.ledger.known(wanted(forms)), forms)
    ledgers.take(*forms)
    doubted = signed("trapped", at=NOON + 60, cohort=b"cohort-8", review="honeypot")
    ledgers.take(doubted, *_flood("b", 2, NOON + 61))
    assert (
        _reviews(ledgers, [*forms, doubted, *_flood("b", 2, NOON + 61)]) == [""] * 59 + ["honeypot"] + ["velocity"] * 2
    )

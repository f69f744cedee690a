"""What becomes of each event, one story at a time."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from tests.core.small_ledger import SmallLedger
from tests.made import CAMPAIGN, DAY, GENESIS, HOUR, NOON, link_asked, name, released, signed
from undersigned.core.events import (
    Admitted,
    Confirmed,
    Epoch,
    Erased,
    Event,
    LetterFailed,
    LetterSent,
    NotMe,
    Reinstated,
    Signed,
    StruckOut,
    TextReleased,
    Withdrawn,
)
from undersigned.core.sequencing import STRUCK_BEFORE

AMAL = signed("amal")


def confirmed(event: Signed, at: int = NOON + HOUR) -> Confirmed:
    return Confirmed(event.lookup, at)


@pytest.fixture
def ledger() -> SmallLedger:
    return SmallLedger()


def test_a_signature_waits_and_gets_one_letter(ledger: SmallLedger) -> None:
    assert ledger.take(AMAL) == "started"
    assert ledger.state(AMAL) == "waiting"
    assert ledger.letters == {AMAL.record: ("confirm", AMAL.record)}


def test_the_button_confirms_once(ledger: SmallLedger) -> None:
    assert ledger.take(AMAL, confirmed(AMAL), confirmed(AMAL)) == "nothing"
    assert ledger.state(AMAL) == "confirmed"
    assert ledger.funnel["confirmed"] == 1


@pytest.mark.parametrize(("late", "state"), [(72 * HOUR, "confirmed"), (72 * HOUR + 1, "waiting")])
def test_the_button_confirms_for_72_hours(ledger: SmallLedger, late: int, state: str) -> None:
    ledger.take(AMAL, confirmed(AMAL, NOON + late))
    assert ledger.state(AMAL) == state


def test_a_form_read_again_changes_nothing(ledger: SmallLedger) -> None:
    ledger.take(AMAL)
    assert ledger.take(AMAL) == "nothing"
    assert ledger.funnel == {"started": 1}


def test_signing_twice_within_a_day_leaves_no_trace_of_the_second_form(ledger: SmallLedger) -> None:
    again = signed("amal", 2, NOON + 23 * HOUR)
    ledger.take(AMAL)
    assert ledger.take(again) == "repeated"
    assert again.record not in ledger.rows
    assert list(ledger.letters) == [AMAL.record]
    assert ledger.funnel == {"started": 1, "repeated": 1}


def test_after_a_day_a_second_letter_may_confirm_as_well_as_the_first(ledger: SmallLedger) -> None:
    again = signed("amal", 2, NOON + DAY)
    ledger.take(AMAL, again)
    assert (ledger.state(AMAL), ledger.state(again)) == ("waiting", "waiting")
    ledger.take(confirmed(again, NOON + DAY + 1))
    assert ledger.take(confirmed(AMAL, NOON + DAY + 2)) == "duplicate"
    assert (ledger.state(AMAL), ledger.state(again)) == ("duplicate", "confirmed")


def test_an_address_gets_three_letters_ever(ledger: SmallLedger) -> None:
    forms = [signed("amal", n, NOON + n * 5 * DAY) for n in range(1, 6)]
    assert [ledger.take(form) for form in forms] == ["started"] * 3 + ["repeated"] * 2
    assert len(ledger.letters) == 3


@pytest.mark.parametrize("standing", ["confirmed", "counted", "review"])
def test_signing_again_once_signed_gives_a_letter_that_leads_to_the_signature(
    ledger: SmallLedger, standing: str
) -> None:
    first = signed("amal", review="velocity" if standing == "review" else "")
    again = signed("amal", 2, NOON + 2 * DAY)
    ledger.take(first, confirmed(first))
    if standing == "counted":
        ledger.log()
    assert ledger.state(first) == standing
    assert ledger.take(again) == "already"
    assert ledger.letters[again.record] == ("already", first.record)
    assert again.record not in ledger.rows
    assert ledger.take(Withdrawn(again.lookup, NOON + 2 * DAY + 1)) == "withdrawn"
    assert ledger.state(first) == "withdrawn"


def test_a_letter_that_says_already_counts_against_the_limit(ledger: SmallLedger) -> None:
    ledger.take(AMAL, confirmed(AMAL))
    verdicts = [ledger.take(signed("amal", n, NOON + n * DAY)) for n in (2, 3, 4)]
    assert verdicts == ["already", "already", "repeated"]


def test_whoever_withdrew_can_sign_again(ledger: SmallLedger) -> None:
    again = signed("amal", 2, NOON + 2 * DAY)
    ledger.take(AMAL, confirmed(AMAL), Withdrawn(AMAL.lookup, NOON + DAY))
    assert ledger.take(again, confirmed(again, NOON + 2 * DAY + 1)) == "confirmed"
    assert (ledger.state(AMAL), ledger.state(again)) == ("withdrawn", "confirmed")


def test_after_72_hours_the_same_address_starts_anew(ledger: SmallLedger) -> None:
    again = signed("amal", 2, NOON + 4 * DAY)
    ledger.take(AMAL)
    ledger.expire()
    assert ledger.state(AMAL) == "expired"
    assert ledger.letters == {}
    assert ledger.take(again, confirmed(again, NOON + 4 * DAY)) == "confirmed"
    assert ledger.funnel == {"started": 2, "expired": 1, "confirmed": 1}


def test_a_doubtful_signature_is_reviewed_and_admitted(ledger: SmallLedger) -> None:
    doubtful = signed("ben", review="velocity")
    assert ledger.take(doubtful, confirmed(doubtful)) == "review"
    assert ledger.take(Admitted(doubtful.record, NOON + DAY)) == "admitted"
    assert ledger.state(doubtful) == "confirmed"
    assert ledger.funnel == {"started": 1, "review": 1, "confirmed": 1}


def test_an_address_struck_out_before_is_reviewed(ledger: SmallLedger) -> None:
    again = signed("eve", 2, NOON + 2 * DAY)
    eve = signed("eve")
    ledger.take(eve, confirmed(eve), StruckOut(eve.record, "fraud", NOON + DAY))
    assert ledger.take(again, confirmed(again, NOON + 2 * DAY)) == "review"
    assert ledger.rows[again.record].review == STRUCK_BEFORE


def test_a_striking_out_is_undone(ledger: SmallLedger) -> None:
    ledger.take(AMAL, confirmed(AMAL))
    ledger.log()
    ledger.take(StruckOut(AMAL.record, "fraud", NOON + DAY))
    ledger.log()
    assert ledger.lines == [("s", 0), ("x", 0)]
    assert ledger.take(Reinstated(AMAL.record, NOON + DAY + 1)) == "reinstated"
    assert ledger.state(AMAL) == "confirmed"  # not counted until the log says so
    ledger.log()
    assert ledger.lines == [("s", 0), ("x", 0), ("r", 0)]
    assert ledger.state(AMAL) == "counted"


def test_what_is_undone_before_the_log_heard_of_it_leaves_no_line(ledger: SmallLedger) -> None:
    ledger.take(AMAL, confirmed(AMAL))
    ledger.log()
    ledger.take(StruckOut(AMAL.record, "fraud", NOON + DAY), Reinstated(AMAL.record, NOON + DAY))
    assert ledger.state(AMAL) == "counted"
    ledger.log()
    assert ledger.lines == [("s", 0)]


def test_a_reinstatement_never_makes_a_second_signature(ledger: SmallLedger) -> None:
    again = signed("eve", 2, NOON + 2 * DAY)
    eve = signed("eve")
    ledger.take(eve, confirmed(eve), StruckOut(eve.record, "fraud", NOON + DAY))
    ledger.take(again, confirmed(again, NOON + 2 * DAY))
    assert ledger.take(Reinstated(eve.record, NOON + 3 * DAY)) == "duplicate"
    assert ledger.state(eve) == "struck"


def test_a_reviewed_signature_struck_out_and_reinstated_is_reviewed_again(ledger: SmallLedger) -> None:
    doubtful = signed("ben", review="velocity")
    ledger.take(doubtful, confirmed(doubtful), StruckOut(doubtful.record, "fraud", NOON + DAY))
    ledger.take(Reinstated(doubtful.record, NOON + DAY))
    assert ledger.state(doubtful) == "review"


def test_withdrawn_before_the_log_heard_of_it_is_never_logged(ledger: SmallLedger) -> None:
    ledger.take(AMAL, confirmed(AMAL), Withdrawn(AMAL.lookup, NOON + 2 * HOUR))
    ledger.log()
    assert ledger.lines == []


def test_withdrawn_after_being_counted_waits_for_its_line(ledger: SmallLedger) -> None:
    ledger.take(AMAL, confirmed(AMAL))
    ledger.log()
    ledger.take(Withdrawn(AMAL.lookup, NOON + 2 * HOUR))
    assert ledger.take(Withdrawn(AMAL.lookup, NOON + 3 * HOUR)) == "nothing"
    assert ledger.rows[AMAL.record].code == "withdrawn"
    ledger.log()
    assert ledger.lines == [("s", 0), ("w", 0)]


def test_a_waiting_signature_that_is_withdrawn_cannot_be_confirmed(ledger: SmallLedger) -> None:
    ledger.take(AMAL, Withdrawn(AMAL.lookup, NOON + 1))
    assert ledger.take(confirmed(AMAL)) == "nothing"
    assert (ledger.state(AMAL), ledger.letters) == ("withdrawn", {})


def test_a_duplicates_link_withdraws_what_stands(ledger: SmallLedger) -> None:
    again = signed("amal", 2, NOON + DAY)
    ledger.take(AMAL, again, confirmed(AMAL, NOON + DAY), confirmed(again, NOON + DAY))
    assert ledger.take(Withdrawn(again.lookup, NOON + 2 * DAY)) == "withdrawn"
    assert (ledger.state(AMAL), ledger.state(again)) == ("withdrawn", "duplicate")


def test_erasing_forgets_the_address_and_keeps_the_link(ledger: SmallLedger) -> None:
    again = signed("dana", 2, NOON + 2)
    dana = signed("dana", review="velocity")
    ledger.take(dana, confirmed(dana, NOON + 1), Erased(dana.lookup, NOON + 1))
    row = ledger.rows[dana.record]
    assert (row.state, row.tag, row.review, row.code) == ("erased", b"", "", "erased")
    assert ledger.take(again, confirmed(again)) == "confirmed"  # as a new signer, at once


def test_erasing_takes_every_form_of_the_address_along(ledger: SmallLedger) -> None:
    forms = [signed("dana", n, NOON + n * DAY) for n in (1, 2, 3)]
    ledger.take(*forms, confirmed(forms[0], NOON + 3 * DAY), confirmed(forms[1], NOON + 3 * DAY))
    ledger.take(Erased(forms[2].lookup, NOON + 4 * DAY))
    assert {ledger.state(form) for form in forms} == {"erased"}
    assert ledger.letters == {}
    assert ledger.funnel["erased"] == 1


def test_erasing_what_is_counted_waits_for_its_line(ledger: SmallLedger) -> None:
    ledger.take(AMAL, confirmed(AMAL))
    ledger.log()
    ledger.take(Erased(AMAL.lookup, NOON + 2 * HOUR), Erased(AMAL.lookup, NOON + 3 * HOUR))
    ledger.log()
    assert ledger.lines == [("s", 0), ("w", 0)]
    assert ledger.funnel["erased"] == 1


def test_not_me_before_confirming_refuses(ledger: SmallLedger) -> None:
    ledger.take(AMAL, NotMe(AMAL.lookup, NOON + 1))
    assert ledger.state(AMAL) == "refused"
    assert ledger.take(confirmed(AMAL)) == "nothing"
    assert ledger.funnel == {"started": 1, "refused": 1}


def test_not_me_after_confirming_takes_back_and_destroys(ledger: SmallLedger) -> None:
    ledger.take(AMAL, confirmed(AMAL))
    ledger.log()
    ledger.take(NotMe(AMAL.lookup, NOON + DAY))
    assert (ledger.state(AMAL), ledger.rows[AMAL.record].code) == ("erased", "not-me")
    ledger.log()
    assert ledger.lines == [("s", 0), ("w", 0)]


def test_refusing_does_not_open_the_mailbox_to_more_letters(ledger: SmallLedger) -> None:
    ledger.take(AMAL, NotMe(AMAL.lookup, NOON + 1))
    assert ledger.take(signed("amal", 2, NOON + HOUR)) == "repeated"


def test_letters_leave_the_outbox_and_bounce_once(ledger: SmallLedger) -> None:
    ben = signed("ben")
    ledger.take(AMAL, ben, LetterSent(AMAL.record, NOON + 1))
    assert list(ledger.letters) == [ben.record]
    failed = LetterFailed(ben.record, "refused", NOON + 1)
    assert [ledger.take(failed), ledger.take(failed)] == ["bounced", "nothing"]
    assert ledger.funnel["bounced"] == 1


def test_the_first_release_is_the_genesis_and_a_change_is_a_line(ledger: SmallLedger) -> None:
    ledger.take(released())
    ledger.take(released(NOON))
    ledger.take(released(NOON + 1, en="other", fr="text"))
    kinds = [(one.kind, one.line.startswith('{"texts":{"en":"')) for one in ledger.releases]
    assert kinds == [("g", False), ("", False), ("v", True)]
    assert ledger.releases[0].line == GENESIS.decode()


def test_releases_read_again_change_nothing(ledger: SmallLedger) -> None:
    events = (released(), released(NOON, en="other"), released(NOON + 1))
    ledger.take(*events)
    assert [ledger.take(event) for event in events] == ["nothing"] * 3
    assert [one.kind for one in ledger.releases] == ["g", "v", "v"]


@pytest.mark.parametrize("genesis", [b"\xff", b'{"a":"\n"}', '{"é":1}'.encode()])
def test_a_genesis_that_is_no_line_is_refused(ledger: SmallLedger, genesis: bytes) -> None:
    event = TextReleased(CAMPAIGN, (), genesis, NOON)
    assert ledger.take(event) == "damaged"
    assert ledger.releases == []


@pytest.mark.parametrize("field", ["record", "tag", "lookup", "epoch", "commitment", "slot"])
def test_a_form_with_a_name_of_the_wrong_length_is_refused(ledger: SmallLedger, field: str) -> None:
    assert ledger.take(replace(AMAL, **{field: b"short"})) == "damaged"
    assert ledger.rows == {}


UNKNOWN = name("nobody")


@pytest.mark.parametrize(
    "event",
    [
        Confirmed(UNKNOWN, NOON),
        NotMe(UNKNOWN, NOON),
        Withdrawn(UNKNOWN, NOON),
        Erased(UNKNOWN, NOON),
        Admitted(UNKNOWN, NOON),
        StruckOut(UNKNOWN, "fraud", NOON),
        Reinstated(UNKNOWN, NOON),
        LetterSent(UNKNOWN, NOON),
        LetterFailed(UNKNOWN, "refused", NOON),
        Confirmed(b"", NOON),
    ],
    ids=lambda event: type(event).__name__,
)
def test_an_event_that_speaks_of_nothing_known_does_nothing(ledger: SmallLedger, event: Event) -> None:
    assert ledger.take(event) == "nothing"
    assert ledger.funnel == {}


def test_an_epoch_of_a_campaign_never_heard_of_is_kept(ledger: SmallLedger) -> None:
    assert ledger.take(Epoch("other", name("epoch"), b"age", NOON)) == "epoch"


def test_campaigns_do_not_know_each_others_addresses(ledger: SmallLedger) -> None:
    other = signed("amal", 2, campaign="library")
    assert ledger.take(AMAL, other, confirmed(AMAL), confirmed(other)) == "confirmed"


def test_a_batch_decides_as_one_event_at_a_time_does() -> None:
    again = signed("amal", 2, NOON + 2 * DAY)
    events: list[Event] = [
        AMAL,
        confirmed(AMAL),
        again,
        LetterSent(AMAL.record, NOON),
        Withdrawn(again.lookup, NOON + 3 * DAY),
        signed("ben"),
        LetterFailed(again.record, "refused", NOON),
    ]
    one, many = SmallLedger(), SmallLedger()
    many.take(*events)
    for event in events:
        one.take(event)
    assert (one.rows, one.letters, one.funnel) == (many.rows, many.letters, many.funnel)


# Asking for the link of a lost letter


def test_an_address_that_has_signed_gets_its_link_and_the_new_link_leads_to_the_signature(ledger: SmallLedger) -> None:
    ledger.take(AMAL, confirmed(AMAL))
    asked = link_asked("amal")
    assert ledger.take(asked) == "linked"
    assert ledger.letters[asked.record] == ("already", AMAL.record)
    ledger.take(Erased(asked.lookup, NOON + 2 * DAY))
    assert ledger.state(AMAL) == "erased"


def test_an_address_that_has_not_signed_gets_no_letter_and_leaves_nothing_but_a_seen_link(ledger: SmallLedger) -> None:
    asked = link_asked("chidi")
    assert ledger.take(asked) == "unlinked"
    assert not ledger.letters
    assert not ledger.rows
    assert ledger.links == {asked.lookup: b""}
    assert not ledger.funnel


def test_links_come_once_a_day_however_often_they_are_asked_for(ledger: SmallLedger) -> None:
    ledger.take(AMAL, confirmed(AMAL))
    verdicts = [ledger.take(link_asked("amal", n, NOON + DAY + n * HOUR)) for n in range(26)]
    assert verdicts.count("linked") == 2
    assert ledger.rows[AMAL.record].letters == 1  # they are none of the three that signing again may cost


@pytest.mark.parametrize("gone", [Withdrawn, Erased, NotMe])
def test_whoever_has_left_is_not_written_to_because_somebody_types_their_address(
    ledger: SmallLedger, gone: type[Withdrawn | Erased | NotMe]
) -> None:
    ledger.take(AMAL, confirmed(AMAL), gone(AMAL.lookup, NOON + HOUR))
    assert ledger.take(link_asked("amal")) == "unlinked"


def test_a_question_read_again_changes_nothing_even_once_the_address_has_signed(ledger: SmallLedger) -> None:
    early = link_asked("amal", at=NOON - DAY)
    ledger.take(early)
    ledger.take(AMAL)
    assert ledger.take(early) == "nothing"
    asked = link_asked("amal", 2)
    ledger.take(asked)
    assert ledger.take(asked) == "nothing"


def test_a_question_made_by_a_broken_door_is_refused(ledger: SmallLedger) -> None:
    assert ledger.take(replace(link_asked("amal"), tag=b"short")) == "damaged"

"""What every ledger tells a moderator: groups, numbers, states, and never more."""

from __future__ import annotations

from msgspec.structs import replace

from tests.contract.opened import OpenedLedgers
from tests.made import CAMPAIGN, DAY, HOUR, NOON, name, released, signed
from undersigned.core.events import (
    Admitted,
    AppealAnswered,
    Appealed,
    Confirmed,
    DomainNamed,
    Erased,
    Reinstated,
    Signed,
    StruckOut,
    Withdrawn,
)
from undersigned.core.review import Selection, affected, dry

REVIEW = Selection(CAMPAIGN, "review")
STRUCK = Selection(CAMPAIGN, "struck")
STANDING = Selection(CAMPAIGN, "standing")
_SHARED = name("cohort", 8)


def _doubtful(number: int) -> Signed:
    return signed(f"bot{number}", at=NOON + 60 * number, review="velocity", cohort=_SHARED, source="poster")


def _confirmed(*forms: Signed) -> list[Confirmed]:
    return [Confirmed(one.lookup, one.at + 5) for one in forms]


def test_an_empty_ledger_has_nothing_to_moderate(ledgers: OpenedLedgers) -> None:
    review = ledgers.review
    assert list(review.groups(REVIEW, "reason", 10)) == []
    assert list(review.chosen(STANDING, 10)) == list(review.appealed(CAMPAIGN, 10)) == []
    assert dict(review.domains(CAMPAIGN)) == {}
    assert list(review.recorded(CAMPAIGN, [name("nobody")])) == []


def test_doubtful_signatures_are_grouped_by_what_they_share(ledgers: OpenedLedgers) -> None:
    bots = [_doubtful(number) for number in range(6)]
    trap = signed("dana", at=NOON + 2 * HOUR, review="honeypot")
    amal = signed("amal", cohort=_SHARED)
    ledgers.take(released(), *bots, trap, amal, *_confirmed(*bots, trap, amal), Withdrawn(bots[0].lookup, NOON + HOUR))
    found = {
        by: [(one.what, dict(one.states)) for one in ledgers.review.groups(REVIEW, by, 10)]
        for by in ("reason", "hour", "minute", "cohort", "source")
    }
    mixed = {"review": 5, "withdrawn": 1}
    assert found["reason"] == [("velocity", mixed), ("honeypot", {"review": 1})]
    assert found["hour"] == [(str(NOON), mixed), (str(NOON + 2 * HOUR), {"review": 1})]
    assert len(found["minute"]) == 7
    assert found["cohort"] == [(_SHARED.hex(), mixed), ("", {"review": 1})]
    assert found["source"] == [("poster", mixed), ("", {"review": 1})]
    assert [one.what for one in ledgers.review.groups(REVIEW, "reason", 1)] == ["velocity"]


def test_a_selection_is_counted_before_anything_is_done(ledgers: OpenedLedgers) -> None:
    bots = [_doubtful(number) for number in range(6)]
    ledgers.take(released(), *bots, *_confirmed(*bots[1:]), Withdrawn(bots[1].lookup, NOON + HOUR))
    some = replace(REVIEW, reason="velocity", cohort=_SHARED, source="poster", since=NOON, until=NOON + 300)
    chosen = ledgers.review.chosen(some, 100)
    assert dry(chosen) == {"waiting": 1, "withdrawn": 1, "review": 3}
    assert affected("admit", chosen) == tuple(sorted(one.record for one in bots[2:5]))
    assert affected("reinstate", chosen) == ()
    assert len(ledgers.review.chosen(some, 2)) == 2
    assert list(ledgers.review.chosen(replace(some, reason="honeypot"), 10)) == []
    assert list(ledgers.review.chosen(replace(some, campaign="another"), 10)) == []


def test_a_cohort_found_later_is_found_among_the_counted(ledgers: OpenedLedgers) -> None:
    amal, ben = signed("amal", cohort=_SHARED), signed("ben", at=NOON + HOUR)
    ledgers.take(released(), amal, ben, *_confirmed(amal, ben))
    ledgers.log()
    day = replace(STANDING, since=NOON - HOUR, until=NOON + DAY)
    assert [one.what for one in ledgers.review.groups(day, "cohort", 10)] == ["", _SHARED.hex()]
    (found,) = ledgers.review.chosen(replace(day, cohort=_SHARED), 10)
    assert (found.record, found.state) == (amal.record, "counted")
    assert list(ledgers.review.chosen(replace(day, since=NOON + 1, cohort=_SHARED), 10)) == []


def test_the_struck_out_are_found_by_their_code_and_erased_ones_by_nothing(ledgers: OpenedLedgers) -> None:
    bots = [_doubtful(number) for number in range(3)]
    ledgers.take(released(), *bots, *_confirmed(*bots))
    ledgers.take(*(StruckOut(one.record, "fraud", NOON + HOUR) for one in bots), source="desk")
    ledgers.take(Erased(bots[0].lookup, NOON + HOUR), Reinstated(bots[1].record, NOON + HOUR))
    assert [(one.what, dict(one.states)) for one in ledgers.review.groups(STRUCK, "reason", 9)] == [
        ("fraud", {"struck": 1})
    ]
    (left,) = ledgers.review.chosen(replace(STRUCK, reason="fraud", cohort=_SHARED), 9)
    assert (left.record, left.code, left.reference) == (bots[2].record, "fraud", bots[2].record[-4:].hex())
    assert {one.record for one in ledgers.review.chosen(REVIEW, 9)} == {bots[1].record, bots[2].record}
    now = ledgers.review.recorded(CAMPAIGN, [one.record for one in bots])
    assert dry(now) == {"erased": 1, "review": 1, "struck": 1}


def test_an_appeal_waits_until_it_is_answered_and_is_told_to_its_signer(ledgers: OpenedLedgers) -> None:
    amal, ben = signed("amal"), signed("ben")
    ledgers.take(released(), amal, ben, *_confirmed(amal, ben))
    ledgers.log()
    ledgers.take(*(StruckOut(one.record, "fraud", NOON + HOUR) for one in (amal, ben)))
    ledgers.log()
    assert ledgers.take(*(Appealed(one.lookup, NOON + DAY) for one in (amal, ben, amal))) == [
        "appealed", "appealed", "nothing",
    ]  # fmt: skip
    assert [one.record for one in ledgers.review.appealed(CAMPAIGN, 9)] == sorted([amal.record, ben.record])
    assert ledgers.reader.status(amal.lookup).appeal == "made"
    ledgers.reopen()
    answers = [AppealAnswered(amal.record, True, NOON + DAY), AppealAnswered(ben.record, False, NOON + DAY)]
    assert ledgers.take(*answers, *answers) == ["upheld", "dismissed", "nothing", "nothing"]
    ledgers.log()
    told = [ledgers.reader.status(one.lookup) for one in (amal, ben)]
    assert [(one.state, one.appeal, one.code) for one in told] == [
        ("counted", "upheld", ""),
        ("struck", "dismissed", "fraud"),
    ]
    assert list(ledgers.review.appealed(CAMPAIGN, 9)) == []
    funnel = ledgers.ledger.funnel(CAMPAIGN)
    assert (funnel["appealed"], funnel["upheld"], funnel["dismissed"]) == (2, 1, 1)


def test_a_signature_signed_struck_out_and_appealed_in_one_batch_keeps_its_appeal(ledgers: OpenedLedgers) -> None:
    amal = signed("amal")
    ledgers.take(
        released(),
        amal,
        *_confirmed(amal),
        StruckOut(amal.record, "court", NOON + HOUR),
        Appealed(amal.lookup, NOON + DAY),
    )
    assert ledgers.reader.status(amal.lookup).appeal == "made"
    ledgers.take(Withdrawn(amal.lookup, NOON + DAY))
    assert ledgers.reader.status(amal.lookup).appeal == ""


def test_a_domain_once_named_keeps_its_name(ledgers: OpenedLedgers) -> None:
    named = DomainNamed(CAMPAIGN, _SHARED, "bots.example", NOON)
    assert ledgers.take(released(), named, replace(named, domain="other.example")) == ["released", "named", "named"]
    assert dict(ledgers.review.domains(CAMPAIGN)) == {_SHARED: "bots.example"}
    assert dict(ledgers.review.domains("another")) == {}


def test_admitting_ends_the_doubt(ledgers: OpenedLedgers) -> None:
    bot = _doubtful(1)
    ledgers.take(released(), bot, *_confirmed(bot), Admitted(bot.record, NOON + HOUR))
    assert list(ledgers.review.chosen(REVIEW, 9)) == []
    assert dry(ledgers.review.chosen(replace(STANDING, until=NOON + DAY), 9)) == {"confirmed": 1}

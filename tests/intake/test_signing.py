"""Signing: what is kept, what is refused, and that no answer tells who has signed before (security.md 5)."""

from __future__ import annotations

import gc
import json
import statistics
import time

import msgspec
import pytest

from tests.intake.house import FORM, House
from undersigned.core import leaves
from undersigned.core.events import DomainNamed, Epoch, Signed, encode
from undersigned.intake.guard.limits import Limiter
from undersigned.vault.keys import make_campaign_key
from undersigned.vault.secret_files import Unusable
from undersigned.vault.tag import Tagger
from undersigned.vault.token import blinder, lookup


def code(answer: object) -> str:
    return str(json.loads(answer.body)["code"])  # type: ignore[attr-defined]


def test_a_form_leads_to_the_page_that_says_look_into_your_mail(house: House) -> None:
    answer = house.sign()
    assert (answer.status, answer.header("location"), answer.body) == (303, "/c/well/en/check-mail", b"")
    page = house.get("/c/well/en/check-mail")
    assert page.status == 200
    assert page.header("cache-control") == "no-store"


def test_a_program_is_told_the_same_as_data(house: House) -> None:
    answer = house.sign_json()
    assert (answer.status, json.loads(answer.body)) == (202, {"state": "check-your-mail"})


def test_a_program_may_send_consent_as_true(house: House) -> None:
    assert house.sign_json(consent=True, updates=False, comment=None).status == 202
    assert house.sign_json(consent=False).status == 422


def test_what_is_kept_opens_with_the_campaign_key_and_holds_what_was_typed(house: House) -> None:
    house.sign(email="Amal.Haddad@Example.org", comment="Dig it.", updates="yes")
    (event,) = house.signed()
    person = house.person(event)
    assert (person.name, person.email, person.canonical) == (
        "Amal Haddad", "Amal.Haddad@Example.org", "amal.haddad@example.org",
    )  # fmt: skip
    assert (person.country, person.comment, person.updates, person.language) == ("LB", "Dig it.", True, "en")
    assert person.signed == house.now
    assert person.text == house.card.texts["en"].hash


def test_the_leaf_commits_to_what_is_sealed(house: House) -> None:
    house.sign()
    (event,) = house.signed()
    person = house.person(event)
    import base64

    secret = base64.urlsafe_b64decode(person.secret + "==")
    recorded = leaves.record(
        person.campaign, person.text, person.canonical, person.name, person.country, person.channel, person.day
    )
    assert event.commitment == leaves.commitment(blinder(secret), recorded)
    assert event.lookup == lookup(secret)


def test_the_letter_goes_to_the_address_as_typed_with_the_token_of_this_signature(house: House) -> None:
    house.sign(language="ar", email="Amal.Haddad@Example.org", text=house.card.texts["ar"].hash)
    (event,) = house.signed()
    letter = house.letter(event)
    assert letter.email == "Amal.Haddad@Example.org"
    token = house.world.tokens.read(letter.token)
    assert (lookup(token.secret), token.language, token.minutes) == (event.lookup, "ar", house.now // 60)


def test_the_tag_is_that_of_the_canonical_address_under_the_pepper(house: House) -> None:
    house.sign(email="a.m.a.l+petitions@googlemail.com")
    house.sign(email="amal@gmail.com")
    first, second = house.signed()
    assert first.tag == second.tag == Tagger(b"p" * 32, "well").tag("amal@gmail.com")


def test_a_new_epoch_stands_in_front_of_its_first_record_and_serves_the_next(house: House) -> None:
    house.sign()
    house.sign(email="ben@example.org")
    kinds = [type(event) for event in house.events]
    assert kinds == [Epoch, Signed, Signed]
    house.now += 61
    house.sign(email="chidi@example.org")
    assert [type(event) for event in house.events[3:]] == [Epoch, Signed]


def test_other_recipients_on_the_card_begin_a_new_epoch_at_once(house: House) -> None:
    house.sign()
    other = make_campaign_key().recipient
    house.cards.cards["well"] = msgspec.structs.replace(house.card, recipients=(house.card.recipients[0], other))
    house.sign(email="ben@example.org")
    assert [type(event) for event in house.events] == [Epoch, Signed, Epoch, Signed]
    assert house.person(house.signed()[1]).email == "ben@example.org"


def test_no_event_holds_a_person_in_the_clear(house: House) -> None:
    house.sign(name="Zqxwvut", email="zqxwvut@canary.example.org", comment="Zqxwvut was here")
    assert b"zqxwvut" not in b"".join(map(encode, house.events)).lower()


def test_every_history_of_an_address_gets_the_very_same_answer(house: House) -> None:
    def both() -> tuple[object, object]:
        return house.sign(), house.sign_json()

    new = both()
    waiting = both()
    house.press(f"/k/{house.token(0)}")
    house.turn()
    counted = both()
    house.press(f"/w/{house.token(0)}", act="withdraw")
    house.turn()
    withdrawn = both()
    house.press(f"/w/{house.token(0)}", act="erase")
    house.turn()
    erased = both()
    assert new == waiting == counted == withdrawn == erased


def test_the_time_it_takes_does_not_tell_a_signer_from_a_stranger(house: House) -> None:
    """Both kinds by turns; the medians may differ by a tenth, far above what either spreads."""
    house.rebuild(limits=Limiter(10**9, 10**9, lambda size: b"k" * size))
    house.sign(email="known@example.org")
    house.press(f"/k/{house.token()}")
    house.turn()
    # A machine that others use too may tilt one trial; a difference that is there tilts them all.
    assert any(_alike(house, trial) for trial in range(3))


def _alike(house: House, trial: int) -> bool:
    spent: dict[str, list[float]] = {"known": [], "new": []}
    gc.disable()
    try:
        for turn in range(600):
            fresh = f"n{trial}-{turn:04d}@example.org"
            for kind, address in (("known", "known@example.org"), ("new", fresh)):
                request = house.request("POST", "/c/well/en/sign", _body(house, address), content_type=FORM)
                began = time.perf_counter()
                _handle(house, request)
                spent[kind].append(time.perf_counter() - began)
    finally:
        gc.enable()
    known, new = (statistics.median(spent[kind]) for kind in ("known", "new"))
    return abs(known - new) < 0.1 * max(known, new) + 5e-6


def _body(house: House, address: str) -> bytes:
    from urllib.parse import urlencode

    return urlencode(house.fields(email=address)).encode()


def _handle(house: House, request: object) -> None:
    from undersigned.intake.handle import handle

    handle(request, house.world, house.now)  # type: ignore[arg-type]


def test_a_refused_form_comes_back_with_its_answers_and_an_error_summary(house: House) -> None:
    answer = house.sign(name="", comment="Keep <this>", email="amal@")
    page = answer.body.decode()
    assert answer.status == 422
    assert "The name is missing." in page
    assert 'value="amal@"' in page
    assert "Keep &lt;this&gt;" in page
    assert answer.header("cache-control") == "no-store"
    assert not house.events


def test_a_program_is_told_every_field_that_is_wrong_and_nothing_it_sent(house: House) -> None:
    answer = house.sign_json(name="", email="zqxwvut@", country="XX")
    told = json.loads(answer.body)
    assert answer.header("content-type") == "application/problem+json"
    assert {error["field"] for error in told["errors"]} == {"name", "email", "country"}
    assert told["status"] == answer.status == 422
    assert b"zqxwvut" not in answer.body


def test_a_conflict_about_the_text_names_the_text_that_is_open(house: House) -> None:
    old = "A" * 43
    house.cards.cards["well"] = msgspec.structs.replace(house.card, earlier={"en": (old,)})
    answer = house.sign_json(text=old)
    assert (answer.status, code(answer)) == (409, "text-outdated")
    assert json.loads(answer.body)["text"] == house.card.texts["en"].hash


@pytest.mark.parametrize(
    ("change", "status", "code_"),
    [
        ({"paused": True}, 409, "campaign-paused"),
        ({"closes": 1}, 410, "campaign-closed"),
        ({"opens": 2**32, "closes": 2**33}, 409, "campaign-not-open"),
    ],
)
def test_a_campaign_that_takes_nothing_says_why(
    house: House, change: dict[str, object], status: int, code_: str
) -> None:
    house.cards.cards["well"] = msgspec.structs.replace(house.card, **change)
    answer = house.sign_json()
    assert (answer.status, code(answer)) == (status, code_)
    assert house.sign().status == status
    assert not house.events


def test_a_campaign_or_language_that_is_not_there_is_unknown(house: House) -> None:
    fields = house.fields()
    for path in ("/c/nowhere/en/sign", "/c/well/sw/sign"):
        assert house.post(path, fields).status == 404


def test_closed_secrets_close_the_signing_and_nothing_else(house: House) -> None:
    def missing(_campaign: str) -> bytes:
        raise Unusable("gone")

    house.pepper = missing
    answer = house.sign()
    assert answer.status == 503
    assert answer.header("retry-after") == "120"
    assert 'value="Amal Haddad"' in answer.body.decode()
    assert house.get("/c/well/en/").status == 200


def test_a_secret_that_comes_back_opens_the_signing_again(house: House) -> None:
    found = house.pepper

    def missing(_campaign: str) -> bytes:
        raise FileNotFoundError

    house.pepper = missing
    assert house.sign().status == 503
    house.pepper = found
    assert house.sign().status == 303


def test_the_filled_in_trap_is_taken_and_looked_at_later(house: House) -> None:
    assert house.sign(website="http://spam.example") == house.sign(email="ben@example.org")
    assert [event.review for event in house.signed()] == ["honeypot", ""]


def test_fields_that_nobody_asked_for_are_never_applied(house: House) -> None:
    house.sign(is_confirmed="true", count="5", review="", record="x", channel="p")
    (event,) = house.signed()
    assert event.channel == "e"
    house.sequence()
    status = house.ledger.status(event.lookup)
    assert status is not None
    assert status.state == "waiting"


def test_a_hundred_forms_of_one_address_make_one_letter(house: House) -> None:
    house.rebuild(limits=Limiter(10**6, 10**6, lambda size: b"k" * size))
    answers = {(answer.status, tuple(answer.headers), answer.body) for answer in (house.sign() for _ in range(100))}
    house.sequence()
    assert len(answers) == 1
    assert len(house.ledger.due(0, 1000)) == 1


def test_a_network_that_asks_too_often_is_told_when_to_come_back_and_keeps_its_form(house: House) -> None:
    house.rebuild(limits=Limiter(60, 3, lambda size: b"k" * size))
    assert [house.sign().status for _ in range(4)] == [303, 303, 303, 429]
    answer = house.sign(name="Ben Keeper")
    assert answer.header("retry-after") == "1"
    assert 'value="Ben Keeper"' in answer.body.decode()
    assert house.post("/c/well/en/sign", house.fields(), peer="192.0.2.2").status == 303
    house.now += 2
    assert house.sign().status == 303


def test_a_flood_over_the_limit_gets_a_short_page(house: House) -> None:
    house.rebuild(limits=Limiter(0, 1, lambda size: b"k" * size), courtesy=Limiter(0, 2, lambda size: b"k" * size))
    sizes = [len(house.sign().body) for _ in range(5)]
    assert sizes[0] == 0
    assert sizes[1] == sizes[2] > 2 * sizes[3]
    assert sizes[3] == sizes[4] > 0


def test_every_signature_carries_the_cohort_of_its_domain_and_no_name_before_the_tenth(house: House) -> None:
    for number in range(12):
        house.sign(email=f"member{number}@club.org")
    house.sign(email="m.e.m+ber@googlemail.com")
    house.sign(email="member@gmail.com")
    forms = house.signed()
    assert len({one.cohort for one in forms[:12]}) == 1
    assert forms[12].cohort == forms[13].cohort != forms[0].cohort
    named = [event for event in house.events if isinstance(event, DomainNamed)]
    assert [(one.cohort, one.domain) for one in named] == [(forms[0].cohort, "club.org")]
    assert house.events[house.events.index(named[0]) + 1] == forms[9]


def test_a_flood_of_one_domain_is_doubted_and_one_of_a_provider_is_not(house: House) -> None:
    for number in range(70):
        house.sign(email=f"bot{number}@catchall.xyz")
        house.sign(email=f"person{number}@gmx.de")
    reviews = [one.review for one in house.signed()]
    assert (reviews[::2], set(reviews[1::2])) == ([""] * 60 + ["velocity"] * 10, {""})


def test_a_throw_away_address_is_doubted_where_the_campaign_chooses_it_and_never_refused(house: House) -> None:
    for card in (house.card, msgspec.structs.replace(house.card, review=("disposable",))):
        house.cards.cards[card.campaign] = card
        assert house.sign(email="eve@any.mailinator.com").status in (200, 202, 303)
        assert house.sign(email="amal@club.org").status in (200, 202, 303)
        assert house.sign(email="dana@duck.com").status in (200, 202, 303)
    assert [one.review for one in house.signed()] == ["", "", "", "disposable", "", ""]

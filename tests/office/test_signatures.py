"""Doubtful signatures are decided in groups, by two people where they are many, and nobody sees who signed."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from tests.made import HOUR, name, signed
from tests.office.signed_ledger import House, doubtful
from tests.office.test_campaigns import _begun
from undersigned.core import written
from undersigned.core.events import Appealed, Withdrawn
from undersigned.core.review import Chosen, Selection

pytestmark = pytest.mark.usefixtures("desk")
QUEUE = "/desk/campaigns/river/signatures/"
NOW = int(time.time()) // HOUR * HOUR - 2 * HOUR


@pytest.fixture
def house(desk: Path) -> Iterator[House]:
    made = House(desk)
    yield made
    made.close()


@pytest.fixture
def campaign(desk: Path) -> Any:
    return _begun()[1]


def _moderator(campaign: Any, who: str) -> Any:
    from allauth.mfa.models import Authenticator

    from undersigned.office.people.models import Membership, Staff

    staff = Staff.objects.create_user(f"{who}@petitions.example", who.title())
    Authenticator.objects.create(user=staff, type=Authenticator.Type.TOTP, data={"secret": "x"})
    Membership.objects.create(staff=staff, section=campaign.section, role="moderator")
    return staff


def _client(staff: Any) -> Any:
    """Give a browser in which somebody has just signed in."""
    from django.test import Client

    client = Client(SERVER_NAME="petitions.example", headers={"X-Forwarded-Proto": "https"})
    client.force_login(staff)
    session = client.session
    session["account_authentication_methods"] = [{"method": "password", "at": time.time(), "reauthenticated": True}]
    session["account_authentication_methods_user"] = str(staff.pk)
    session.save()
    return client


def _chosen(house: House, **narrow: Any) -> list[Chosen]:
    from undersigned.assemble import stores

    reader = stores.review(house.settings)
    found = list(reader.chosen(replace(Selection("river", "review"), **narrow), 100_000))
    reader.close()
    return found


def _act(staff: Any, campaign: Any, house: House, kind: str, code: str = "", pool: Any = "review") -> Any:
    from undersigned.office.signatures import actions
    from undersigned.office.signatures.models import Kind

    return actions.propose(
        staff=staff, campaign=campaign, kind=Kind(kind), code=code, selection=Selection("river", pool),
        chosen=_chosen(house, pool=pool), at_once=True,
    )  # fmt: skip


def test_a_small_group_is_admitted_by_one_person_and_counts(house: House, campaign: Any) -> None:
    forms = [doubtful(number, NOW) for number in range(40)]
    house.sign(forms)
    house.take(Withdrawn(forms[0].lookup, NOW + HOUR))
    client = _client(_moderator(campaign, "chidi"))
    page = client.get(QUEUE).content.decode()
    assert "Very many signatures of one domain" in page
    assert "39 under review, 1 withdrawn" in page
    choice = client.get(QUEUE + "choose/?reason=velocity")
    assert "40 signatures" in choice.content.decode()
    seen = choice.context["form"].initial["seen"]
    address = f"{QUEUE}choose/?{choice.context['query']}"
    done = client.post(address, {"kind": "admit", "seen": seen})
    assert done.status_code == 302, done.content.decode()
    house.take()
    assert house.states(forms) == {"confirmed": 39, "withdrawn": 1}
    assert "Decided" in client.get(done.headers["Location"]).content.decode()


def test_what_changed_since_it_was_seen_is_only_proposed_and_may_be_confirmed(house: House, campaign: Any) -> None:
    forms = [doubtful(number, NOW) for number in range(12)]
    house.sign(forms)
    client = _client(_moderator(campaign, "chidi"))
    choice = client.get(QUEUE + "choose/?reason=velocity")
    house.take(Withdrawn(forms[0].lookup, NOW + HOUR))
    data = {"kind": "strike", "code": "fraud", "seen": choice.context["form"].initial["seen"]}
    done = client.post(f"{QUEUE}choose/?{choice.context['query']}", data)
    house.take()
    assert house.states(forms) == {"review": 11, "withdrawn": 1}
    assert client.post(done.headers["Location"] + "agree/").status_code == 302
    house.take()
    assert house.states(forms) == {"struck": 11, "withdrawn": 1}


def test_more_than_a_hundred_need_two_people_and_undo_brings_the_count_back(house: House, campaign: Any) -> None:
    from undersigned.office.signatures.models import Act

    forms = [doubtful(number, NOW) for number in range(150)]
    house.sign(forms)
    chidi, dana = _moderator(campaign, "chidi"), _moderator(campaign, "dana")
    act = _act(chidi, campaign, house, "strike", "fraud")
    house.take()
    assert house.states(forms) == {"review": 150}
    address = f"{QUEUE}acts/{act.pk}/"
    _client(chidi).post(address + "agree/")
    house.take()
    assert house.states(forms) == {"review": 150}, "nobody agrees with themselves"
    page = _client(dana).get(address).content.decode()
    assert "It would change 150 signatures now" in page
    _client(dana).post(address + "agree/")
    house.take()
    assert house.states(forms) == {"struck": 150}
    _client(dana).post(address + "reverse/")
    undo = Act.objects.get(undoes=act)
    _client(chidi).post(f"{QUEUE}acts/{undo.pk}/agree/")
    house.take()
    assert house.states(forms) == {"review": 150}


def test_many_small_acts_are_no_way_round(house: House, campaign: Any) -> None:
    from undersigned.office.signatures.actions import alone_left

    first = [doubtful(number, NOW) for number in range(90)]
    house.sign(first)
    chidi = _moderator(campaign, "chidi")
    assert _act(chidi, campaign, house, "admit").state == "decided"
    assert alone_left(chidi, campaign) == 10
    house.take()
    house.sign(doubtful(number, NOW) for number in range(100, 120))
    assert _act(chidi, campaign, house, "admit").state == "proposed"


def test_a_declined_act_stays_declined(house: House, campaign: Any) -> None:
    house.sign(doubtful(number, NOW) for number in range(150))
    chidi, dana = _moderator(campaign, "chidi"), _moderator(campaign, "dana")
    act = _act(chidi, campaign, house, "admit")
    _client(dana).post(f"{QUEUE}acts/{act.pk}/decline/")
    _client(dana).post(f"{QUEUE}acts/{act.pk}/agree/")
    house.take()
    act.refresh_from_db()
    assert (act.state, act.second) == ("declined", dana)


def test_an_appeal_is_answered_by_somebody_who_did_not_strike_out(house: House, campaign: Any) -> None:
    form = doubtful(1, NOW)
    house.sign([form])
    chidi, dana = _moderator(campaign, "chidi"), _moderator(campaign, "dana")
    _act(chidi, campaign, house, "strike", "fraud")
    house.take(Appealed(form.lookup, NOW + HOUR))
    reference = form.record[-4:].hex()
    assert reference in _client(dana).get(QUEUE).content.decode()
    address = f"{QUEUE}appeals/{reference}/"
    _client(chidi).post(address, {"answer": "dismiss"})
    house.take()
    assert [one.appeal for one in _chosen(house, pool="struck")] == ["made"]
    _client(dana).post(address, {"answer": "uphold"})
    house.take()
    assert house.states([form]) == {"review": 1}
    assert _client(dana).post(address, {"answer": "uphold"}).status_code == 404


def test_every_act_is_in_the_trail_with_numbers_and_hashes_alone(house: House, campaign: Any) -> None:
    from undersigned.office.trail.chain import check
    from undersigned.office.trail.models import Entry

    forms = [doubtful(number, NOW) for number in range(3)]
    house.sign(forms)
    act = _act(_moderator(campaign, "chidi"), campaign, house, "strike", "fraud")
    entries = list(Entry.objects.filter(act__startswith="signatures."))
    assert [one.act for one in entries] == ["signatures.proposed", "signatures.decided"]
    assert entries[1].facts == {"campaign": "river", "kind": "strike", "n": 3, "list": act.digest, "code": "fraud"}
    assert not [form for form in forms if form.record.hex() in str(entries[1].facts)]
    check()


def test_a_decision_outlives_a_journal_that_cannot_be_written(house: House, campaign: Any) -> None:
    from undersigned.assemble import stores
    from undersigned.office.signatures.entering import enter_owed

    forms = [doubtful(number, NOW) for number in range(3)]
    house.sign(forms)
    held = stores.journal(house.settings, "desk")
    act = _act(_moderator(campaign, "chidi"), campaign, house, "admit")
    assert not enter_owed()
    house.take()
    assert house.states(forms) == {"review": 3}
    held.close()
    assert enter_owed()
    house.take()
    assert house.states(forms) == {"confirmed": 3}
    act.refresh_from_db()
    assert act.entered is not None
    type(act).objects.update(entered=None)  # as if the process had died before it noted that
    assert enter_owed()
    house.take()
    assert house.states(forms) == {"confirmed": 3}


def test_a_desk_that_starts_writes_what_it_still_owes(house: House, campaign: Any) -> None:
    from undersigned.assemble import stores
    from undersigned.office import process

    form = doubtful(1, NOW)
    house.sign([form])
    held = stores.journal(house.settings, "desk")
    _act(_moderator(campaign, "chidi"), campaign, house, "admit")
    held.close()
    process.application(house.settings)
    house.take()
    assert house.states([form]) == {"confirmed": 1}


def test_a_domain_of_fewer_than_ten_is_neither_named_nor_chosen(house: House, campaign: Any) -> None:
    house.sign(doubtful(number, NOW) for number in range(9))
    client = _client(_moderator(campaign, "chidi"))
    page = client.get(QUEUE + "?by=cohort").content.decode()
    assert "Groups of fewer than 10 each: 1" in page
    assert name("cohort", 8).hex() not in page
    asked = client.get(f"{QUEUE}choose/?cohort={name('cohort', 8).hex()}")
    assert (asked.status_code, asked.headers["Location"]) == (302, QUEUE)
    house.sign([doubtful(10, NOW)])
    assert "Domain 1, not named yet" in client.get(QUEUE + "?by=cohort").content.decode()
    assert client.get(f"{QUEUE}choose/?cohort={name('cohort', 8).hex()}").status_code == 200


def test_a_cohort_among_the_counted_is_struck_out_and_the_day_has_to_be_named(house: House, campaign: Any) -> None:
    forms = [replace(doubtful(number, NOW), review="") for number in range(20)]
    amal = replace(signed("amal", at=NOW), campaign="river")
    house.sign([*forms, amal])
    client = _client(_moderator(campaign, "chidi"))
    assert "a day at a time" in client.get(QUEUE + "?pool=standing").content.decode()
    day = f"pool=standing&cohort={name('cohort', 8).hex()}&since={NOW - HOUR}&until={NOW + 2 * HOUR}"
    choice = client.get(f"{QUEUE}choose/?{day}")
    data = {"kind": "strike", "code": "fraud", "seen": choice.context["form"].initial["seen"]}
    assert client.post(f"{QUEUE}choose/?{day}", data).status_code == 302
    house.take()
    assert house.states(forms) == {"struck": 20}
    assert house.states([amal]) == {"confirmed": 1}
    assert "Made up" in client.get(QUEUE + "?pool=struck").content.decode()


def test_nobody_is_struck_out_without_a_reason(house: House, campaign: Any) -> None:
    house.sign([doubtful(1, NOW)])
    client = _client(_moderator(campaign, "chidi"))
    answer = client.post(f"{QUEUE}choose/?reason=velocity", {"kind": "strike", "seen": "x"})
    assert answer.status_code == 200
    assert "nobody is struck out without one" in answer.content.decode()


def _list(client: Any, text: str) -> str:
    from io import BytesIO

    file = BytesIO(text.encode())
    file.name = "written.txt"
    return str(client.post(QUEUE + "letters/", {"file": file}, follow=True).content.decode())


def test_the_desk_says_how_many_letters_are_due_and_takes_the_list_of_those_written(
    house: House, campaign: Any
) -> None:
    from undersigned.office.trail.models import Entry

    forms = [doubtful(number, NOW) for number in range(4)]
    house.sign(forms)
    chidi = _moderator(campaign, "chidi")
    client = _client(chidi)
    assert "Letters to those struck out" not in client.get(QUEUE).content.decode()
    _act(chidi, campaign, house, "strike", "fraud")
    house.take(Appealed(forms[3].lookup, NOW + HOUR))
    page = client.get(QUEUE).content.decode()
    assert "3 signers who were struck out have not been written to yet" in page
    assert "--campaign river --struck-out letters" in page
    text = written.write("river", {form.record: "fraud" for form in forms[:2]})
    assert "1 signer who was struck out has not been written to yet" in _list(client, text)
    (entry,) = Entry.objects.filter(act="signatures.letters-noted")
    assert (entry.facts["n"], entry.staff_id) == (2, chidi.pk)
    assert not [form for form in forms if form.record.hex() in str(entry.facts)]
    text = written.write("river", {form.record: "fraud" for form in forms})
    assert "Everybody who is struck out has been written to" in _list(client, text)
    _act(_moderator(campaign, "dana"), campaign, house, "reinstate", pool="struck")
    house.take()
    assert "Letters to those struck out" not in client.get(QUEUE).content.decode(), "nobody is struck out any more"


def test_what_is_no_list_of_this_petition_is_not_taken(house: House, campaign: Any) -> None:
    from undersigned.office.signatures.models import WrittenList

    house.sign([doubtful(1, NOW)])
    client = _client(_moderator(campaign, "chidi"))
    assert "another petition" in _list(client, written.write("fjord", {}))
    assert "damaged" in _list(client, "Amal,amal@example.org")
    assert client.post(QUEUE + "letters/", {}).status_code == 302
    assert not WrittenList.objects.exists()

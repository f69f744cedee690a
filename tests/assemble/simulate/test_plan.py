"""The plan: from a seed to people, the same every time, as many as asked, by day and night."""

from __future__ import annotations

from collections import Counter
from itertools import islice, pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.assemble.simulate import forms
from undersigned.assemble.simulate.agenda import Agenda
from undersigned.assemble.simulate.curve import Curve
from undersigned.assemble.simulate.folder import START
from undersigned.assemble.simulate.people import UNDELIVERABLE, number_of
from undersigned.assemble.simulate.plan import AFTER, Person, people, repeaters
from undersigned.assemble.simulate.world import read_world
from undersigned.core import countries, rules
from undersigned.core.campaign import Card
from undersigned.core.normal import Canonical, canonical
from undersigned.core.reading import read
from undersigned.core.sequencing import CONFIRM_WITHIN, LETTER_PAUSE

WORLD = read_world()
DAY = 86_400


def plan(seed: int = 1, signatures: int = 3000, days: int = 30) -> list[Person]:
    return list(people(seed, WORLD, signatures, START, days))


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32), st.integers(1, 700), st.integers(1, 40))
def test_exactly_as_many_forms_are_sent_as_were_asked_for(seed: int, signatures: int, days: int) -> None:
    found = plan(seed, signatures, days)
    again = sum(deed.act == "again" for person in found for deed in person.deeds)
    assert len(found) + again == signatures
    assert len(found) == repeaters(signatures)[0]


def test_a_seed_gives_the_same_people_and_another_seed_others() -> None:
    assert plan(7) == plan(7)
    assert plan(7) != plan(8)


def test_people_come_in_order_and_do_everything_after_signing_and_before_the_campaign_closes() -> None:
    found = plan(days=3)
    assert all(before.at <= after.at for before, after in pairwise(found))
    assert all(START <= person.at < START + 3 * DAY for person in found)
    for person in found:
        times = [deed.after for deed in person.deeds]
        assert times == sorted(times)
        assert all(after > 0 and person.at + after < START + (3 + AFTER) * DAY for after in times)


def test_every_press_is_in_time_but_the_late_ones() -> None:
    for person in plan():
        for deed in person.deeds:
            if deed.act in ("confirm", "confirm-again", "not-me"):
                assert deed.after < CONFIRM_WITHIN - DAY / 2
            if deed.act == "late":
                assert deed.after > CONFIRM_WITHIN + 60
                assert person.fate == "late"


def test_who_signs_again_is_the_same_person_by_another_spelling_and_never_near_the_pause_between_letters() -> None:
    repeated = [person for person in plan() if person.again]
    assert repeated
    for person in repeated:
        first, second = canonical(person.email), canonical(person.again)
        assert isinstance(first, Canonical)
        assert isinstance(second, Canonical)
        assert first.address == second.address
        assert person.email != person.again
        (gap,) = [deed.after for deed in person.deeds if deed.act == "again"]
        assert not LETTER_PAUSE - 8 * 3600 < gap < LETTER_PAUSE + 8 * 3600


def test_no_two_people_have_the_same_address_and_a_letter_tells_whose_it_is() -> None:
    found = plan()
    addresses = [canonical(person.email) for person in found]
    assert len({one.address for one in addresses if isinstance(one, Canonical)}) == len(found)
    for person in found:
        assert number_of(person.email) == person.id
        assert not person.again or number_of(person.again) == person.id
        assert (person.email.rpartition("@")[2] in UNDELIVERABLE) == (person.fate == "bounced")
    assert number_of("postmaster@mail.example") is None


def test_every_form_is_taken_and_every_slip_is_refused() -> None:
    made = simulated_card()
    now = START + 3600
    for person in plan(signatures=1500):
        checked = rules.check(forms.fields(person, made), made, now)
        assert isinstance(checked, rules.Checked), person
        assert bool(checked.review) == (person.fate == "review")
        assert not isinstance(rules.check(forms.wrong(person, made), made, now), rules.Checked)


def simulated_card() -> Card:
    from importlib import resources

    source = resources.files("undersigned") / "examples" / "ceasefire"
    texts = {file.name[:-3]: file.read_bytes() for file in source.iterdir() if file.name.endswith(".md")}
    pictures = {file.name: file.read_bytes() for file in (source / "photo").iterdir()}
    toml = (source / "campaign.toml").read_bytes().replace(b"2026-11-01", b"2026-01-01")
    made = read(toml, texts, b"age1" + b"q" * 58, None, pictures)
    assert isinstance(made, Card)
    return made


def test_the_world_is_that_of_the_form_and_has_every_inhabited_country_once() -> None:
    codes = [place.code for place in WORLD.places]
    assert len(codes) == len(set(codes))
    assert set(countries.COUNTRIES) - set(codes) == {"AQ", "BV", "GS", "HM", "TF", "UM"}
    assert set(codes) <= set(countries.COUNTRIES)
    for place in WORLD.places:
        assert sum(share for _, share in place.languages) == pytest.approx(100)
        assert {language for language, _ in place.languages} <= set(WORLD.by_language)
        assert -12 <= place.offset <= 14


def test_large_countries_sign_more_than_small_ones() -> None:
    signed = Counter(person.country for person in plan(signatures=20_000))
    assert signed["IN"] > signed["FR"] > signed["UY"]
    assert len(signed) > 150


def test_places_sleep_at_night_and_rest_at_the_weekend() -> None:
    fiji = [place for place in WORLD.places if place.code == "FJ"]  # twelve hours ahead of UTC
    curve = Curve(fiji, START, 28)
    assert curve.weights(1)[-1] > 3 * curve.weights(7)[-1]  # 21:00 there, and 03:00
    monday, saturday = START // 3600, START // 3600 + 5 * 24
    assert curve.weights(saturday - monday)[-1] < curve.weights(0)[-1]


def test_the_launch_and_the_day_in_the_press_stand_out() -> None:
    counts = Curve(WORLD.places, START, 30).counts(1_000_000)
    days = [sum(counts[day * 24 : day * 24 + 24]) for day in range(30)]
    assert sum(counts) == 1_000_000
    assert max(days) == days[0]
    press = int(30 * 0.42)
    assert max(days[press : press + 2]) > 1.5 * days[press - 2]
    assert min(days) > 0


def test_an_agenda_gives_everything_once_and_in_order() -> None:
    agenda: Agenda[None] = Agenda(people(3, WORLD, 500, START, 2))
    done, before = Counter[str](), 0.0
    while (at := agenda.next_at()) is not None:
        assert at >= before
        before = at
        signer = agenda.signer(at)
        if signer is not None:
            done["sign"] += 1
            agenda.follow(signer, None)
        else:
            task = agenda.task(at)
            assert task is not None
            done[task[1]] += 1
    planned = Counter(deed.act for person in people(3, WORLD, 500, START, 2) for deed in person.deeds)
    assert done - Counter(sign=done["sign"]) == planned
    assert done["sign"] == repeaters(500)[0]
    assert len(agenda) == 0


def test_a_million_people_are_never_held_at_once() -> None:
    agenda: Agenda[None] = Agenda(people(3, WORLD, 1_000_000, START, 30))
    assert len(list(islice(iter(lambda: agenda.signer(float("inf")), None), 50))) == 50
    assert len(agenda) == 0

"""What was answered stands with its source, the last answer stands, and silence is counted from the day asked for."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.answers import Answer, positions, read, written
from undersigned.core.demands import Demand
from undersigned.core.sheet import Fault

DEMANDS = (Demand("hours", ("council", "mayor"), "2026-11-10"), Demand("money", ("council",)))
FILE = """
[[answer]]
demand = "hours"
addressee = "council"
status = "promised"
on = 2026-11-12
organisation = "Town council"
title = "Minutes"
address = "https://council.example/minutes"
words.en = "It will vote in spring."
"""


def only(source: str) -> Answer:
    found = read(source, DEMANDS, ("en", "es"))
    assert isinstance(found[0], Answer)
    return found[0]


sentences = st.text("ab\"'\\äع ", min_size=1).map(str.strip).filter(bool)
answers = st.builds(
    Answer,
    demand=st.just("hours"),
    addressee=st.sampled_from(["council", "mayor"]),
    status=st.sampled_from(["refused", "promised", "met"]),
    on=st.dates(date(2026, 1, 1), date(2027, 12, 31)).map(date.isoformat),
    words=st.dictionaries(st.sampled_from(["en", "es"]), sentences, min_size=1),
    organisation=st.just("Town council"),
    title=st.just("Minutes \\ of “that” day"),
    address=st.just("https://council.example/minutes"),
    published=st.sampled_from(["", "2026-11-13"]),
)  # fmt: skip


@given(st.lists(answers, max_size=6))
def test_what_is_written_is_read_again(found: list[Answer]) -> None:
    ordered = tuple(sorted(found, key=lambda one: one.on))
    assert read(written(ordered), DEMANDS, ("en", "es")) == ordered


@given(st.lists(answers, max_size=6))
def test_the_last_answer_stands_and_whoever_answered_is_not_overdue(found: list[Answer]) -> None:
    ordered = sorted(found, key=lambda one: one.on)
    for one in positions(DEMANDS, ordered, "2027-12-31"):
        own = [each for each in ordered if (each.demand, each.addressee) == (one.demand, one.addressee)]
        assert one.status == (own[-1].status if own else "none")
        assert (one.overdue > 0) == (not own and one.demand == "hours")


@pytest.mark.parametrize(("after", "overdue"), [(-1, 0), (0, 0), (1, 1), (30, 30)])
def test_silence_is_counted_from_the_day_after_the_one_asked_for(after: int, overdue: int) -> None:
    today = (date(2026, 11, 10) + timedelta(days=after)).isoformat()
    assert positions(DEMANDS, (), today)[0].overdue == overdue


def test_an_answer_needs_no_language_but_one() -> None:
    assert only(FILE).words == {"en": "It will vote in spring."}


@pytest.mark.parametrize(
    ("changed", "to", "what"),
    [
        ('"hours"', '"hour"', "is none here"),
        ('"council"\nstatus', '"court"\nstatus', "is none here"),
        ('"promised"', '"maybe"', "is none here"),
        ("on = 2026-11-12\n", "", "“on” is missing"),
        ("https://council", "http://council", "does not begin with https"),
        ("words.en", "words.fr", "has no “fr”"),
        ('words.en = "It will vote in spring."', "", "not told in any language"),
        ("organisation", "organization", "is not known here"),
    ],
)
def test_every_mistake_is_named(changed: str, to: str, what: str) -> None:
    faults = read(FILE.replace(changed, to, 1), DEMANDS, ("en", "es"))
    assert any(isinstance(one, Fault) and what in one.what for one in faults), faults

"""What became of a petition, in order and whole, and nothing of tomorrow."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from tests.pages import gathered, sample
from undersigned.core.answers import Answer
from undersigned.core.demands import Demand
from undersigned.pages import render, timeline
from undersigned.pages.words import words

ANSWER = Answer(
    "hours", "council", "refused", "2026-11-20", {"en": "There is no money."}, "Town council", "Minutes",
    "https://council.example/minutes",
)  # fmt: skip
CARD = replace(
    sample.card(),
    demands=(Demand("hours", ("council", "mayor"), "2026-11-10"), Demand("money", ("council",))),
    answers=(ANSWER,),
)
HANDOVER = replace(gathered.BEFORE, id="handover", kind="handover", title={"en": "At the town hall"})
STATEMENT = timeline.Told({"en": "A thousand"}, "/s/library/thousand/", sample.AS_OF - 100)


def items(now: int) -> list[timeline.Happened]:
    return timeline.happened(CARD, CARD.texts["en"], sample.counts(), words("en"), now, (STATEMENT,))


@given(st.integers(CARD.opens - 10**6, CARD.closes + 10**6))
def test_it_is_in_order_holds_nothing_of_tomorrow_and_loses_nothing(now: int) -> None:
    times = [one.at for one in items(now)]
    assert times == sorted(times, reverse=True)
    assert all(at <= now for at in times)
    assert len(times) == len([one for one in items(2**33) if one.at <= now])


def test_an_answer_stands_with_its_source_and_silence_with_its_days() -> None:
    page = render.petition(CARD, "en", sample.counts(), sample.SITE, now=sample.AS_OF, statements=(STATEMENT,))
    plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", "", page))
    assert "The town council: Refused, 20 November 2026. There is no money. Town council" in plain
    assert "The mayor: No answer yet, 14 days overdue" in plain
    assert 'href="https://council.example/minutes"' in page
    assert "A thousand" in plain


def test_who_was_asked_for_nothing_by_a_day_is_not_called_silent() -> None:
    card = replace(CARD, demands=(Demand("hours", ("council",)), Demand("money", ("council",))), answers=())
    assert timeline.told_positions(card, card.texts["en"], words("en"), sample.AS_OF) == {}


def test_a_statement_stands_above_the_milestone_that_it_was_made_of_in_the_same_second() -> None:
    reached = sample.counts().milestones[-1]
    told = replace(STATEMENT, at=reached.at)
    kinds = [one.what for one in timeline.happened(CARD, CARD.texts["en"], sample.counts(), words("en"), 2**33, (told,))
             if one.at == reached.at]  # fmt: skip
    assert kinds.index("statement") < kinds.index("milestone")


def test_a_handover_stands_there_once_it_is_over_and_not_where_it_was_called_off() -> None:
    def told(now: int, **changes: object) -> list[timeline.Happened]:
        card = replace(CARD, gatherings=(gathered.BEFORE, replace(HANDOVER, **changes)))
        assert timeline.asked(card)
        found = timeline.happened(card, card.texts["en"], sample.counts(), words("en"), now)
        return [one for one in found if one.what == "handover"]

    (one,) = told(HANDOVER.ends)
    assert (one.words, one.at) == ("Handover: At the town hall", HANDOVER.starts)
    assert told(HANDOVER.ends - 1) == []
    assert told(HANDOVER.ends, called_off={"en": "The hall is shut."}) == []

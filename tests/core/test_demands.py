"""Who is called on is said in full, and a goal that was public never moves without a word."""

from __future__ import annotations

import pytest

from tests.core.campaign_files import CAMPAIGN, card, faults
from undersigned.core.campaign import Card
from undersigned.core.demands import Addressee
from undersigned.core.reading import read

BOARD = b'\n[[addressee]]\nid = "board"\nkind = "body"\njurisdiction = "KE"\ncontact = "https://board.example/"\n'
MOVED = CAMPAIGN.replace(b"[100, 1000]", b"[100, 5000]")
CHANGE = b"""
[[goal_change]]
at = 2026-11-20T00:00:00Z
before = [100, 1000]
after = [100, 5000]
reason = "The first thousand came in a day."
"""


def test_an_addressee_has_kind_jurisdiction_and_contact_and_a_demand_its_day() -> None:
    found = card(CAMPAIGN.replace(b'id = "pump"\n', b'id = "pump"\ndeadline = 2027-05-01\n') + BOARD)
    assert found.addressees == (Addressee("board", "body", "KE", "https://board.example/"),)
    assert [one.deadline for one in found.demands] == ["", "2027-05-01"]


@pytest.mark.parametrize(
    ("was", "now"),
    [
        (b'"body"', b'"building"'), (b'"KE"', b'"Kenya"'), (b"https://board.example/", b"javascript:alert(1)"),
        (b'id = "board"\nkind', b'id = "nobody"\nkind'),
    ],
)  # fmt: skip
def test_what_is_no_kind_place_address_or_addressee_is_refused(was: bytes, now: bytes) -> None:
    assert len(faults(CAMPAIGN + BOARD.replace(was, now))) == 1


def test_a_goal_that_was_released_does_not_move_silently() -> None:
    released = card()
    (fault,) = read_again(MOVED, released)
    assert "milestones" in fault
    told = card(MOVED + CHANGE, previous=released)
    assert told.goal_changes[0].reason == "The first thousand came in a day."
    assert card(MOVED + CHANGE, previous=told).milestones == (100, 5000)


def test_a_change_of_a_goal_that_was_published_is_never_taken_back() -> None:
    told = card(MOVED + CHANGE, previous=card())
    assert any("published" in fault for fault in read_again(MOVED, told))
    assert read_again(MOVED + CHANGE.replace(b"in a day", b"at once"), told)


def test_the_translations_of_a_reason_may_come_later_and_only_for_languages_of_the_campaign() -> None:
    told = card(MOVED + CHANGE, previous=card())
    translated = CHANGE + 'reasons.ar = "جاء ألف في يوم."\n'.encode()
    again = card(MOVED + translated, previous=told)
    assert again.goal_changes[0].reasons == {"ar": "جاء ألف في يوم."}
    assert card(MOVED + CHANGE, previous=again).goal_changes[0].reasons == {}
    for line, what in (
        (b'reasons.tlh = "x"', "other languages"), (b'reasons.en = "x"', "other languages"),
        (b'reasons = "x"', "sentences"), (b'reasons.ar = "' + b"x" * 601 + b'"', "too long"),
    ):  # fmt: skip
        (fault,) = read_again(MOVED + CHANGE + line + b"\n", told)
        assert what in fault


def read_again(campaign: bytes, previous: Card) -> list[str]:
    """Give what is wrong with a file, after a release."""
    from tests.core.campaign_files import RECIPIENT, TEXTS

    found = read(campaign, TEXTS, RECIPIENT, previous)
    assert not isinstance(found, Card)
    return [fault.what for fault in found]

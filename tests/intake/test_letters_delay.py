"""How long letters take is said where a letter is waited for, out of the published facts and of nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.intake.house import House
from undersigned.core import delay
from undersigned.intake.answers import NO_STORE
from undersigned.intake.metrics import letters_text
from undersigned.intake.world import LETTERS_STALE

CHECK_MAIL = "/c/well/en/check-mail"


def told(house: House, age: int, untried: int | None = None) -> None:
    """Let the posts say that letters take so many seconds."""
    house.letters = delay.of([age] * 10, untried, house.now, untried)
    house.turn()


def test_the_page_after_the_form_and_the_signers_own_say_it(house: House) -> None:
    told(house, 290)
    house.sign()
    for path in (CHECK_MAIL, f"/r/{house.token()}"):
        answer = house.get(path)
        assert b"<p>Letters take about 5 minutes at the moment.</p>" in answer.body
        assert NO_STORE in answer.headers, "kept by nobody, as it is without the figure"


def test_nothing_is_said_where_no_post_says_anything(house: House) -> None:
    house.sign()
    for path in (CHECK_MAIL, f"/r/{house.token()}"):
        assert b"Letters take" not in house.get(path).body
    assert letters_text(house.world.any_letters(house.now)) == ""


def test_a_queue_that_stands_still_is_told(house: House) -> None:
    told(house, 5, untried=4000)
    assert b"Letters take more than an hour at the moment." in house.get(CHECK_MAIL).body


def test_a_figure_that_nobody_renews_says_nothing(house: House) -> None:
    told(house, 290)
    house.now += LETTERS_STALE
    assert b"Letters take" not in house.get(CHECK_MAIL).body
    assert house.world.any_letters(house.now) is None


@pytest.mark.parametrize("body", [b"", b"{", b'{"letters": {"as_of": "yesterday"}}', b'{"letters": 5}'])
def test_facts_that_cannot_be_read_say_nothing(house: House, tmp_path: Path, body: bytes) -> None:
    (tmp_path / "public" / "c" / "well.json").write_bytes(body)
    assert b"Letters take" not in house.get(CHECK_MAIL).body


def test_the_page_asks_no_ledger(house: House) -> None:
    told(house, 290)
    house.rebuild(statuses=None)
    assert b"about 5 minutes" in house.get(CHECK_MAIL).body


def test_metrics_tell_every_age_there_is(house: House) -> None:
    told(house, 290, untried=70)
    lines = letters_text(house.world.any_letters(house.now)).splitlines()
    assert lines[1] == "# TYPE undersigned_letters_delay_seconds gauge"
    assert lines[2:] == [
        'undersigned_letters_delay_seconds{of="half_within"} 300',
        'undersigned_letters_delay_seconds{of="nine_in_ten_within"} 300',
        'undersigned_letters_delay_seconds{of="oldest_waiting"} 120',
        'undersigned_letters_delay_seconds{of="oldest_untried"} 120',
    ]

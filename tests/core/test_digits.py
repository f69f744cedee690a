"""Ben chooses the digits of a language; what he wrote is read again, and who chooses nothing has the card he had."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec import UNSET

from tests.pages import sample
from undersigned.core import campaign
from undersigned.core.countries import LANGUAGES
from undersigned.core.digits import Chosen, Digits, digits, written
from undersigned.core.sheet import Fault, Sheet

chosen = st.dictionaries(st.sampled_from(LANGUAGES), st.sampled_from(("latn", "native")), min_size=1)


def read(source: str) -> tuple[Chosen, list[Fault]]:
    sheet = Sheet("campaign.toml", source)
    return digits(sheet.top), sheet.faults


@given(chosen)
def test_what_is_written_is_read_again(found: dict[str, Digits]) -> None:
    assert read(written(found)) == (found, [])


@pytest.mark.parametrize("source", ["", "[digits]", '[digits]\nar = "default"'])
def test_a_campaign_that_chooses_nothing_has_not_a_byte_more_in_its_card(source: str) -> None:
    found, faults = read(source)
    assert (found, faults) == (UNSET, [])
    plain = sample.card()
    assert campaign.encode(msgspec.structs.replace(plain, digits=found)) == campaign.encode(plain)
    assert b"digits" not in campaign.encode(plain)


def test_a_card_keeps_what_was_chosen() -> None:
    card = sample.card(digits={"ar": "native"})
    again = campaign.decode(campaign.encode(card))
    assert again == card
    assert [again.digits_of(language) for language in ("ar", "hi")] == ["native", "default"]


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ('[digits]\nar = "latin"', "“latin” is no choice of digits"),
        ("[digits]\nar = 1", "“1” is no choice of digits"),
        ('[digits]\narabic = "latn"', "not known here"),
        ('digits = "latn"', "is not a table"),
    ],
)
def test_every_mistake_is_named(source: str, what: str) -> None:
    _, faults = read(source)
    assert any(what in fault.what and fault.remedy for fault in faults), faults

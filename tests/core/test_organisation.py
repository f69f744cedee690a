"""Ben says whose campaign it is; what he wrote is read again, and each mistake is named."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.organisation import Organisation, organisation, written
from undersigned.core.sheet import Fault, Sheet

ids = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?", fullmatch=True)
names = st.text(st.characters(min_codepoint=32, exclude_categories=("Cs", "Cc")), min_size=1, max_size=60).filter(
    lambda name: name == name.strip()
)
wholes = st.builds(Organisation, ids, names)
parts = st.builds(Organisation, ids, names, ids, names)


def read(source: str) -> tuple[Organisation | None, list[Fault]]:
    sheet = Sheet("campaign.toml", source)
    return organisation(sheet.top), sheet.faults


@given(wholes | parts)
def test_what_is_written_is_read_again(found: Organisation) -> None:
    assert read(written(found)) == (found, [])


def test_a_campaign_need_not_say_it() -> None:
    assert read("") == (None, [])


@pytest.mark.parametrize(
    ("source", "what"),
    [
        ('[organisation]\nid = "friends"', "“name” is missing"),
        ('[organisation]\nname = "Friends"', "“id” is missing"),
        ('[organisation]\nid = "The Friends"\nname = "Friends"', "cannot be the id"),
        ('[organisation]\nid = "friends"\nname = "Friends"\nsection = "kenya"', "“section_name” is missing"),
        ('[organisation]\nid = "friends"\nname = "Friends"\nsection_name = "Kenya"', "“section” is missing"),
        ('[organisation]\nid = "friends"\nname = "Friends"\nlogo = "x.png"', "not known here"),
        ('organisation = "friends"', "is not a table"),
    ],
)
def test_every_mistake_is_named(source: str, what: str) -> None:
    _, faults = read(source)
    assert any(what in fault.what and fault.remedy for fault in faults), faults

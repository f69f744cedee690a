"""A key that is typed wrongly is refused, and nothing of it is repeated."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from undersigned.vault import bech32
from undersigned.vault.keys import WrongKey
from undersigned.vault.recipients import read_recipient


@given(prefix=st.sampled_from(["age", "age1pq", "age-secret-key-"]), data=st.binary(max_size=1300))
@settings(max_examples=60, deadline=None)
def test_every_key_survives_being_written_and_any_one_typing_mistake_is_seen(prefix: str, data: bytes) -> None:
    text = bech32.encode(prefix, data)
    assert bech32.decode(text) == bech32.decode(text.upper()) == (prefix, data)
    place = len(prefix) + 1 + len(data) % 6
    wrong = text[:place] + ("q" if text[place] != "q" else "p") + text[place + 1 :]
    with pytest.raises(bech32.Malformed):
        bech32.decode(wrong)


@pytest.mark.parametrize("text", ["", "age1", "1qqqqqq", "age1b", "Age1zvkyg", "age1é" + "q" * 60, "age"])
def test_what_is_no_bech32_is_refused(text: str) -> None:
    with pytest.raises(bech32.Malformed):
        bech32.decode(text)
    with pytest.raises(WrongKey):
        read_recipient(text)

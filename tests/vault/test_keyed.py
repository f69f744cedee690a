"""What is fed once gives the same bytes as what is fed each time."""

from __future__ import annotations

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.vault.keyed import Keyed, once


@given(st.binary(max_size=64), st.binary(max_size=80), st.lists(st.binary(max_size=200), min_size=1, max_size=4))
def test_every_message_gets_what_the_standard_library_gives(
    key: bytes, beginning: bytes, messages: list[bytes]
) -> None:
    keyed = Keyed(key, beginning)
    for message in messages:
        assert keyed.digest(message) == hmac.digest(key, beginning + message, "sha256")
        assert once(key, message) == hmac.digest(key, message, "sha256")


def test_a_key_that_would_have_to_be_hashed_first_is_refused() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        Keyed(bytes(65), b"")
    with pytest.raises(ValueError, match="64 bytes"):
        once(bytes(65), b"")

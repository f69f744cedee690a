"""A value has one spelling: what Python's own readers forgive is refused."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from undersigned.core.strict import Malformed, decimal, from_base64, from_base64url, to_base64, to_base64url


@pytest.mark.parametrize(
    "text",
    [
        "",
        "+1",
        "-1",
        "-0",
        "01",
        "00",
        " 1",
        "1 ",
        "1\n",
        "1_0",
        "１２",
        "٣",
        "1.0",
        "1e3",
        "0x1",
        "9" * 19,
        str(1 << 63),
    ],
)
def test_another_spelling_of_a_number_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        decimal(text)


@given(st.integers(0, (1 << 63) - 1))
def test_every_plain_number_is_read(number: int) -> None:
    assert decimal(str(number)) == number


@pytest.mark.parametrize(
    "text", ["QQ", "QQ=", "QR==", "QUE", "QUF=", "Q Q==", "QQ==\n", "QQ==QQ==", "Q-==", "Q_==", "ＱQ==", "=", "QQ==="]
)
def test_another_spelling_of_base64_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        from_base64(text)


@pytest.mark.parametrize("text", ["QQ==", "QR", "QUF", "Q Q", "QQ\n", "Q+", "Q/", "Q", "é"])
def test_another_spelling_of_base64url_is_refused(text: str) -> None:
    with pytest.raises(Malformed):
        from_base64url(text)


@given(st.binary(max_size=70))
def test_every_value_is_read_back(data: bytes) -> None:
    assert from_base64(to_base64(data)) == data
    assert from_base64url(to_base64url(data)) == data


def test_the_vectors_of_rfc_4648_hold() -> None:
    vectors = {b"": "", b"f": "Zg==", b"fo": "Zm8=", b"foo": "Zm9v", b"foobar": "Zm9vYmFy"}
    assert {data: to_base64(data) for data in vectors} == vectors
    assert to_base64url(b"\xfb\xff") == "-_8"

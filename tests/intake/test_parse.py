"""Bodies: what browsers send is read exactly, and what two readers could read in two ways is refused."""

from __future__ import annotations

import contextlib
import json
import time
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from undersigned.intake import parse
from undersigned.intake.parse import Unread, form_fields, json_fields

TEXT = st.text(st.characters(codec="utf-8"), max_size=60)
FIELDS = st.dictionaries(TEXT.filter(bool), TEXT, max_size=8)


def refused(read: object, body: bytes) -> int:
    with pytest.raises(Unread) as error:
        read(body)  # type: ignore[operator]
    return error.value.problem.status


@given(FIELDS)
def test_what_a_browser_sends_is_read_back(fields: dict[str, str]) -> None:
    body = urlencode(fields).encode()
    if body:
        assert form_fields(body) == fields


@given(st.binary(max_size=80).map(lambda raw: b"a=" + raw.replace(b"&", b"").replace(b";", b"")))
def test_the_quick_way_reads_what_the_standard_library_reads(body: bytes) -> None:
    try:
        expected = dict(parse_qsl(body, keep_blank_values=True, encoding="utf-8", errors="strict", strict_parsing=True))
    except ValueError:
        expected = None
    try:
        found = {name.encode(): value.encode() for name, value in form_fields(body).items()}
    except Unread:
        found = None
    if expected is not None:
        assert found == expected


@given(st.lists(st.sampled_from([b"%", b"=", b"+", b"41", b"e2", b"%C3%A9", b"a", b"\r\n", b"_", b" "]), max_size=12))
def test_signs_of_other_encodings_mean_nothing_in_a_form(parts: list[bytes]) -> None:
    from urllib.parse import unquote_to_bytes

    raw = b"".join(parts)
    try:
        expected = unquote_to_bytes(raw.replace(b"+", b" ")).decode()
    except UnicodeDecodeError:
        assert refused(form_fields, b"a=" + raw) == 400
        return
    assert form_fields(b"a=" + raw) == {"a": expected}


FORM_PARTS = [
    b"&", b"=", b"%", b"+", b"a", b"b", b"name", b"email", b"%61", b"%3D", b"%3d", b"%26", b"%25", b"%1E", b"%1f",
    b"\x1e", b"\x1f", b"%0D%0A", b"\r\n", b"\n", b"%\n", b"%E2%82%AC", b"%e2", "€".encode(), b"\xff", b"%FF", b"%zz",
    b"%%", b"%4", b"_", b"{", b" ", b"a=1&b=2", b"=20", b"==",
]  # fmt: skip


@given(st.lists(st.sampled_from(FORM_PARTS), max_size=14).map(b"".join))
@example(b"text&a=name=b")
@example(b"a=1&b=2%")
@example(b"a=b=c&d")
@example(b"a%1Fb&c=d")
@example(b"a=1%1Eb&c=2")
@example(b"a=%1E")
@example(b"a%1E")
@example(b"a=1%1E2&b")
@example(b"&".join(b"f%d=1" % number for number in range(65)))
def test_the_quick_reader_of_forms_gives_what_the_strict_one_gives_or_nothing(body: bytes) -> None:
    quick = parse._quick_form(body)
    if quick is not None:
        assert list(quick.items()) == list(parse._strict_form(body).items())


@given(FIELDS.filter(bool))
def test_the_quick_reader_of_forms_reads_what_browsers_send(fields: dict[str, str]) -> None:
    body = urlencode(fields).encode()
    if "\x1e" not in "".join([*fields, *fields.values()]) and "\x1f" not in "".join([*fields, *fields.values()]):
        assert parse._quick_form(body) == fields


JSON_PARTS = [
    b"{", b"}", b":", b",", b'"', b"[", b"]", b'"a"', b'"b"', b'"a":"x"', b'"b":true', b'"a":null', b'"c":false', b"1",
    b"-0", b"1.5", b"NaN", b"null", b"\\", b'\\"', b'"\\u0061":1', b"\x00", b"\n", b" ", b"\xff", "é".encode(), b"\x7f",
    b'{"a":"x","b":"y"}', b'"d":{"e":"f"}', b"\xef\xbb\xbf", b"\xed\xa0\x80",
]  # fmt: skip


JSON_PAIRS = [b'"a":"x"', b'"b":true', b'"a":null', b'"c":"\x7f"', b'"d":1', b'"":""', b'"e":[]', b'"f":{"a":"b"}']
JSON_LIKE = st.lists(st.sampled_from(JSON_PARTS), max_size=10).map(b"".join)
JSON_FLAT = st.lists(st.sampled_from(JSON_PAIRS), max_size=6).map(lambda pairs: b"{" + b",".join(pairs) + b"}")


@given(JSON_LIKE | JSON_FLAT)
@example(b'{"a":"x","a":"y"}')
@example(b'{"a":true,"a":"y"}')
@example(b'{"a":"x","a":true}')
@example(b'{"a":"' + b'","a":"' * 3 + b'"}')
@example(b"{" + b",".join(b'"f%d":""' % number for number in range(65)) + b"}")
def test_the_quick_reader_of_json_gives_what_the_strict_one_gives_or_nothing(body: bytes) -> None:
    quick = parse._quick_json(body)
    if quick is not None:
        assert list(quick.items()) == list(parse._strict_json(body).items())


@given(FIELDS.filter(lambda fields: len(fields) < 60))
def test_the_quick_reader_of_json_reads_what_common_libraries_send(fields: dict[str, str]) -> None:
    body = json.dumps(fields, ensure_ascii=False).encode()
    if b"\\" not in body:
        assert parse._quick_json(body) == fields


def test_an_empty_body_is_said_to_be_empty() -> None:
    assert refused(form_fields, b"") == 400
    assert refused(json_fields, b"") == 400
    assert refused(json_fields, b"  \n") == 400


@pytest.mark.parametrize(
    "body",
    [
        b"name=%FF", b"name=\xff", b"name=%C0%AF", b"name=%ED%A0%80", b"name=a&name=b", b"name=a&n%61me=b",
        b"&".join(b"f%d=1" % number for number in range(65)),
    ],
)  # fmt: skip
def test_forms_that_cannot_be_read_in_one_way_are_refused(body: bytes) -> None:
    assert refused(form_fields, body) == 400


def test_json_sent_as_a_form_and_a_form_sent_as_json_are_of_the_wrong_type() -> None:
    assert refused(form_fields, b'{"name": "Amal"}') == 415
    assert refused(json_fields, b"name=Amal&email=a%40example.org") == 415


@pytest.mark.parametrize(
    "body",
    [
        b'{"name": NaN}', b'{"x": Infinity}', b'{"x": -Infinity}', b'{"x": 1e999}', b'{"x": 1.5}',
        b'{"name": "\\ud800"}', b'{"name": "\xff"}', '{"name": "é"}'.encode("utf-16"), b'\xef\xbb\xbf{"name": "a"}',
        b'{"name": "\xc0\xaf"}', b'{"name": "a", "name": "b"}', b'{"name": "a", "n\\u0061me": "b"}',
        b'{"x": {"y": 1, "y": 2}}', b"[1]", b'"text"', b"1", b"null", b'{"name": "a"', b'{"name": "a"} x',
        b"{'name': 'a'}", b'{"x": 10000000000000000000000}', b'{"name": "a\x00b"}', b'{"name": "a\nb"}',
    ],
)  # fmt: skip
def test_json_that_is_not_one_plain_object_is_refused(body: bytes) -> None:
    assert refused(json_fields, body) == 400


@pytest.mark.parametrize(
    "body",
    [
        b"[" * 10_000,
        b'{"a":' * 6_000 + b"1" + b"}" * 6_000,
        b"{" + b",".join(b'"k%d":1' % number for number in range(4_000)) + b"}",
        b'{"name": ' + b"9" * 30_000 + b"}",
    ],
    ids=["deep", "nested", "many", "digits"],
)
def test_json_made_to_be_dear_is_refused_at_once(body: bytes) -> None:
    def seconds() -> float:
        began = time.perf_counter()
        assert refused(json_fields, body) == 400
        return time.perf_counter() - began

    assert min(seconds() for _ in range(3)) < 0.05


def test_json_says_yes_and_no_in_its_own_words() -> None:
    body = json.dumps({"consent": True, "updates": False, "comment": None, "name": "Ñandú", "count": 5, "list": [1]})
    assert json_fields(body.encode()) == {"consent": "yes", "updates": "", "comment": "", "name": "Ñandú"}


@given(FIELDS.filter(lambda fields: len(fields) < 60))
def test_text_in_json_is_read_back(fields: dict[str, str]) -> None:
    assert json_fields(json.dumps(fields).encode()) == fields


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused_and_never_fail_otherwise(body: bytes) -> None:
    for read in (form_fields, json_fields):
        with contextlib.suppress(Unread):
            assert isinstance(read(body), dict)

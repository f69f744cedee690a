"""The quick ways of cleaning words change nothing that the whole way would leave, and leave nothing it would change."""

from __future__ import annotations

import unicodedata
from unittest import mock

from hypothesis import example, given
from hypothesis import strategies as st

from undersigned.core import wording

ODD = st.sampled_from(
    [
        " ", "\n", "\r\n", "\x00", "\x7f", "\xa0", "\u0301", "\u05b8", "\u0958", "\ufb1d", "\u200b", "\u200d",
        "\u202e", "\xad", "\ud800", "\u2126", "\uac00", "\u1100", "\u1161", "é", "e\u0301", "ß", "陈", "𝒜", "🙂",
        "\ufeff", "-", "'", "1", "क्ष", "ام",
    ]
)  # fmt: skip
WORDS = st.lists(ODD | st.text(max_size=4), max_size=12).map("".join)


@given(WORDS)
@example("\u0958" * 3)
@example("a" + "\u0301" * 12)
def test_letters_pass_quickly_only_where_the_whole_way_would_not_touch_them(text: str) -> None:
    with mock.patch.object(wording, "_letters", return_value=False):
        whole = wording.line(text), wording.lines(text)
    assert (wording.line(text), wording.lines(text)) == whole


def test_no_mark_is_a_letter_or_a_digit_so_that_a_run_of_marks_is_found() -> None:
    marks = [sign for sign in map(chr, range(0x110000)) if unicodedata.category(sign) in ("Mn", "Me")]
    assert not [sign for sign in marks if sign.isalnum()]
    assert len(wording.line("a" + marks[0] * 20)) <= 1 + wording.MARKS_MOST


@given(st.text(st.characters(max_codepoint=0x7F), max_size=12))
def test_ascii_is_visible_where_any_of_its_signs_is(text: str) -> None:
    hidden = ("Cf", "Cc", "Zs", "Zl", "Zp", "Mn", "Me")
    assert wording.visible(text) == any(unicodedata.category(sign) not in hidden for sign in text)
    kept = "".join(sign for sign in text if sign.isprintable() or sign == "\n").strip()
    if text.isprintable():
        assert wording.line(text) == wording.lines(text) == kept

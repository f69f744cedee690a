"""Whom the press page names: the contact that a statement gives, as a link, and nobody else."""

from __future__ import annotations

import pytest

from tests.pages import sample
from undersigned.pages.mailto import mailto
from undersigned.pages.press import press


def test_without_a_contact_for_the_press_no_address_for_personal_data_stands_in_for_one() -> None:
    page = press([(sample.card(), None)], [], "en", sample.SITE, 0)
    assert "Contact for the press" not in page
    assert "data@library.example" not in page


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("Amal, amal@a.example.", 'Amal, <a href="mailto:amal@a.example" dir="ltr">amal@a.example</a>.'),
        ("a?cc=b@a.example", '<a href="mailto:a%3Fcc%3Db@a.example" dir="ltr">a?cc=b@a.example</a>'),
        ("<b>&@ +254 20 000", "&lt;b&gt;&amp;@ +254 20 000"),
    ],
)
def test_an_address_is_a_link_and_whatever_else_was_written_is_text(line: str, shown: str) -> None:
    assert str(mailto(line)) == shown

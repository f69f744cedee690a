"""The words of a statement have their figures in them, attributed where they must be, and a sentence begins as one."""

from __future__ import annotations

import pytest

from tests.core import statement_files
from undersigned.pages.statement_words import markup, plain

STATEMENT = statement_files.record().versions[0].statement


@pytest.mark.parametrize(
    ("words", "read"),
    [
        ("{words:signatures} signed.", "More than a million signed."),
        ("Now {words:signatures} signed.", "Now more than a million signed."),
        ("Yes. {figure:signatures} signed.", "Yes. More than 1,000,000 signed."),
        (
            "Of {figure:children}, {figure:children}.",
            "Of at least 4,200 (according to a health ministry), at least 4,200.",
        ),
        ("Of {figure:children} {attribution:children}.", "Of at least 4,200 according to a health ministry."),
        ("On {date:children}.", "On 8 November 2023."),
    ],
)  # fmt: skip
def test_a_figure_reads_as_part_of_its_sentence(words: str, read: str) -> None:
    assert plain(words, STATEMENT, STATEMENT.edition("en")) == read


def test_in_a_page_each_figure_leads_to_its_source_and_nothing_is_markup_but_ours() -> None:
    html = markup("{figure:children} <b>x</b>", STATEMENT, STATEMENT.edition("en"))
    assert '<a class="sourced" href="#figure-children">At least 4,200</a> (according to a health ministry)' in html
    assert "<b>" not in html

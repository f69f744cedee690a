"""The words of a statement have their figures in them, attributed where they must be, and a sentence begins as one."""

from __future__ import annotations

import msgspec
import pytest

from tests.core import statement_files
from tests.stages import example_statement
from undersigned.pages.statement_words import markup, plain
from undersigned.pages.statements import statement

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


def test_the_fact_sheet_speaks_of_checkers_where_everything_has_one_and_keeps_their_names_apart() -> None:
    whole = example_statement.shown("ar")
    known = whole.version.statement
    assert all(one.checked_by for one in known.figures)
    assert all(one.checked_by for one in known.claims)
    assert "ومن تحقّق منه" in statement(whole)
    assert "<bdi>the program of this simulation</bdi>" in statement(whole)
    first = msgspec.structs.replace(known.figures[0], checked_by="")
    second = msgspec.structs.replace(known.figures[1], checked_by="<b>Amal</b>")
    less = msgspec.structs.replace(known, figures=(first, second, *known.figures[2:]))
    page = statement(msgspec.structs.replace(whole, version=msgspec.structs.replace(whole.version, statement=less)))
    assert "ومن تحقّق منه" not in page
    assert "كل رقم وكل قول في هذا البيان، ومن أين جاء." in page
    assert "<bdi>&lt;b&gt;Amal&lt;/b&gt;</bdi>" in page

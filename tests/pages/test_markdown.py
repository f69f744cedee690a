"""A petition's Markdown becomes plain structure: no image, no script, no HTML of its own, no skipped heading."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pages.reading import Page
from undersigned.pages.markdown import html

ALLOWED = {
    "a",
    "blockquote",
    "br",
    "code",
    "em",
    "hr",
    "li",
    "ol",
    "p",
    "pre",
    "strong",
    "ul",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
}


def test_links_are_kept_and_give_nothing_away() -> None:
    page = Page(html("[report](https://example.org/a?b=c) and <data@example.org>"))
    first, second = page.all("a")
    assert first.attributes == {"href": "https://example.org/a?b=c", "rel": "noreferrer nofollow"}
    assert second.get("href") == "mailto:data@example.org"


@pytest.mark.parametrize(
    "source",
    [
        "![x](https://example.org/x.png)",
        "<img src=x onerror=alert(1)>",
        "<script>alert(1)</script>",
        "[x](javascript:alert(1))",
        "[x](data:text/html,x)",
        '<a href="//evil.example" style="x">x</a>',
        "<iframe src=x></iframe>",
        '[x](https://example.org "\\" onmouseover=x")',
    ],
)
def test_nothing_is_loaded_and_nothing_runs(source: str) -> None:
    page = Page(html(source))
    assert {one.tag for one in page.elements} <= ALLOWED
    assert [name for one in page.elements for name in one.attributes if name not in ("href", "rel")] == []
    assert [one for one in page.all("a") if not re.match(r"https?:|mailto:", one.get("href"))] == []


@pytest.mark.parametrize(
    ("source", "levels"),
    [
        ("# a\n\n## b\n\n### c", ["h2", "h3", "h4"]),
        ("### a\n\n##### b\n\n### c\n\n# d", ["h2", "h3", "h2", "h2"]),
        ("## a\n\n###### b\n\n##### c", ["h2", "h3", "h3"]),
    ],
)
def test_headings_go_under_the_title_without_a_gap(source: str, levels: list[str]) -> None:
    page = Page(html(source))
    assert [one.tag for one in page.elements] == levels


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet=st.sampled_from("#*_[]()<>!`-=\n ab\"':/&;1."), max_size=120))
def test_no_text_makes_anything_else(source: str) -> None:
    page = Page(html(source))
    assert {one.tag for one in page.elements} <= ALLOWED
    assert {name for one in page.elements for name in one.attributes} <= {"href", "rel", "start"}

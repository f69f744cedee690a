"""The Markdown of petitions as HTML: parsed by markdown-it, then cleaned, so that two locks must fail."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

__all__ = ["html", "line", "text"]

_TAGS = {"a", "blockquote", "br", "code", "em", "hr", "li", "ol", "p", "pre", "strong", "ul"}
_TAGS |= {f"h{level}" for level in range(2, 7)}

_parser = MarkdownIt("commonmark", {"html": False}).disable(["image", "html_block", "html_inline"])


@lru_cache(maxsize=64)
def html(text: str) -> Markup:
    """Give the HTML of a petition's text: links and plain structure, no image, no HTML of its own.

    The highest heading becomes `h2`, for the page has its `h1`; no level is skipped below it.
    """
    tokens = _parser.parse(text)
    _shift(token for token in tokens if token.type in ("heading_open", "heading_close"))
    raw = _parser.renderer.render(tokens, _parser.options, {})
    clean = nh3.clean(
        raw,
        tags=_TAGS,
        attributes={"*": set(), "a": {"href"}, "ol": {"start"}},
        url_schemes={"http", "https", "mailto"},
        link_rel="noreferrer nofollow",
    )
    return Markup(clean)


def text(source: str) -> str:
    """Give the words of a text without its marks; where a link leads stands in brackets behind its words.

    Paragraphs are parted by an empty line, the items of a list stand each on its own, behind a hyphen or their number.
    """
    parts: list[str] = []
    lists: list[int] = []  # of each list that is open, the number of its next item; 0 where it counts none
    mark, close = "", False  # what stands before the next words, and whether they follow an item of their list
    for token in _parser.parse(source):
        if token.type in ("bullet_list_open", "ordered_list_open"):
            lists.append(int(token.attrs.get("start", 1)) if token.type == "ordered_list_open" else 0)
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            lists.pop()
            close = bool(lists)
        elif token.type == "list_item_open":
            mark = f"{lists[-1]}. " if lists[-1] else "- "
            lists[-1] += bool(lists[-1])
        elif token.type == "inline":
            words = mark + _words(token.children or ())
            if mark and close:
                parts[-1] += f"\n{words}"
            else:
                parts.append(words)
            mark, close = "", bool(lists)
        elif token.type in ("fence", "code_block"):
            parts.append(token.content.rstrip("\n"))
    return "\n\n".join(parts)


def line(source: str) -> str:
    """Give the words of a text without its marks, in one line."""
    return " ".join(text(source).split())


def _words(tokens: Iterable[Token]) -> str:
    said: list[str] = []
    links: list[tuple[str, int]] = []
    for token in tokens:
        if token.type == "link_open":
            links.append((str(token.attrs.get("href", "")), len(said)))
        elif token.type == "link_close":
            href, start = links.pop()
            said += [f" ({href})"] if "".join(said[start:]) != href else []
        else:
            said.append(" " if token.type in ("softbreak", "hardbreak") else token.content)
    return "".join(said)


def _shift(headings: Iterable[Token]) -> None:
    levels: list[int] = []
    for token in headings:
        if token.type == "heading_open":
            levels = [*_above(levels, int(token.tag[1])), int(token.tag[1])]
        token.tag = f"h{min(1 + len(levels), 6)}"


def _above(levels: Sequence[int], level: int) -> list[int]:
    """Give the headings that one of that level stands under."""
    return [other for other in levels if other < level]

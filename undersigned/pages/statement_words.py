"""The words of a statement with its figures in them: plain, or as HTML in which each figure leads to its source.

A figure that must be attributed is, where a paragraph names it first, unless the paragraph says the same "according to"
itself: a list of figures of one source names it once.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import msgspec
from markupsafe import Markup, escape

from undersigned.core.figures import Figure
from undersigned.core.statement import PLACEHOLDER, Edition, Piece, Statement, pieces
from undersigned.pages import markdown
from undersigned.pages.digits import Digits
from undersigned.pages.quantities import as_of, quantity, spelled

__all__ = ["Said", "filled", "markup", "plain", "said"]

#: What stands before the first word of a sentence.
_BEGINS = re.compile(r"(?:^|<(?:p|li)>|[.!?…]\s+)$")


class Said(msgspec.Struct, frozen=True):
    """Part of a paragraph as it reads; `figure` is the id of the figure that it says, or ""."""

    words: str
    figure: str = ""


def said(words: str, statement: Statement, edition: Edition, digits: Digits = "default") -> Iterator[Said]:
    """Put the figures into words: plain words and Markdown as they are, between them what the figures say."""
    cut, before = list(pieces(words)), ""
    attributed = {_attribution(statement, edition, one.text) for one in cut if one.kind == "attribution"}
    for one in cut:
        if one.kind == "words":
            before = one.text
            yield Said(one.text)
            continue
        figure = edition.figure(statement.figure(one.text))
        told = _words(one, figure, edition.language, digits)
        yield Said(told[:1].upper() + told[1:] if _BEGINS.search(before) else told, figure.id)
        before = told
        if one.kind in ("figure", "spelled") and figure.attribution_required and figure.attribution not in attributed:
            attributed.add(figure.attribution)
            yield Said(f" ({figure.attribution})")


def _attribution(statement: Statement, edition: Edition, name: str) -> str:
    return edition.figure(statement.figure(name)).attribution


def plain(words: str, statement: Statement, edition: Edition, digits: Digits = "default") -> str:
    """Give the words with their figures, without any markup of ours."""
    return "".join(part.words for part in said(words, statement, edition, digits))


def filled(words: str, figures: Mapping[str, Figure], language: str, digits: Digits = "default") -> str:
    """Give a draft's words with the figures (by key) that are known in them; the others stay as they are named."""

    def told(found: re.Match[str]) -> str:
        (piece,) = pieces(found[0])
        if piece.text not in figures:
            return found[0]
        said = _words(piece, figures[piece.text], language, digits)
        return said[:1].upper() + said[1:] if _BEGINS.search(words[: found.start()]) else said

    return PLACEHOLDER.sub(told, words)


def markup(words: str, statement: Statement, edition: Edition, digits: Digits = "default") -> Markup:
    """Give the HTML of a paragraph; each figure is a link to its line of the fact sheet."""
    whole = markdown.html(words)
    parts = (
        Markup('<a class="sourced" href="#figure-{}">{}</a>').format(one.figure, one.words)
        if one.figure
        else Markup(one.words)
        for one in said(str(whole), statement, _escaped(edition), digits)
    )
    return Markup("").join(parts)


def _escaped(edition: Edition) -> Edition:
    """Escape an edition's attributions, which go between HTML."""
    tables = {**edition.tables, "attributions": {key: str(escape(one)) for key, one in _attributions(edition)}}
    return msgspec.structs.replace(edition, tables=tables)


def _attributions(edition: Edition) -> Iterator[tuple[str, str]]:
    yield from edition.tables.get("attributions", {}).items()


def _words(piece: Piece, figure: Figure, language: str, digits: Digits) -> str:
    if piece.kind == "attribution":
        return figure.attribution
    if piece.kind == "date":
        return as_of(figure, language, digits)
    said = spelled if piece.kind == "spelled" else quantity
    return said(figure, language, digits)

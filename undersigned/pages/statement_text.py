"""A statement as plain text: to be put into an e-mail, and for readers that show no HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from undersigned.core.figures import Figure
from undersigned.core.statement import Block
from undersigned.pages import markdown
from undersigned.pages.figures import moment
from undersigned.pages.hours import hour
from undersigned.pages.quantities import as_of, quantity, spelled
from undersigned.pages.shown import Shown

__all__ = ["paragraphs", "sourced", "text"]

WIDTH = 72  # characters of a line; a line without spaces is left as it is


def text(shown: Shown, above: Sequence[str] = ()) -> str:
    """Give the whole statement; `above` are lines that stand before it, such as whose copy it is."""
    said, edition, at = shown.said, shown.edition, hour(shown.record, shown.said)
    zones = f" ({at.local})" if at.local else ""
    parts = [
        *above,
        shown.warning,
        shown.headline,
        shown.summary,
        f"{edition.dateline}, {at.at.words}{zones}",
        *paragraphs(shown),
        "###",
        *_headed(said.gettext("Notes to editors"), [shown.plain(markdown.text(one)) for one in edition.notes]),
        *_headed(said.gettext("Contact for the press"), [edition.contact] if edition.contact else []),
        *_headed(said.gettext("Corrections"), list(_corrections(shown))),
        *_headed(said.gettext("Facts and sources"), [sourced(shown, one) for one in shown.statement.figures]),
        f"{shown.place}\n{shown.petition}",
    ]
    return "\n\n".join(_wrapped(part) for part in parts if part) + "\n"


def paragraphs(shown: Shown) -> list[str]:
    """Give the paragraphs of the body: words without marks, quotes, figures, captions, demands."""
    return [_paragraph(shown, block) for block in shown.edition.blocks]


def sourced(shown: Shown, figure: Figure) -> str:
    """Give a figure with its day and its source, in one line."""
    figure = shown.edition.figure(figure)
    source = figure.source
    where = [source.organisation, source.title, source.page and f"p. {source.page}", source.address]
    if figure.checkpoint:
        where.append(f"{figure.checkpoint.size}, {figure.checkpoint.root}")
    told = [_as_of(shown, figure), figure.attribution, figure.caveat, *where]
    return f"{figure.label}: {quantity(figure, shown.language)}. " + "; ".join(filter(None, told))


def _as_of(shown: Shown, figure: Figure) -> str:
    return shown.said.gettext("As of %(moment)s") % {"moment": as_of(figure, shown.language)}


def _paragraph(shown: Shown, block: Block) -> str:
    edition = shown.edition
    if block.kind == "text":
        return shown.plain(markdown.text(block.words))
    if block.kind == "quote":
        quote = shown.statement.quote(block.id)
        who = [quote.speaker, edition.word("roles", quote.id), edition.word("organisations", quote.id)]
        return f"“{edition.word('quotes', quote.id)}”\n— {', '.join(filter(None, who))}"
    if block.kind == "figure":
        figure = shown.figure(block.id)
        told = "; ".join(filter(None, [_as_of(shown, figure), figure.attribution, figure.caveat]))
        return f"{figure.label}: {spelled(figure, shown.language)} ({told})"
    if block.kind == "photo":
        photo = shown.statement.photo(block.id)
        credit = " · ".join(filter(None, [edition.word("credits", photo.id), photo.licence]))
        return f"[{edition.word('captions', photo.id)}. {credit}]\n{shown.photo(photo.file)}"
    demands = (edition.word("demands", one) for one in shown.statement.demands)
    return "\n".join(f"{shown.said.number(place)}. {one}" for place, one in enumerate(demands, start=1))


def _corrections(shown: Shown) -> Iterator[str]:
    said = shown.said
    for one in shown.corrections:
        yield "\n".join(
            (
                f"{said.gettext('It said')}: {one.said}",
                f"{said.gettext('It says now')}: {one.says}",
                f"{said.gettext('Why')}: {one.why}",
                f"{one.by}, {moment(one.at, said).words}",
            )
        )


def _headed(heading: str, parts: list[str]) -> list[str]:
    return [heading.upper(), *parts] if parts else []


def _wrapped(part: str) -> str:
    lines = (textwrap.wrap(line, WIDTH, break_long_words=False, break_on_hyphens=False) for line in part.split("\n"))
    return "\n".join("\n".join(line) for line in lines)

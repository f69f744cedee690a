"""A statement as plain text: to be put into an e-mail, and for readers that show no HTML."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from undersigned.core.figures import Figure
from undersigned.core.statement import Block, Correction
from undersigned.pages import markdown
from undersigned.pages.bidi import isolated
from undersigned.pages.figures import moment
from undersigned.pages.hours import hour
from undersigned.pages.quantities import STATUSES, as_of, day, quantity, spelled
from undersigned.pages.quoted import colon, comma, quoted
from undersigned.pages.shown import Shown

__all__ = ["corrected", "fact", "paragraphs", "since_then", "sourced", "text", "wrapped"]

WIDTH = 72  # characters of a line; a line without spaces is left as it is


def text(shown: Shown, above: Sequence[str] = ()) -> str:
    """Give the whole statement; `above` are lines that stand before it, such as whose copy it is."""
    said, edition, at = shown.said, shown.edition, hour(shown.record, shown.said)
    zones = f" ({at.local})" if at.local else ""
    parts = [
        *above,
        shown.mark,
        shown.warning,
        shown.headline,
        shown.summary,
        f"{edition.dateline}{comma(shown.language)}{at.at.words}{zones}",
        *paragraphs(shown),
        "###",
        *_headed(said.gettext("Notes to editors"), [shown.plain(markdown.text(one)) for one in edition.notes]),
        *_headed(said.gettext("Contact for the press"), [edition.contact] if edition.contact else []),
        *_headed(said.gettext("Corrections"), corrected(shown)),
        *_headed(said.gettext("Since then"), since_then(shown)),
        *_headed(said.gettext("Facts and sources"), [sourced(shown, one) for one in shown.statement.figures]),
        "\n".join(isolated(one, said.direction) for one in (shown.place, shown.petition)),
    ]
    return "\n\n".join(wrapped(part) for part in parts if part) + "\n"


def paragraphs(shown: Shown) -> list[str]:
    """Give the paragraphs of the body: words without marks, quotes, figures, captions, demands."""
    return [_paragraph(shown, block) for block in shown.edition.blocks]


def sourced(shown: Shown, figure: Figure) -> str:
    """Give a figure with its day and its source, in one line."""
    label, number, told = fact(shown, figure)
    return f"{label}{colon(shown.language)}{number}. " + " · ".join(told)


def fact(shown: Shown, figure: Figure) -> tuple[str, str, Sequence[str]]:
    """Give what a figure is of, the figure, and what is said of it: day, attribution, source, where it was counted."""
    figure, said = shown.edition.figure(figure), shown.said
    source, own = figure.source, figure.checkpoint
    page = said.gettext("page or table %(page)s") % {"page": source.page} if source.page else ""
    counted = said.gettext("Counted from the public log at %(size)s lines; its root:")
    told = [
        _as_of(shown, figure), said.gettext(STATUSES[figure.status]), figure.attribution, figure.caveat,
        *(isolated(one, said.direction) for one in (source.title, source.organisation)),
        day(source.published, shown.language, shown.digits) if source.published else "", page,
        isolated(source.address, said.direction),
        f"{counted % {'size': said.number(own.size)}} {isolated(own.root, said.direction)}" if own else "",
    ]  # fmt: skip
    return figure.label, quantity(figure, shown.language, shown.digits), [one.rstrip(".。।") for one in told if one]


def since_then(shown: Shown) -> list[str]:
    """Give what is known since of figures that this version gives: what it said, and what is said now."""
    said = shown.said
    return [
        f"{before.label}{colon(shown.language)}{quantity(before, shown.language, shown.digits)} "
        f"({_as_of(shown, before)}). "
        f"{said.gettext('Since then')}{colon(shown.language)}{quantity(later, shown.language, shown.digits)} "
        f"({'; '.join(filter(None, (_as_of(shown, later), isolated(later.source.organisation, said.direction))))})"
        for before, later in shown.since
    ]


def corrected(shown: Shown, told: Sequence[Correction] | None = None) -> list[str]:
    """Give each correction, the newest first: what it said, what it says, why, by whom and when.

    `told` are others than the public is told of: whoever read a copy before the hour has read what was put right.
    """
    said = shown.said
    return [
        "\n".join(
            (
                f"{said.gettext('It said')}{colon(said.language)}{isolated(one.said, said.direction, own=True)}",
                f"{said.gettext('It says now')}{colon(said.language)}{isolated(one.says, said.direction, own=True)}",
                f"{said.gettext('Why')}{colon(said.language)}{isolated(one.why, said.direction, own=True)}",
                f"{isolated(one.by, said.direction)}{comma(said.language)}{moment(one.at, said).words}",
            )
        )
        for one in (shown.corrections if told is None else told)
    ]


def _as_of(shown: Shown, figure: Figure) -> str:
    return shown.said.gettext("As of %(moment)s") % {"moment": as_of(figure, shown.language, shown.digits)}


def _paragraph(shown: Shown, block: Block) -> str:
    edition = shown.edition
    if block.kind == "text":
        return shown.plain(markdown.text(block.words))
    if block.kind == "quote":
        quote = shown.statement.quote(block.id)
        speaker = isolated(quote.speaker, shown.said.direction)
        who = [speaker, edition.word("roles", quote.id), edition.word("organisations", quote.id)]
        words = quoted(edition.word("quotes", quote.id), shown.language)
        return f"{words}\n— {comma(shown.language).join(filter(None, who))}"
    if block.kind == "figure":
        figure = shown.figure(block.id)
        told = "; ".join(filter(None, [_as_of(shown, figure), figure.attribution, figure.caveat]))
        return f"{figure.label}{colon(shown.language)}{spelled(figure, shown.language, shown.digits)} ({told})"
    if block.kind == "photo":
        photo = shown.statement.photo(block.id)
        caption = shown.plain(edition.word("captions", photo.id))
        parts = (caption, edition.word("warnings", photo.id), edition.word("credits", photo.id), photo.licence)
        told = " · ".join(isolated(one.rstrip(".。।"), shown.said.direction, own=True) for one in parts if one)
        return f"[{told}]\n{isolated(shown.photo(photo.file), shown.said.direction)}"
    demands = (edition.word("demands", one) for one in shown.statement.demands)
    return "\n".join(f"{shown.said.number(place)}. {one}" for place, one in enumerate(demands, start=1))


def _headed(heading: str, parts: list[str]) -> list[str]:
    return [heading.upper(), *parts] if parts else []


def wrapped(part: str) -> str:
    """Break a part into lines of at most `WIDTH` characters."""
    return "\n".join(map(_line, part.split("\n")))


def _line(line: str) -> str:
    hanging = "  " if line.startswith("- ") else ""
    cut = textwrap.wrap(line, WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
    return "\n".join(cut)

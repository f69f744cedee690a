"""A statement as it is set on paper: the values that the PDF's template is filled with."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from itertools import groupby
from typing import Any

from undersigned.core.statement import Block
from undersigned.pages import markdown
from undersigned.pages.bidi import isolated
from undersigned.pages.hours import hour
from undersigned.pages.phrases import phrases
from undersigned.pages.quoted import colon, comma
from undersigned.pages.shown import Shown
from undersigned.pages.statement_text import corrected, fact, paragraphs, since_then

__all__ = ["mark", "paper"]

DESIGN = 2  # raised when the template changes, so that every PDF is made anew


def paper(shown: Shown, copy: str = "") -> dict[str, Any]:
    """Give the values; `copy` says on every page whose copy it is, "" where it is everybody's."""
    said, at = shown.said, hour(shown.record, shown.said)
    values: dict[str, Any] = {
        "language": shown.language,
        "direction": said.direction,
        "organiser": shown.text.organiser,
        "warning": " ".join(filter(None, (shown.warning, shown.mark))),
        "headline": shown.headline,
        "phrases": phrases(shown.headline, shown.language),
        "summary": shown.summary,
        "dateline": shown.edition.dateline,
        "comma": comma(shown.language),
        "colon": colon(shown.language),
        "hour": f"{at.at.words} ({at.local})" if at.local else at.at.words,
        "blocks": [
            part for one in zip(shown.edition.blocks, paragraphs(shown), strict=True) for part in _block(shown, *one)
        ],
        "sections": [one for one in _sections(shown) if one["parts"]],
        "facts": _facts(shown),
        "address": shown.permanent,
        "found": isolated(shown.permanent, said.direction),
        "copy": copy,
    }
    return {**values, "mark": mark(values)}


def mark(values: dict[str, Any]) -> str:
    """Give the word that stands in the PDF's properties, by which one of the same values is known again."""
    written = json.dumps([DESIGN, values], sort_keys=True).encode()
    return f"undersigned-{hashlib.sha256(written).hexdigest()[:24]}"


def _block(shown: Shown, block: Block, words: str) -> Iterator[dict[str, Any]]:
    if block.kind == "quote":
        said, _, who = words.rpartition("\n— ")
        yield {"kind": "quote", "words": said, "who": who}
    elif block.kind == "demands":
        yield {"kind": "demands", "items": [shown.edition.word("demands", one) for one in shown.statement.demands]}
    elif block.kind == "photo":
        yield _photo(shown, block.id, words)
    else:
        yield from _parts(words)


def _parts(words: str) -> Iterator[dict[str, Any]]:
    """Cut the plain words of a paragraph into paragraphs and the lists that stand in it."""
    for listed, lines in groupby(words.split("\n"), key=lambda line: line.startswith("- ")):
        kept = [line for line in lines if line]
        if listed:
            yield {"kind": "list", "items": [line.removeprefix("- ") for line in kept]}
        else:
            yield from ({"kind": "words", "words": line} for line in kept)


def _photo(shown: Shown, name: str, words: str) -> dict[str, Any]:
    """Give a picture with its caption and address; where somebody may not want to see it, without its file."""
    photo, edition = shown.statement.photo(name), shown.edition
    told, _, address = words.partition("\n")
    file = "" if edition.word("warnings", name) else photo.file
    return {
        "kind": "photo", "words": told, "shown": address, "address": shown.photo(photo.file), "file": file,
        "alt": edition.word("alts", name), "picture": "",
    }  # fmt: skip


def _sections(shown: Shown) -> list[dict[str, Any]]:
    said, edition = shown.said, shown.edition
    notes = [shown.plain(markdown.text(one)) for one in edition.notes]
    rows = (
        ("Notes to editors", notes),
        ("Contact for the press", [edition.contact] if edition.contact else []),
        ("Corrections", corrected(shown)),
        ("Since then", since_then(shown)),
    )
    return [{"heading": said.gettext(heading), "parts": parts} for heading, parts in rows]


def _facts(shown: Shown) -> dict[str, Any]:
    rows = [fact(shown, one) for one in shown.statement.figures]
    return {
        "heading": shown.said.gettext("Facts and sources"),
        "rows": [{"label": label, "number": number, "told": " · ".join(told)} for label, number, told in rows],
    }

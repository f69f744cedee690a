"""A statement as it is set on paper: the values that the PDF's template is filled with."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from undersigned.core.statement import Block
from undersigned.pages import cover, markdown
from undersigned.pages.figures import moment
from undersigned.pages.hours import hour
from undersigned.pages.shown import Shown
from undersigned.pages.statement_text import paragraphs, sourced

__all__ = ["mark", "paper"]

DESIGN = 1  # raised when the template changes, so that every PDF is made anew


def paper(shown: Shown, copy: str = "") -> dict[str, Any]:
    """Give the values; `copy` says on every page whose copy it is, "" where it is everybody's."""
    said, at = shown.said, hour(shown.record, shown.said)
    values: dict[str, Any] = {
        "language": shown.language,
        "direction": said.direction,
        "organiser": shown.text.organiser,
        "warning": " ".join(filter(None, (shown.warning, cover.cover(shown).warning))),
        "headline": shown.headline,
        "summary": shown.summary,
        "dateline": shown.edition.dateline,
        "hour": f"{at.at.words} ({at.local})" if at.local else at.at.words,
        "blocks": [_block(shown, *one) for one in zip(shown.edition.blocks, paragraphs(shown), strict=True)],
        "sections": [one for one in _sections(shown) if one["parts"]],
        "address": shown.permanent,
        "copy": copy,
    }
    return {**values, "mark": mark(values)}


def mark(values: dict[str, Any]) -> str:
    """Give the word that stands in the PDF's properties, by which one of the same values is known again."""
    written = json.dumps([DESIGN, values], sort_keys=True).encode()
    return f"undersigned-{hashlib.sha256(written).hexdigest()[:24]}"


def _block(shown: Shown, block: Block, words: str) -> dict[str, Any]:
    if block.kind == "quote":
        said, _, who = words.rpartition("\n— ")
        return {"kind": "quote", "words": said, "who": who}
    if block.kind == "demands":
        return {"kind": "demands", "items": [shown.edition.word("demands", one) for one in shown.statement.demands]}
    return {"kind": "words", "words": words}


def _sections(shown: Shown) -> list[dict[str, Any]]:
    said, edition = shown.said, shown.edition
    corrections = [
        f"{said.gettext('It said')}: {one.said}. {said.gettext('It says now')}: {one.says}. "
        f"{said.gettext('Why')}: {one.why} ({one.by}, {moment(one.at, said).words})"
        for one in shown.corrections
    ]
    notes = [shown.plain(markdown.text(one)) for one in edition.notes]
    rows = (
        ("Notes to editors", notes),
        ("Contact for the press", [edition.contact] if edition.contact else []),
        ("Corrections", corrections),
        ("Facts and sources", [sourced(shown, one) for one in shown.statement.figures]),
    )
    return [{"heading": said.gettext(heading), "parts": parts} for heading, parts in rows]

"""A summary for whoever writes none: the beginning of the text itself. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable

from undersigned.office.campaigns.segments import Segment, alone, body, paragraphs
from undersigned.pages import markdown

__all__ = ["derived", "opening_words"]

ENOUGH = 300  # characters: what lists and messengers show of a description
MOST = 600  # characters that a summary may have
_SENTENCE = re.compile(r"(?<=[.!?…؟।])\s+|(?<=[。！？])")


def opening_words(text: str) -> str:
    """Give the first sentences of a body in Markdown, without its marks: of the first paragraph.

    As many whole sentences as fit into `ENOUGH` characters, and one in any case, cut at `MOST`.
    """
    first = next((one for one in paragraphs(text) if not one.startswith("#") and not alone(one)), "")
    sentences = _SENTENCE.split(markdown.line(first))
    found = sentences[0]
    for sentence in sentences[1:]:
        joined = f"{found}{'' if found[-1:] in '。！？' else ' '}{sentence}"
        if len(joined) > ENOUGH:
            break
        found = joined
    return found if len(found) <= MOST else found[: MOST - 1].rstrip() + "…"


def derived(segments: Iterable[Segment]) -> bool:
    """Tell whether the summary among the segments is but the beginning of their body."""
    segments = list(segments)
    said = next((one["words"] for one in segments if one["key"] == "summary"), "")
    return bool(said) and said == opening_words(body(segments))

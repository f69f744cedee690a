"""Goals that were moved after a release: each change with its reason, which is a part of the text as all others. Pure.

The reason of the n-th change is the segment `goal.<n>`: translated, found stale, reviewed and released with the rest.
It is no word of what people sign, so it goes with the campaign's facts and not into the text's own file.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from undersigned.office.campaigns.segments import Segment

__all__ = ["Change", "plain", "with_goals", "with_reasons"]

#: "at" (seconds since 1970), "before", "after", "reason"; once released, "reasons" by language.
Change: TypeAlias = dict[str, Any]
_KIND = "goal."


def with_goals(segments: Sequence[Segment], changes: Sequence[Change]) -> list[Segment]:
    """Put the reasons of these changes in the place of those that stand in a source text: before the body."""
    others = [one for one in segments if not one["key"].startswith(_KIND)]
    place = next((number for number, one in enumerate(others) if one["key"].startswith("body.")), len(others))
    said = [{"key": f"{_KIND}{number}", "words": one["reason"]} for number, one in enumerate(changes, start=1)]
    return [*others[:place], *said, *others[place:]]


def with_reasons(
    changes: Sequence[Change], languages: Sequence[str], texts: Mapping[str, Sequence[Segment]]
) -> list[Change]:
    """Give the changes as they are released: each with its reason in every other language that has words for it.

    `texts` are the segments by language. What was released before in a language stays where its text has no words.
    """
    found = []
    for number, change in enumerate(changes, start=1):
        told = {key: words for key, words in change.get("reasons", {}).items() if key in languages[1:]}
        for language in languages[1:]:
            words = [one["words"] for one in texts.get(language, ()) if one["key"] == f"{_KIND}{number}"]
            told |= {language: " ".join(words[0].split())} if words and words[0].strip() else {}
        found.append({**change, "reasons": told})
    return found


def plain(changes: Sequence[Change]) -> list[Change]:
    """Give the changes without the translations of their reasons."""
    return [{key: value for key, value in one.items() if key != "reasons"} for one in changes]

"""The words of a text in segments: pure. A segment is what is translated, compared and found stale as one.

Keys: `title`, `summary`, `organiser`, `demand.<id>`, `addressee.<id>`, `consent.<purpose>`, and `body.<number>` for
each paragraph. A paragraph keeps its number when it is changed or moved, so that its translation goes with it.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Literal, TypeAlias

__all__ = [
    "Segment",
    "State",
    "alone",
    "bodies",
    "body",
    "digest",
    "paragraphs",
    "places",
    "stale",
    "state",
    "word_digest",
]

#: {"key", "words"}; of a translation also "of": the digest of the source words it was made from, and perhaps a "note".
Segment: TypeAlias = dict[str, str]
State: TypeAlias = Literal["missing", "stale", "done"]
_BLANK = re.compile(r"\n[ \t]*\n+")
_ALONE = re.compile(r"\{(?:(?:quote|figure|photo):[a-z0-9-]+|demands)\}")
_LIKE = 0.55  # a paragraph at least so much like an old one is that one, changed


def word_digest(words: str) -> str:
    """Give the name of some words: SHA-256, the first 96 bits in base64url."""
    return _name(b"undersigned/segment/v1\n" + words.encode())[:16]


def digest(segments: Iterable[Segment]) -> str:
    """Give the name of a revision: SHA-256 over keys and words in order, 43 characters of base64url."""
    parts = (f"{len(one['key'])}:{one['key']}{len(one['words'])}:{one['words']}" for one in segments)
    return _name(b"undersigned/revision/v1\n" + "".join(parts).encode())


def _name(data: bytes) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=").decode()


def paragraphs(text: str) -> list[str]:
    """Cut a text at its blank lines."""
    whole = text.replace("\r\n", "\n").replace("\r", "\n").strip("\n")
    return [part.strip("\n").rstrip() for part in _BLANK.split(whole) if part.strip()]


def body(segments: Iterable[Segment], kind: str = "body") -> str:
    """Give the body, or another run of paragraphs, that the segments make together."""
    return "\n\n".join(one["words"] for one in segments if one["key"].startswith(f"{kind}."))


def places(segments: Iterable[Segment], kind: str = "body") -> dict[str, int]:
    """Give the place of each paragraph, from 1 on, by its key."""
    keys = (one["key"] for one in segments if one["key"].startswith(f"{kind}."))
    return {key: place for place, key in enumerate(keys, start=1)}


def bodies(before: Sequence[Segment], text: str, kind: str = "body") -> list[Segment]:
    """Cut a body into segments; whatever was there before, changed or not, keeps its number."""
    old = [one for one in before if one["key"].startswith(f"{kind}.")]
    new = paragraphs(text)
    kept = _kept([one["words"] for one in old], new)
    number = max((int(one["key"].rpartition(".")[2]) for one in old), default=0)
    found = []
    for place, words in enumerate(new):
        if place in kept:
            key = old[kept[place]]["key"]
        else:
            number += 1
            key = f"{kind}.{number}"
        found.append({"key": key, "words": words})
    return found


def _kept(old: Sequence[str], new: Sequence[str]) -> dict[int, int]:
    """Say which new paragraph is which old one: equal ones first, wherever they stand; then the most alike."""
    free = dict(enumerate(old))
    found: dict[int, int] = {}
    for place, words in enumerate(new):
        same = next((number for number, other in free.items() if other == words), None)
        if same is not None:
            found[place] = same
            del free[same]
    for place, words in enumerate(new):
        if place in found or not free:
            continue
        best, ratio = max(((number, _alike(other, words)) for number, other in free.items()), key=lambda one: one[1])
        if ratio >= _LIKE:
            found[place] = best
            del free[best]
    return found


def _alike(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other, autojunk=False).ratio()


def alone(words: str) -> bool:
    """Tell whether a paragraph is nothing but the place of a quote, a figure, a picture or the demands."""
    return _ALONE.fullmatch(words.strip()) is not None


def state(source: Segment, translation: Mapping[str, Segment]) -> State:
    """Say how the translation of one segment stands. No words, or a mere place, need no translation.

    A translation whose source has no words any more is stale: it would say what the source does not.
    """
    made = translation.get(source["key"])
    if not source["words"].strip():
        return "stale" if made is not None and made["words"].strip() else "done"
    if alone(source["words"]):
        return "done"
    if made is None or not made["words"].strip():
        return "missing"
    return "done" if made.get("of") == word_digest(source["words"]) else "stale"


def stale(source: Sequence[Segment], translation: Sequence[Segment]) -> list[str]:
    """Give the keys of what is missing or was made from other words."""
    by_key = {one["key"]: one for one in translation}
    return [one["key"] for one in source if state(one, by_key) != "done"]

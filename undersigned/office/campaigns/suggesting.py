"""What a translation begins with: names as they are in the source, and the usual consents. Nothing of it is saved
before a translator has seen it in the form, and nothing is approved but by a reviewer."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from typing import Literal, NamedTuple

from undersigned.office.campaigns.segments import Segment

__all__ = ["Suggestion", "consents", "suggested"]

#: Kinds of parts that hold a name: of who calls, of who is asked, of whom the press asks
#: and where, of whose the picture is, of a place, of an office.
_NAMES = frozenset(
    {
        "organiser",
        "addressee",
        "contact",
        "dateline",
        "photo.credit",
        "photo.place",
        "credit",
        "attribution",
        "organisation",
    }
)
_LINK = re.compile(r"\s*(?:https?://\S+|<https?://[^>\s]+>)\s*")  # a paragraph that is nothing else


class Suggestion(NamedTuple):
    """Words that a part of a translation can begin with, and where they are from."""

    words: str
    kind: Literal["name", "consent"]


@lru_cache(maxsize=1)
def _usual() -> Mapping[str, Mapping[str, str]]:
    return tomllib.loads((resources.files(__package__) / "consents.toml").read_text("utf-8"))


def consents(language: str) -> dict[str, str]:
    """Give the usual words of both consents in a language of petitions.

    Signatures are deleted after a year, unless data protection sets another time (`keep_months`).
    """
    return {f"consent.{purpose}": words for purpose, words in _usual()[language].items()}


def suggested(part: Segment, source: str, language: str) -> Suggestion | None:
    """Give what a part of a translation into `language` can begin with; None where only a translator knows.

    A consent that is not the usual one of the language `source` has no usual translation: it says something else.
    """
    key, words = part["key"], part["words"]
    if not words.strip():
        return None
    if key in _NAMES or key.partition(".")[0] in _NAMES or _LINK.fullmatch(words):
        return Suggestion(words, "name")
    if words.strip() == consents(source).get(key):
        return Suggestion(consents(language)[key], "consent")
    return None

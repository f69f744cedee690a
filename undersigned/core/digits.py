"""By which digits a campaign's pages write numbers and dates, language by language. Pure."""

from __future__ import annotations

from typing import Literal, TypeAlias, cast

from msgspec import UNSET, UnsetType

from undersigned.core.countries import LANGUAGES
from undersigned.core.sheet import Part, nearest, quoted

__all__ = ["CHOICES", "Chosen", "Digits", "digits", "written"]

#: "default" as CLDR says for the language; "latn" 0 to 9; "native" those of the language's own script.
Digits: TypeAlias = Literal["default", "latn", "native"]
CHOICES: tuple[Digits, ...] = ("latn", "native", "default")

#: language -> its digits, where they were chosen; unset where nothing was, so that such a card has no byte more.
Chosen: TypeAlias = dict[str, Digits] | UnsetType


def digits(top: Part) -> Chosen:
    """Read the table `[digits]` of a campaign, noting mistakes; "default" is as if the language were not named."""
    if "digits" not in top.values:
        return UNSET
    part = top.part("digits")
    part.only(LANGUAGES)
    found: dict[str, Digits] = {}
    for language, choice in part.values.items():
        if choice not in CHOICES:
            remedy = nearest(str(choice), CHOICES) or f"Write one of: {', '.join(CHOICES)}."
            part.fault(language, f"“{choice}” is no choice of digits.", remedy)
        elif choice != "default":
            found[language] = cast(Digits, choice)
    return found or UNSET


def written(chosen: dict[str, Digits]) -> str:
    """Give the table as it is written into `campaign.toml`; `digits` reads the same again."""
    return "\n".join(["[digits]", *(f"{language} = {quoted(choice)}" for language, choice in sorted(chosen.items()))])

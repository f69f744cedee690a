"""What is asked, of whom and by when, and how a campaign's goals were moved: the tables of its file that say so."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Literal, cast

import msgspec
from msgspec.structs import replace

from undersigned.core.countries import COUNTRIES
from undersigned.core.sheet import Part

__all__ = [
    "CONTACT", "INTERNATIONAL", "KINDS", "Addressee", "Demand", "GoalChange", "addressees", "check_id",
    "demands", "goal_changes",
]  # fmt: skip

KINDS = ("person", "office", "body")
_REASON = 600  # characters of a reason
INTERNATIONAL = "international"  #: jurisdiction of a body of several countries
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
CONTACT = re.compile(r"https://[^\s<>\"]+|[^\s@<>\"]+@[^\s@<>\"]+\.[^\s@<>\"]+")


class Demand(msgspec.Struct, frozen=True):
    """One thing that is asked, and of whom; the words stand in each `Text`."""

    id: str
    addressees: tuple[str, ...]
    deadline: str = ""  # day, YYYY-MM-DD, by which it is asked; "" for none


class Addressee(msgspec.Struct, frozen=True):
    """One of those called on; the name stands in each `Text`."""

    id: str
    kind: Literal["person", "office", "body"]
    jurisdiction: str = ""  # a code of core.countries, `international`, or ""
    contact: str = ""  # address of a page (https), or an e-mail address; public


class GoalChange(msgspec.Struct, frozen=True):
    """That the milestones were changed after they had been released, and why."""

    at: int  # seconds since 1970
    before: tuple[int, ...]
    after: tuple[int, ...]
    reason: str  # in the campaign's first language
    reasons: dict[str, str] = {}  # language -> the same in that one


def check_id(part: Part, key: str, value: str, whose: str) -> None:
    """Complain of what cannot be an id."""
    if value and not _ID.fullmatch(value):
        remedy = "Use 1 to 40 small letters, digits and hyphens, such as “reading-room”."
        part.fault(key, f"“{value}” cannot be the id of {whose}.", remedy)


def demands(top: Part) -> tuple[Demand, ...]:
    """Read every `[[demand]]`."""
    found: list[Demand] = []
    for part in top.parts("demand"):
        part.only(("id", "addressees", "deadline"))
        asked, name = part.words("addressees", required=True), part.text("id")
        for one in asked:
            check_id(part, "addressees", one, "an addressee")
        check_id(part, "id", name, "a demand")
        if name and name in [demand.id for demand in found]:
            part.fault("id", f"Two demands have the id “{name}”.", "Give each its own.")
        found.append(Demand(name, asked, part.day("deadline")))
    if not found and "demand" not in top.values:
        top.fault("", "There is no demand.", "Add [[demand]] with an id and its addressees.")
    return tuple(found)


def addressees(top: Part, known: Sequence[Demand]) -> tuple[Addressee, ...]:
    """Read every `[[addressee]]`; one without a table of its own is only a name."""
    found: list[Addressee] = []
    for part in top.parts("addressee"):
        part.only(("id", "kind", "jurisdiction", "contact"))
        name = part.text("id")
        if name and name not in {one for demand in known for one in demand.addressees}:
            part.fault("id", f"Nothing is asked of “{name}”.", "Name it in “addressees” of a demand.")
        if name and name in [one.id for one in found]:
            part.fault("id", f"“{name}” is described twice.", "Keep one of the two.")
        found.append(_addressee(part, name))
    return tuple(found)


def _addressee(part: Part, name: str) -> Addressee:
    kind, place, contact = (str(part.values.get(key, "")) for key in ("kind", "jurisdiction", "contact"))
    if kind not in KINDS:
        part.fault("kind", "“kind” is missing or not known.", f"Write one of: {', '.join(KINDS)}.")
    if place and place != INTERNATIONAL and place not in COUNTRIES:
        remedy = f"Write a code of two letters, such as “KE”, or “{INTERNATIONAL}”."
        part.fault("jurisdiction", f"“{place}” is no country or territory.", remedy)
    if contact and (len(contact) > 300 or not CONTACT.fullmatch(contact)):
        remedy = "Write the address of a public page (https://…), or a public e-mail address."
        part.fault("contact", "“contact” is no address.", remedy)
    return Addressee(name, cast(Literal["person", "office", "body"], kind), place, contact)


def goal_changes(
    top: Part,
    milestones: tuple[int, ...],
    before: Sequence[GoalChange],
    released: tuple[int, ...] | None,
    languages: Sequence[str],
) -> tuple[GoalChange, ...]:
    """Read every `[[goal_change]]`: a goal that was released never moves without one, and none is ever taken back.

    `before` are those that were released, and `released` the milestones; None for a campaign that is new. The
    translations of a reason may change or be added later.
    """
    found = []
    for part in top.parts("goal_change"):
        part.only(("at", "before", "after", "reason", "reasons"))
        facts = part.moment("at"), part.numbers("before"), part.numbers("after")
        found.append(GoalChange(*facts, part.text("reason", _REASON), _reasons(part, languages)))
    if [replace(one, reasons={}) for one in found[: len(before)]] != [replace(one, reasons={}) for one in before]:
        top.fault("goal_change", "A change of a goal that was published is missing.", "Put it back as it was.")
    new = found[len(before) :]
    last = released
    for one in new:
        last = one.after if last is None or one.before == last else last
    if released is not None and last != milestones:
        what = "The milestones are others than those that were released."
        remedy = "Add [[goal_change]] with at, before, after and reason. It is shown on the page."
        top.fault("milestones", what, remedy)
    return tuple(found)


def _reasons(part: Part, languages: Sequence[str]) -> dict[str, str]:
    """Read the translations of a reason; who reads another language sees it in the campaign's first."""
    found = part.values.get("reasons", {})
    if not isinstance(found, dict) or not all(isinstance(one, str) for one in found.values()):
        part.fault(
            "reasons", "“reasons” holds no sentences.", 'Add lines like reasons.fr = "…", one for each language.'
        )
        return {}
    for language, words in found.items():
        if language not in languages[1:]:
            remedy = f"Its other languages are: {', '.join(languages[1:])}. The first one's words are “reason”."
            part.fault("reasons", f"“{language}” is none of the campaign's other languages.", remedy)
        if len(words) > _REASON:
            part.fault("reasons", f"The reason in “{language}” is too long.", f"Use {_REASON} characters at most.")
    return {language: words.strip() for language, words in found.items() if words.strip()}

"""What those addressed have answered to each demand, with its source, and what is overdue. Pure.

The file `answers.toml` of a campaign's folder holds them (docs/campaigns.md). It is no part of the text that people
sign: an answer changes no text version. An answer is never edited, only followed by another one; the last one stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Literal, TypeAlias, cast

import msgspec

from undersigned.core.demands import Demand
from undersigned.core.sheet import Fault, Part, Sheet, nearest, quoted

__all__ = ["FILE", "STATUSES", "Answer", "Position", "positions", "read", "written"]

FILE = "answers.toml"
STATUSES = ("refused", "promised", "met")
Status: TypeAlias = Literal["refused", "promised", "met"]

_KEYS = ("demand", "addressee", "status", "on", "organisation", "title", "address", "published", "words")


class Answer(msgspec.Struct, frozen=True):
    """What one of those addressed answered to one demand, and who says so."""

    demand: str
    addressee: str
    status: Status
    on: str  # YYYY-MM-DD
    words: dict[str, str]  # language -> the answer in a sentence
    organisation: str  # the source
    title: str
    address: str  # of the source; https
    published: str = ""  # YYYY-MM-DD


class Position(msgspec.Struct, frozen=True):
    """Where one of those addressed stands to one demand at a day."""

    demand: str
    addressee: str
    answers: tuple[Answer, ...]  # the last one stands
    deadline: str  # YYYY-MM-DD, or ""
    overdue: int  # days since the deadline without any answer; 0 where there is one, or time

    @property
    def status(self) -> str:
        """`none`, or the status of the last answer."""
        return self.answers[-1].status if self.answers else "none"


def positions(demands: Sequence[Demand], answers: Sequence[Answer], today: str) -> tuple[Position, ...]:
    """Give the position of everybody addressed to every demand at the day `today` (YYYY-MM-DD)."""
    return tuple(_position(demand, who, answers, today) for demand in demands for who in demand.addressees)


def _position(demand: Demand, who: str, answers: Sequence[Answer], today: str) -> Position:
    given = tuple(one for one in answers if (one.demand, one.addressee) == (demand.id, who))
    asked = demand.deadline if not given else ""
    late = (date.fromisoformat(today) - date.fromisoformat(asked)).days if asked else 0
    return Position(demand.id, who, given, demand.deadline, max(0, late))


def read(source: str, demands: Sequence[Demand], languages: Sequence[str]) -> tuple[Answer, ...] | tuple[Fault, ...]:
    """Read `answers.toml` in the order of the days, or give every mistake in it."""
    sheet = Sheet(FILE, source)
    sheet.top.only(("answer",))
    asked = {demand.id: demand.addressees for demand in demands}
    given = [_answer(part, asked, languages) for part in sheet.top.parts("answer")]
    return tuple(sheet.faults) if sheet.faults else tuple(sorted(given, key=lambda one: one.on))


def _answer(part: Part, asked: Mapping[str, Sequence[str]], languages: Sequence[str]) -> Answer:
    part.only(_KEYS)
    demand = _known(part, "demand", tuple(asked))
    status = _known(part, "status", STATUSES)
    address = part.text("address", 500)
    if address and not address.startswith("https://"):
        part.fault("address", "The address of the source does not begin with https://.", "Write the whole address.")
    day = part.day("on")
    if not day:
        part.fault("on", "“on” is missing: the day of the answer.", "Add a line like on = 2026-12-01, without quotes.")
    return Answer(
        demand=demand,
        addressee=_known(part, "addressee", tuple(asked.get(demand, ()))),
        status=cast(Status, status),
        on=day,
        words=_words(part, languages),
        organisation=part.text("organisation"),
        title=part.text("title", 300),
        address=address,
        published=part.day("published"),
    )


def _known(part: Part, key: str, known: Sequence[str]) -> str:
    value = part.text(key)
    if value and value not in known:
        part.fault(key, f"“{value}” is none here.", nearest(value, known) or f"Known are: {', '.join(known)}.")
    return value


def _words(part: Part, languages: Sequence[str]) -> dict[str, str]:
    """Read the sentence in each language; one language at the least, and the others see it in that one."""
    found = part.values.get("words")
    if not isinstance(found, dict) or not found or not all(isinstance(words, str) for words in found.values()):
        remedy = f'Add a line like words.{languages[0] if languages else "en"} = "…", one for each language.'
        part.fault("words", "The answer is not told in any language.", remedy)
        return {}
    for language in found:
        if language not in languages:
            part.fault("words", f"The campaign has no “{language}”.", f"Its languages are: {', '.join(languages)}.")
    return {language: words.strip() for language, words in found.items() if words.strip()}


def written(answers: Sequence[Answer]) -> str:
    """Give `answers.toml`; `read` gives the same again."""
    lines: list[str] = []
    for one in answers:
        lines += ["[[answer]]"]
        lines += [f"{key} = {quoted(getattr(one, key))}" for key in ("demand", "addressee", "status")]
        lines += [f"on = {one.on}"]
        lines += [f"{key} = {quoted(getattr(one, key))}" for key in ("organisation", "title", "address")]
        lines += [f"published = {one.published}"] if one.published else []
        lines += [f"words.{quoted(language)} = {quoted(words)}" for language, words in sorted(one.words.items())]
        lines += [""]
    return "\n".join(lines)

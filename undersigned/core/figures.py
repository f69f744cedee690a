"""A number as it is stated in public: with its qualifier, its day, its place and its source, and never too large.

A figure is never edited, only superseded by another. What a figure claims is a set of numbers (`bounds`); whatever
is derived from it may claim less, never more (`implies`). Two figures of another day, place or definition are neither
compared nor added. Fields follow Every Casualty's Standards (2016) and SDMX's CL_OBS_STATUS.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Literal, TypeAlias, get_args

import msgspec

from undersigned.core.counts import Counts

__all__ = [
    "QUALIFIERS", "STATUSES", "Checkpoint", "Differs", "Figure", "Qualifier", "Source", "Status", "add", "bounds",
    "compare", "faults", "holds", "implies", "own", "passed", "snapshot", "stated", "traceable",
]  # fmt: skip

Qualifier: TypeAlias = Literal[
    "exact", "at_least", "more_than", "at_most", "fewer_than", "about", "between", "none_known"
]
Status: TypeAlias = Literal["verified", "reported", "estimated", "provisional"]

QUALIFIERS: tuple[Qualifier, ...] = get_args(Qualifier)
STATUSES: tuple[Status, ...] = get_args(Status)

_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MONTH = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2]))?")


class Differs(ValueError):
    """Two figures cannot be compared or added. `code` says why: figure-as-of, figure-place or figure-definition."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Source(msgspec.Struct, frozen=True, kw_only=True):
    """Who says so, and where it can be read."""

    organisation: str
    title: str = ""
    address: str = ""  # URL
    published: str = ""  # YYYY, YYYY-MM or YYYY-MM-DD
    page: str = ""  # page or table


class Checkpoint(msgspec.Struct, frozen=True):
    """The place in the public log at which a figure of our own was counted."""

    campaign: str
    size: int  # tree size
    root: str  # base64 of the 32-byte root


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure. Words (`label` … `attribution`) are in one language; an edition puts its own in their place."""

    id: str
    measure: str  # a short key of what is counted and how ("people-killed"): the definition
    qualifier: Qualifier
    value: Decimal | None = None  # all but `between` and `none_known`
    least: Decimal | None = None  # `between` only, both ends included
    most: Decimal | None = None
    status: Status = "reported"
    as_of: str  # YYYY[-MM[-DD]], an RFC 3339 time in UTC, or two of them with a slash between
    place: str = ""  # a code of `core.countries`, or words; "" where it has none
    source: Source
    retrieved: str = ""  # YYYY-MM-DD
    archived: str = ""  # SHA-256 of the archived copy, hexadecimal
    attribution_required: bool = False
    checked_by: str = ""
    supersedes: str = ""  # id of the figure whose place this one takes
    checkpoint: Checkpoint | None = None  # of our own counts only
    label: str = ""
    unit: str = ""
    population: str = ""
    method: str = ""
    caveat: str = ""
    attribution: str = ""  # "according to …"


def bounds(figure: Figure) -> tuple[Decimal, bool, Decimal, bool]:
    """Give what a figure claims as an interval: (low, low included, high, high included).

    `about` claims its number's surroundings: from half to twice; `none_known` claims zero or more.
    """
    low, high, value = Decimal(0), Decimal("Infinity"), figure.value or Decimal(0)
    match figure.qualifier:
        case "exact":
            return value, True, value, True
        case "at_least":
            return value, True, high, False
        case "more_than":
            return value, False, high, False
        case "at_most":
            return low, True, value, True
        case "fewer_than":
            return low, True, value, False
        case "about":
            return value / 2, True, value * 2, True
        case "between":
            return figure.least or low, True, figure.most or low, True
        case "none_known":
            return low, True, high, False


def holds(figure: Figure, actual: Decimal | int) -> bool:
    """Tell whether the figure is true where the number really is `actual`."""
    low, low_in, high, high_in = bounds(figure)
    return (actual >= low if low_in else actual > low) and (actual <= high if high_in else actual < high)


def implies(known: Figure, said: Figure) -> bool:
    """Tell whether `said` claims nothing that `known` does not: every number that fits the one fits the other."""
    if "about" in (known.qualifier, said.qualifier) or "none_known" in (known.qualifier, said.qualifier):
        return (known.qualifier, known.value) == (said.qualifier, said.value)
    low, low_in, high, high_in = bounds(known)
    other_low, other_low_in, other_high, other_high_in = bounds(said)
    above = low > other_low or (low == other_low and (other_low_in or not low_in))
    below = high < other_high or (high == other_high and (other_high_in or not high_in))
    return above and below


def compare(one: Figure, other: Figure) -> int | None:
    """Say whether the first is surely smaller (-1), equal (0) or larger (1); None where neither can be said.

    Raises:
        Differs: they are of another day, place or definition.
    """
    _same(one, other)
    low, low_in, high, high_in = bounds(one)
    other_low, other_low_in, other_high, other_high_in = bounds(other)
    if "exact" == one.qualifier == other.qualifier and one.value == other.value:
        return 0
    if high < other_low or (high == other_low and not (high_in and other_low_in)):
        return -1
    if low > other_high or (low == other_high and not (low_in and other_high_in)):
        return 1
    return None


def add(figures: Sequence[Figure], name: str) -> Figure:
    """Add figures of one day, place and definition; the sum claims no more than they do together.

    Raises:
        Differs: they are of another day, place or definition; or `about` or `none_known` is among them, or the
            directions are mixed ("at least" and "at most"), of which there is no sum: figure-definition.
    """
    first = figures[0]
    for other in figures[1:]:
        _same(first, other)
    kinds = {figure.qualifier for figure in figures}
    total = sum((figure.value or Decimal(0) for figure in figures), Decimal(0))
    if kinds <= {"exact", "at_least", "more_than"}:
        qualifier: Qualifier = "exact" if kinds == {"exact"} else "more_than" if "more_than" in kinds else "at_least"
        return _sum(first, name, qualifier=qualifier, value=total)
    if kinds <= {"exact", "at_most", "fewer_than"}:
        return _sum(first, name, qualifier="fewer_than" if "fewer_than" in kinds else "at_most", value=total)
    if kinds <= {"exact", "between"}:
        ends = [bounds(figure) for figure in figures]
        least, most = sum((one[0] for one in ends), Decimal(0)), sum((one[2] for one in ends), Decimal(0))
        return _sum(first, name, qualifier="between", value=None, least=least, most=most)
    raise Differs("figure-definition")


def _sum(first: Figure, name: str, **claim: object) -> Figure:
    return msgspec.structs.replace(first, id=name, archived="", checked_by="", supersedes="", checkpoint=None, **claim)


def _same(one: Figure, other: Figure) -> None:
    if one.as_of != other.as_of:
        raise Differs("figure-as-of")
    if one.place != other.place:
        raise Differs("figure-place")
    if (one.measure, one.unit, one.population) != (other.measure, other.unit, other.population):
        raise Differs("figure-definition")


def own(counts: Counts, measure: Literal["standing", "collected"], at: str, url: str) -> Figure:
    """Freeze a count of the petition itself at its checkpoint; `at` is the checkpoint's time as an RFC 3339 time."""
    number: int = getattr(counts, measure)
    kept = Checkpoint(counts.campaign, counts.size, counts.root)
    return Figure(
        id=measure, measure=f"signatures-{measure}", qualifier="exact", value=Decimal(number), status="verified",
        as_of=at, source=Source(organisation="", address=f"{url}{snapshot(kept)}"),
        checkpoint=kept,
    )  # fmt: skip


def snapshot(kept: Checkpoint) -> str:
    """Give the path of the count that stays at its address for ever, where one was kept at that checkpoint."""
    return f"/c/{kept.campaign}/at/{kept.size}.json"


def stated(figure: Figure, digits: int) -> Figure:
    """State an exact whole figure with that many leading digits, rounded down, never up.

    1,023,456 with one digit is "more than 1,000,000"; 1,000,000 is itself.

    Raises:
        ValueError: the figure is not exact and whole, or `digits` is not positive.
    """
    if figure.qualifier != "exact" or figure.value is None or figure.value != int(figure.value) or digits < 1:
        raise ValueError("only an exact whole figure is rounded, to at least one digit")
    step: int = 10 ** max(len(str(int(figure.value))) - digits, 0)
    value = Decimal(int(figure.value) // step * step)
    qualifier: Qualifier = "more_than" if value < figure.value else "exact"
    return msgspec.structs.replace(figure, qualifier=qualifier, value=value)


def passed(actual: Decimal, milestone: Decimal) -> tuple[Qualifier, Decimal]:
    """Say of a count that has reached a milestone: more than it, or it exactly.

    Raises:
        ValueError: the count is below the milestone.
    """
    if actual < milestone:
        raise ValueError("a milestone that is not reached is not stated")
    return ("more_than" if actual > milestone else "exact"), milestone


def faults(figure: Figure) -> list[tuple[str, str, str]]:
    """Give what is wrong with a figure: (field, what, remedy) of each."""
    found = _claim_faults(figure)
    if not _ID.fullmatch(figure.id):
        found.append(("id", "This cannot be the id of a figure.", "Use 1 to 40 small letters, digits and hyphens."))
    if not _ID.fullmatch(figure.measure):
        remedy = "Name what is counted with small letters, digits and hyphens, such as “people-killed”."
        found.append(("measure", "It is not said what is counted.", remedy))
    if not figure.source.organisation and figure.checkpoint is None:
        found.append(("organisation", "The figure has no source.", "Name the organisation that published it."))
    if not all(map(_is_date, figure.as_of.split("/"))) or figure.as_of.count("/") > 1:
        remedy = "Write a day (2026-11-01), a month, a year, or two of them with a slash between."
        found.append(("as_of", "It is not said when the figure was true.", remedy))
    for field, value in (("published", figure.source.published), ("retrieved", figure.retrieved)):
        if value and not _is_date(value):
            found.append((field, f"“{field}” is not a date.", "Write it like 2026-11-01."))
    if figure.archived and not _SHA256.fullmatch(figure.archived):
        found.append(("archived", "This is not a SHA-256.", "Write the 64 hexadecimal digits of the archived copy."))
    return found


def traceable(figure: Figure) -> bool:
    """Tell whether a reader can look it up: our own count, or a source with a title or address, and with a day.

    It is no fault: what was released before this was asked stays valid.
    """
    source = figure.source
    return figure.checkpoint is not None or bool(
        source.organisation and (source.title or source.address) and (source.published or figure.retrieved)
    )


def _claim_faults(figure: Figure) -> list[tuple[str, str, str]]:
    """Look at qualifier and numbers together."""
    ends = (figure.least, figure.most)
    if figure.qualifier == "between":
        if figure.value is not None or None in ends:
            return [("qualifier", "“between” needs two ends.", "Write “least” and “most”, and no “value”.")]
        if not Decimal(0) <= (figure.least or Decimal(0)) < (figure.most or Decimal(0)):
            return [("most", "“most” is not above “least”.", "Write the smaller number as “least”.")]
        return []
    if ends != (None, None):
        return [("qualifier", "Only “between” has two ends.", "Write “value” instead of “least” and “most”.")]
    if figure.qualifier == "none_known":
        return [("value", "“none_known” has no number.", "Leave “value” out.")] if figure.value is not None else []
    if figure.value is None or not figure.value.is_finite() or figure.value < 0:
        return [("value", "The number is missing.", "Write “value” as a number from 0 on.")]
    return []


def _is_date(text: str) -> bool:
    try:
        if len(text) > 10:
            return datetime.fromisoformat(text).tzinfo is not None
        return bool(_MONTH.fullmatch(text)) or bool(date.fromisoformat(text))
    except ValueError:
        return False

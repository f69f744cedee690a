"""Vigils, handovers, stalls and meetings of a campaign: what is said of each in public. Pure.

The file `gatherings.toml` of a campaign's folder holds them (docs/campaigns.md). Nobody signs up here and nobody is
listed (ADR 0031). A place that is only told on request stands in no file of the server. Zones are those of the IANA.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from typing import Literal, TypeAlias, cast
from zoneinfo import ZoneInfo, available_timezones

import msgspec

from undersigned.core import figures
from undersigned.core.figures import Figure, Qualifier, Source, Status
from undersigned.core.sheet import Fault, Part, Sheet, nearest, quoted

__all__ = ["FILE", "KINDS", "Gathering", "Kind", "attended", "ordered", "read", "written"]

FILE = "gatherings.toml"
Kind: TypeAlias = Literal["vigil", "handover", "stall", "meeting"]
KINDS: tuple[Kind, ...] = ("vigil", "handover", "stall", "meeting")

_ON_REQUEST = "organiser"
_ID = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_KEYS = (
    "id", "kind", "starts", "ends", "zone", "title", "note", "place", "place_told", "contact", "announced", "changed",
    "called_off", "attendance",
)  # fmt: skip


class Gathering(msgspec.Struct, frozen=True):
    """One gathering. Times in seconds since 1970; words by language."""

    id: str
    kind: Kind
    starts: int
    ends: int
    zone: str  # IANA name: the gathering's own clock
    title: dict[str, str]
    contact: str  # the organiser's address or telephone number, for the public
    announced: int
    changed: int  # when it was last changed; not before `announced`
    note: dict[str, str] = {}
    place: dict[str, str] = {}  # empty: the organiser tells it on request
    called_off: dict[str, str] = {}  # the reason; empty where it takes place
    attendance: Figure | None = None  # how many came, and who says so


class _Attendance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The fields of a figure that are written of an attendance."""

    qualifier: Qualifier
    organisation: str
    title: str = ""
    address: str = ""
    value: int | None = None
    least: int | None = None
    most: int | None = None
    status: Status = "reported"


def ordered(gatherings: Sequence[Gathering], now: int) -> tuple[tuple[Gathering, ...], tuple[Gathering, ...]]:
    """Give those to come at `now` (seconds since 1970), the next first, and those that are over, the last first."""
    coming = [one for one in gatherings if one.ends > now]
    over = [one for one in gatherings if one.ends <= now]
    return (
        tuple(sorted(coming, key=lambda one: (one.starts, one.id))),
        tuple(sorted(over, key=lambda one: (-one.starts, one.id))),
    )


def read(source: str, languages: Sequence[str]) -> tuple[Gathering, ...] | tuple[Fault, ...]:
    """Read `gatherings.toml`, in the order of the hours, or give every mistake in it."""
    sheet = Sheet(FILE, source)
    sheet.top.only(("gathering",))
    found: list[Gathering] = []
    for part in sheet.top.parts("gathering"):
        one = _gathering(part, languages)
        if one.id in [other.id for other in found]:
            part.fault("id", f"There are two gatherings “{one.id}”.", "Give each an id of its own.")
        found.append(one)
    return tuple(sheet.faults) if sheet.faults else tuple(sorted(found, key=lambda one: (one.starts, one.id)))


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())  # some ten milliseconds of walking through folders


def _gathering(part: Part, languages: Sequence[str]) -> Gathering:
    part.only(_KEYS)
    zone = _known(part, "zone", _zones())
    starts, ends = _hour(part, "starts", zone), _hour(part, "ends", zone)
    announced = part.moment("announced")
    changed = part.moment("changed") if "changed" in part.values else announced
    if starts and ends and ends <= starts:
        part.fault("ends", "It ends before it starts.", "Let “ends” be later than “starts”.")
    if changed < announced:
        part.fault("changed", "It was changed before it was announced.", "Write when it was last changed, or nothing.")
    return Gathering(
        id=_id(part),
        kind=cast(Kind, _known(part, "kind", KINDS)),
        starts=starts,
        ends=ends,
        zone=zone,
        title=_words(part, "title", languages, required=True),
        contact=part.text("contact", 254),
        announced=announced,
        changed=changed,
        note=_words(part, "note", languages),
        place=_place(part, languages),
        called_off=_words(part, "called_off", languages),
        attendance=_attendance(part, starts, zone),
    )


def _id(part: Part) -> str:
    value = part.text("id", 40)
    if value and not _ID.fullmatch(value):
        part.fault("id", f"“{value}” cannot be an id.", "Use 1 to 40 small letters, digits and hyphens.")
    return value


def _known(part: Part, key: str, known: Sequence[str] | frozenset[str]) -> str:
    value = part.text(key)
    if value and value not in known:
        example = "Africa/Nairobi" if len(known) > len(KINDS) else ", ".join(known)
        part.fault(key, f"“{value}” is no {key}.", nearest(value, list(known)) or f"Write it like: {example}.")
        return ""
    return value


def _hour(part: Part, key: str, zone: str) -> int:
    """Read a time, whose offset has to be the one of the zone at that hour: summer time is easily got wrong."""
    seconds, written = part.moment(key), part.values.get(key)
    if not seconds or not zone or not isinstance(written, datetime):
        return seconds
    there = datetime.fromtimestamp(seconds, ZoneInfo(zone))
    if written.utcoffset() not in (there.utcoffset(), timedelta()):
        what = f"“{key}” has not the offset of {zone} at that hour."
        part.fault(key, what, f"Is it {there.replace(tzinfo=None).isoformat()} there? Write {there.isoformat()}.")
    return seconds


def _place(part: Part, languages: Sequence[str]) -> dict[str, str]:
    told, public = part.values.get("place_told"), "place" in part.values
    if told is not None and told != _ON_REQUEST:
        part.fault("place_told", "“place_told” is not known.", f'Write place_told = "{_ON_REQUEST}", or leave it out.')
    if (told is not None) == public:
        what = "The place is told on request, and stands here." if public else "The place is not told at all."
        remedy = f'Write either place.<language> = "…", or place_told = "{_ON_REQUEST}" and no place.'
        part.fault("place" if public else "", what, remedy)
    return _words(part, "place", languages)


def _words(part: Part, key: str, languages: Sequence[str], required: bool = False) -> dict[str, str]:
    """Read words by language; one language at the least where they are there, the others see them in that one."""
    found = part.values.get(key, {})
    example = f'{key}.{languages[0] if languages else "en"} = "…"'
    if not isinstance(found, dict) or not all(isinstance(one, str) and one.strip() for one in found.values()):
        part.fault(key, f"“{key}” is not told by language.", f"Write lines like {example}.")
        return {}
    if not found and required:
        part.fault(key, f"“{key}” is missing.", f"Add a line like {example}, one for each language.")
    for language in found:
        if language not in languages:
            part.fault(key, f"The campaign has no “{language}”.", f"Its languages are: {', '.join(languages)}.")
    return {language: " ".join(one.split()) for language, one in found.items()}


def _attendance(part: Part, starts: int, zone: str) -> Figure | None:
    found = part.values.get("attendance")
    if found is None:
        return None
    try:
        given = msgspec.convert(found, _Attendance)
    except msgspec.ValidationError as error:
        remedy = 'Write attendance = { qualifier = "about", value = 300, organisation = "…" }.'
        part.fault("attendance", f"This is no figure: {error}.", remedy)
        return None
    numbers = (given.value, given.least, given.most)
    figure = attended(given.qualifier, numbers, _source(given), _day(starts, zone), given.status)
    for _, what, remedy in figures.faults(figure):
        part.fault("attendance", what, remedy)
    if given.address and not given.address.startswith("https://"):
        part.fault("attendance", "The address of the source does not begin with https://.", "Write the whole address.")
    return figure


def attended(
    qualifier: Qualifier,
    numbers: tuple[int | None, int | None, int | None],
    who: Source,
    day: str,
    status: Status = "reported",
) -> Figure:
    """Give the figure of those who came on that day: value, least and most, as far as the qualifier has them."""
    value, least, most = (None if one is None else Decimal(one) for one in numbers)
    return Figure(
        id="attendance", measure="people-present", qualifier=qualifier, value=value, least=least, most=most,
        status=status, as_of=day, source=who,
    )  # fmt: skip


def _source(given: _Attendance) -> Source:
    return Source(organisation=given.organisation, title=given.title, address=given.address)


def _day(starts: int, zone: str) -> str:
    return datetime.fromtimestamp(starts, ZoneInfo(zone)).date().isoformat() if zone else date.min.isoformat()


def written(gatherings: Sequence[Gathering]) -> str:
    """Give `gatherings.toml`; `read` gives the same again."""
    lines: list[str] = []
    for one in gatherings:
        lines += ["[[gathering]]"]
        lines += [f"{key} = {quoted(getattr(one, key))}" for key in ("id", "kind", "zone", "contact")]
        lines += [f"{key} = {_time(getattr(one, key), one.zone)}" for key in ("starts", "ends")]
        lines += [f"{key} = {_time(getattr(one, key), 'UTC')}" for key in ("announced", "changed")]
        for key in ("title", "note", "place", "called_off"):
            lines += [f"{key}.{quoted(lang)} = {quoted(words)}" for lang, words in sorted(getattr(one, key).items())]
        lines += [] if one.place else [f'place_told = "{_ON_REQUEST}"']
        lines += [_written_attendance(one.attendance)] if one.attendance else []
        lines += [""]
    return "\n".join(lines)


def _written_attendance(figure: Figure) -> str:
    numbers = {"value": figure.value, "least": figure.least, "most": figure.most}
    pairs = [f"qualifier = {quoted(figure.qualifier)}"]
    pairs += [f"{key} = {int(number)}" for key, number in numbers.items() if number is not None]
    pairs += [f"status = {quoted(figure.status)}"]
    pairs += [f"{key} = {quoted(getattr(figure.source, key))}" for key in ("organisation", "title", "address")]
    return f"attendance = {{ {', '.join(pairs)} }}"


def _time(seconds: int, zone: str) -> str:
    return datetime.fromtimestamp(seconds, ZoneInfo(zone)).isoformat()

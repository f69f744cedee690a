"""The example's statement: released at the checkpoint at which the count reaches its milestone, and not before.

Words, picture and quoted figures come with the program; our own figures are put in here, from the count of that
checkpoint, so that nothing about the simulation is typed by hand.
"""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from decimal import Decimal
from importlib import resources
from pathlib import Path

from undersigned.assemble.places import Places
from undersigned.core.counts import Counts
from undersigned.core.figures import passed

__all__ = ["MILESTONE", "release"]

MILESTONE = 1_000_000  #: signatures at which the statement is made
_SLUG = "a-million"
_CHECKER = "the program of this simulation"
_ZONES = ("Asia/Gaza", "Asia/Jerusalem", "America/New_York")


def release(folder: Path, counts: Counts, milestone: int = MILESTONE) -> bool:
    """Write the statement into a data folder where `counts` stand at the milestone; give whether it was written.

    Every figure is that of `counts`, at its checkpoint. What was released is never written again.
    """
    target = Places(folder).statements / counts.campaign / _SLUG
    if counts.standing < milestone or target.exists():
        return False
    draft = target.with_name(f".{_SLUG}")
    shutil.rmtree(draft, ignore_errors=True)
    source = resources.files("undersigned") / "examples" / "statements" / counts.campaign / _SLUG
    with resources.as_file(source) as example:
        shutil.copytree(example, draft)
    facts = draft / "1" / "facts.toml"
    first = "\n[[figure]]"  # our own figures stand before those that are quoted
    words = facts.read_text("utf-8").replace(first, _figures(counts, milestone) + first, 1)
    words = words.replace('checked = "DAY"', f'checked = "{_moment(counts.as_of)[:10]}"')
    facts.write_text(words, "utf-8")
    (draft / "record.toml").write_text(_record(counts), "utf-8")
    draft.rename(target)
    return True


def _record(counts: Counts) -> str:
    at = _moment(counts.as_of)
    zones = ", ".join(f'"{zone}"' for zone in _ZONES)
    return (
        f'campaign = "{counts.campaign}"\nstatement = "{_SLUG}"\nembargo = {at}\nzones = [{zones}]\n\n'
        f"[[version]]\nnumber = 1\nreleased = {at}\n"
    )


def _figures(counts: Counts, milestone: int) -> str:
    qualifier, value = passed(Decimal(counts.standing), Decimal(milestone))
    named = sum(len(code) == 2 and code != "ZZ" for code in counts.countries)  # others are told in groups only
    return (
        _figure(counts, "signatures", "signatures-standing", qualifier, int(value))
        + _figure(counts, "standing", "signatures-standing", "exact", counts.standing)
        + _figure(counts, "places", "places-of-signatures", "at_least", named)
    )


def _figure(counts: Counts, name: str, measure: str, qualifier: str, value: int) -> str:
    return (
        f'\n[[figure]]\nid = "{name}"\nmeasure = "{measure}"\nqualifier = "{qualifier}"\nvalue = {value}\n'
        f'status = "verified"\nas_of = "{_moment(counts.as_of)}"\n'
        f'log = "{counts.campaign}"\nsize = {counts.size}\nroot = "{counts.root}"\nchecked_by = "{_CHECKER}"\n'
    )


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

"""Holds what is published beside a log against the recount."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from hashlib import sha256

from undersigned.audit.fetch import Source
from undersigned.audit.published import LARGEST, Claim
from undersigned.audit.report import Check
from undersigned.audit.walk import Snapshot
from undersigned.core.strict import to_base64url

__all__ = ["compare", "compare_texts"]

_NAME = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
_NUMBERS = {"standing": "standing", "collected": "collected", "withdrawn": "withdrawn", "struck": "struck out"}


def compare(claims: Iterable[Claim], seen: Mapping[int, Snapshot], whole: Snapshot) -> list[Check]:
    """Compare every claim with the recount at the line that it names; one check a file."""
    known = list(claims)
    usual = next((claim.size for claim in known if claim.size is not None), whole.size)
    checks = [_check(claim, usual, seen, whole) for claim in known]
    checks += [check for claim in known for check in _milestones(claim, seen)]
    times = {(claim.size, claim.as_of) for claim in known if claim.as_of is not None}
    if len({size for size, _ in times}) < len(times):
        checks.append(Check("as-of", "bad", "The published files give different times to the same count."))
    return checks


def _check(claim: Claim, usual: int, seen: Mapping[int, Snapshot], whole: Snapshot) -> Check:
    size = usual if claim.size is None else claim.size
    found = seen.get(size)
    fault = claim.broken or _fault(claim, size, found, whole.size)
    if fault or found is None:
        return Check(claim.file, "bad", f"{claim.file} does not agree with the log: {fault}.")
    if claim.file.endswith("-metadata.json"):
        return Check(claim.file, "ok", f"{claim.file} names this log.")
    return Check(claim.file, "ok", f"{claim.file} agrees with the recount at line {size:,}.")


def _fault(claim: Claim, size: int, found: Snapshot | None, lines: int) -> str:
    """Say in what a claim differs from the recount, or ""."""
    if found is None:
        return f"it speaks of {size:,} lines and the signed log has {lines:,} (if it grows, try again in a minute)"
    if claim.root is not None and claim.root != found.root:
        return f"it names another root for {size:,} lines"
    for name, number in claim.numbers.items():
        if getattr(found, name) != number:
            return f"it says {number:,} {_NUMBERS[name]}, the recount gives {getattr(found, name):,}"
    return _countries(claim, found) or _days(claim, found) or _time(claim, found)


def _milestones(claim: Claim, seen: Mapping[int, Snapshot]) -> list[Check]:
    """A milestone is true where at least so many stood at the line that it names."""
    checks = []
    for number, size in claim.milestones:
        found = seen.get(size)
        if found is None or found.standing < number:
            words = f"{claim.file} says that {number:,} stood at line {size:,}, which the recount does not bear out."
            checks.append(Check("milestone", "bad", words))
    return checks


def _countries(claim: Claim, found: Snapshot) -> str:
    if claim.countries is None:
        return ""
    for code in sorted({*claim.countries, *found.countries}):
        said, right = claim.countries.get(code, 0), found.countries.get(code, 0)
        if said != right:
            return f"it says {said:,} for {code}, the recount gives {right:,}"
    return "" if 0 not in claim.countries.values() else "it has a row for a country with no signature released"


def _days(claim: Claim, found: Snapshot) -> str:
    if claim.days is None:
        return ""
    standing, rows = 0, []
    for day in found.days:
        standing += day.collected - day.withdrawn - day.struck + day.reinstated
        rows.append((day.day, day.collected, day.withdrawn, day.struck, day.reinstated, standing))
    if len(claim.days) != len(rows):
        return f"it has {len(claim.days):,} days, the log {len(rows):,}"
    wrong = next((right for said, right in zip(claim.days, rows, strict=True) if said != right), None)
    return "" if wrong is None else f"its row of {wrong[0]} differs from the recount {wrong[1:]}"


def _time(claim: Claim, found: Snapshot) -> str:
    """A count cannot have been taken before the last day that its own lines have begun."""
    if claim.as_of is None or not found.days or claim.as_of[:10] >= found.days[-1].day:
        return ""
    return f"it says that it was taken at {claim.as_of}, before the last day in its lines"


def compare_texts(site: Source, campaign: str, claims: Iterable[Claim], whole: Snapshot) -> list[Check]:
    """Check that the texts shown for signature are the ones that the log names.

    Raises:
        Unreadable: a text is too large or the place cannot be reached.
    """
    checks = []
    for claim in claims:
        if claim.texts is not None and dict(claim.texts) != dict(whole.texts):
            words = (
                "The page offers another text for signature than the log names (if it is new, try again in a minute)."
            )
            checks.append(Check("texts", "bad", words))
    files = {
        name: f"c/{campaign}/{name}/text/{digest}.md"
        for name, digest in whole.texts.items()
        if _NAME.fullmatch(name) and _DIGEST.fullmatch(digest)
    }
    found = {name: site.get(path, LARGEST) for name, path in files.items()}
    wrong = [n for n, data in found.items() if data is not None and _digest(data) != whole.texts[n]]
    if wrong:
        checks.append(Check("texts", "bad", f"The published text differs from the one in the log: {', '.join(wrong)}."))
    elif any(data is not None for data in found.values()):
        held = sum(data is not None for data in found.values())
        checks.append(Check("texts", "ok", f"The texts signed are the ones that the log names ({held} languages)."))
    return checks


def _digest(data: bytes) -> str:
    return to_base64url(sha256(data).digest())

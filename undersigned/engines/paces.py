"""How many forms of each domain came within the last two hours, held in memory beside a ledger.

Made anew at start from its rows, and changed only behind a commit, so that a batch that was not written counts nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from undersigned.core.established import is_established
from undersigned.core.events import DomainNamed, Signed
from undersigned.core.velocity import Cohort, Pace, counted

__all__ = ["SINCE", "Paces"]

SINCE = 2 * 3600  #: seconds before the newest event whose rows are counted at start
_NONE = Pace()


class Paces:
    """The paces of all campaigns."""

    def __init__(self, named: Iterable[tuple[str, bytes, str]], forms: Iterable[tuple[str, bytes, int, int]]) -> None:
        """Take the named cohorts (campaign, cohort, domain), and how many forms (campaign, cohort, hour, number)."""
        self._named: set[Cohort] = set()
        self._paces: dict[Cohort, Pace] = {}
        self._hour = 0
        for campaign, cohort, domain in named:
            self._name(campaign, bytes(cohort), domain)
        for campaign, cohort, hour, number in sorted(forms, key=lambda one: one[2]):
            self._count((campaign, bytes(cohort)), hour * 3600, number)

    def known(self, wanted: frozenset[Cohort]) -> Mapping[Cohort, Pace]:
        """Give the paces of cohorts that may be doubted: named before and met lately, or named in this batch."""
        found = {one: self._paces[one] for one in self._named if one in self._paces}
        return found | {one: self._paces.get(one, _NONE) for one in wanted}

    def remember(self, entered: Iterable[Signed], named: Iterable[DomainNamed]) -> None:
        """Follow a commit."""
        for one in named:
            self._name(one.campaign, one.cohort, one.domain)
        for signed in entered:
            if signed.cohort:
                self._count((signed.campaign, signed.cohort), signed.at, 1)

    def _name(self, campaign: str, cohort: bytes, domain: str) -> None:
        if not is_established(domain):
            self._named.add((campaign, cohort))

    def _count(self, cohort: Cohort, at: int, number: int) -> None:
        if at // 3600 > self._hour:
            self._hour = at // 3600
            self._paces = {key: pace for key, pace in self._paces.items() if pace.hour >= self._hour - 1}
        self._paces[cohort] = counted(self._paces.get(cohort, _NONE), at, number)

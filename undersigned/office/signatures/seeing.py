"""What a moderator sees: groups, and the dry count of a selection. Fewer than k of a domain or link are one line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager

import msgspec
from django.utils.translation import gettext as _
from msgspec.structs import replace

from undersigned.assemble import stores
from undersigned.assemble.needs import ReviewReader
from undersigned.core.review import ALWAYS, By, Chosen, Group, Selection
from undersigned.core.status import State
from undersigned.office.campaigns.models import Campaign
from undersigned.office.project.installed import installation
from undersigned.office.signatures.words import STATES, bucket, reason

__all__ = ["MOST", "K", "Seen", "counted", "few", "narrowed", "reading", "shown", "until"]

K = 10  #: signatures that share a domain or a link before anything is said of it
MOST = 100_000  #: signatures of one act
_WIDTH = {"hour": 3600, "minute": 60}


class Seen(msgspec.Struct, frozen=True):
    """One line of the queue. `narrow`: the fields that choose the group; empty where it may not be chosen."""

    words: str
    total: int
    states: Sequence[tuple[str, int]]
    narrow: Mapping[str, str]


@contextmanager
def reading() -> Iterator[ReviewReader]:
    """Open the ledger for one page."""
    reader = stores.review(installation())
    try:
        yield reader
    finally:
        reader.close()


def smallest(campaign: Campaign) -> int:
    """Give how many have to share a domain or a link in this campaign."""
    return max(K, campaign.smallest_group)


def shown(reader: ReviewReader, campaign: Campaign, selection: Selection, by: By, limit: int) -> Sequence[Seen]:
    """Give the groups of a selection as lines, the largest first; small ones of a domain or link as one line."""
    groups = reader.groups(selection, by, limit)
    private = by in ("cohort", "source") or bool(selection.cohort or selection.source)
    k = smallest(campaign) if private else 1
    domains = reader.domains(campaign.name) if by == "cohort" else {}
    large = [group for group in groups if group.total >= k]
    lines = [_seen(group, by, domains, number) for number, group in enumerate(large, start=1)]
    small = [group for group in groups if group.total < k]
    if small:
        words = _("Groups of fewer than %(k)s each: %(n)s") % {"n": len(small), "k": k}
        lines.append(Seen(words, sum(group.total for group in small), counted_states(small), {}))
    return lines


def counted(chosen: Sequence[Chosen]) -> Sequence[tuple[str, int]]:
    """Give how many signatures are in which state, in words."""
    states: dict[State, int] = {}
    for one in chosen:
        states[one.state] = states.get(one.state, 0) + 1
    return _in_words(states)


def counted_states(groups: Sequence[Group]) -> Sequence[tuple[str, int]]:
    """Give how many signatures of these groups are in which state, in words."""
    states: dict[State, int] = {}
    for group in groups:
        for state, number in group.states.items():
            states[state] = states.get(state, 0) + number
    return _in_words(states)


def few(campaign: Campaign, selection: Selection, chosen: Sequence[Chosen]) -> bool:
    """Tell whether a selection by domain or link holds too few to say anything of it."""
    return bool(selection.cohort or selection.source) and len(chosen) < smallest(campaign)


def narrowed(selection: Selection, domains: Mapping[bytes, str]) -> Sequence[tuple[str, str]]:
    """Give what the signatures of a selection share, as (field, words)."""
    found = [("reason", reason(selection.reason))] if selection.reason else []
    if selection.cohort:
        found.append(("cohort", domains.get(selection.cohort, _("a domain not named yet"))))
    if selection.source:
        found.append(("source", selection.source))
    if selection.since:
        found.append(("since", _("signed from %(moment)s on") % {"moment": bucket(selection.since, 60)}))
    if selection.until != ALWAYS:
        found.append(("until", _("signed before %(moment)s") % {"moment": bucket(selection.until, 60)}))
    return found


def _in_words(states: Mapping[State, int]) -> Sequence[tuple[str, int]]:
    return [(str(STATES[state]), n) for state, n in sorted(states.items(), key=lambda item: -item[1])]


def _seen(group: Group, by: By, domains: Mapping[bytes, str], number: int) -> Seen:
    words = group.what
    narrow: dict[str, str] = {by: group.what}
    if by == "reason":
        words = reason(group.what) if group.what else _("No reason")
    elif by == "cohort":
        words = _cohort(group.what, domains, number)
    elif by == "source":
        words = group.what or _("No link or poster known")
    else:
        since = int(group.what)
        words, narrow = bucket(since, _WIDTH[by]), {"since": group.what, "until": str(since + _WIDTH[by])}
    return Seen(words, group.total, counted_states([group]), narrow if group.what else {})


def _cohort(what: str, domains: Mapping[bytes, str], number: int) -> str:
    if not what:
        return _("No domain known")
    return domains.get(bytes.fromhex(what)) or _("Domain %(number)s, not named yet") % {"number": number}


def until(selection: Selection, now: int) -> Selection:
    """End an open selection behind the present minute, so that what is acted on does not grow while it is read."""
    return selection if selection.until != ALWAYS else replace(selection, until=(now // 60 + 1) * 60)

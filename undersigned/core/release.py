"""Which `t` lines to write: countries are told only in groups of at least k.

Two promises hold after every line, withdrawals included:

* no line is smaller than k, up or down, so no line speaks of few people;
* all lines together never say more than what stands.

For the second one what was told must sometimes be taken back: when signatures that a code's lines cover no
longer stand, the code gets a negative line. It takes away what no longer stands and fills up to k with
standing ones, which wait to be told again. A code's sum is always 0 or at least k: a sum in between could
never be taken back in a line of at least k, and the second promise could come to a dead end.

A negative line is written when at least k covered signatures no longer stand, at a day's change when any
does not, and at any time when the second promise would break otherwise; then the code with most such is
chosen, the largest first, whoever it was that withdrew.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

import msgspec

__all__ = ["NOWHERE", "Release", "State", "plan"]

NOWHERE = "ZZ"
_DAY = 86_400


class State(msgspec.Struct, frozen=True):
    """One code and channel; the fields are those of `stages.tlog.needs.Group`."""

    geo: str
    channel: str
    live: int
    oldest: int
    released: int
    covered: int


class Release(msgspec.Struct, frozen=True):
    """One `t` line. `takes` says of which countries, where `n` is positive."""

    covers: str
    channel: str
    n: int
    takes: tuple[tuple[str, int], ...] = ()


class _Books:
    """What is told and what may still be told, kept while lines are planned."""

    def __init__(self, states: Sequence[State], leaving: int, k: int) -> None:
        self.k = k
        self.lines: list[Release] = []
        self.live = {(state.geo, state.channel): state.live for state in states if state.live}
        self.told = {(state.geo, state.channel): state.released for state in states if state.released}
        self.gone = dict.fromkeys(self.told, 0)
        self.gone.update(
            {(state.geo, state.channel): state.released - state.covered for state in states if state.released}
        )
        standing = sum(state.live + state.covered for state in states) - leaving
        self.room = standing - sum(self.told.values())
        """How many more may be told; below zero, how many must be taken back."""

    def take_back(self, key: tuple[str, str], wanted: int) -> None:
        """Write a negative line of at least `wanted` and k, leaving 0 or at least k.

        Only where k was raised since, less than the new k can be left to take back: then all of it goes.
        """
        n = max(wanted, self.k)
        if self.told[key] - n < self.k:
            n = self.told[key]
        self.lines.append(Release(key[0], key[1], -n))
        self.told[key] -= n
        self.gone[key] = max(0, self.gone[key] - n)
        self.room += n

    def tell(self, covers: str, channel: str, geos: Iterable[str]) -> None:
        """Write a positive line of these countries' uncovered signatures, as far as there is room."""
        waiting = [(geo, self.live.get((geo, channel), 0)) for geo in geos]
        n = min(sum(number for _, number in waiting), self.room)
        if n < self.k:
            return
        takes, rest = [], n
        for geo, number in waiting:
            if taken := min(number, rest):
                takes.append((geo, taken))
                self.live[geo, channel] -= taken
                rest -= taken
        self.lines.append(Release(covers, channel, n, tuple(takes)))
        self.room -= n


def plan(
    states: Sequence[State],
    *,
    leaving: int,
    k: int,
    regions: Mapping[str, str],
    now: int,
    new_day: bool,
    closed: bool,
) -> list[Release]:
    """Give the `t` lines of a batch, to stand before its `s`, `w`, `x` and `r` lines, in order.

    `states` is the ledger before the batch, `leaving` how many `w` and `x` lines the batch holds, `regions`
    the world region (three digits) of each country, `now` in seconds since 1970. World regions are told at a
    day's change, for countries whose uncovered signatures have waited longer than a day; `ZZ` once the
    campaign is closed. What then still does not reach k is not told at all.
    """
    books = _Books(states, leaving, k)
    _take_back(books, new_day)
    order = sorted(books.live)
    for geo, channel in order:
        books.tell(geo, channel, [geo])
    if new_day or closed:
        waited = [key for key in order if closed or _oldest(states, key) + _DAY <= now]
        for region, channel in sorted({(regions[geo], channel) for geo, channel in waited if geo in regions}):
            books.tell(region, channel, [g for g, c in waited if c == channel and regions.get(g) == region])
    if closed:
        for channel in sorted({channel for _, channel in order}):
            books.tell(NOWHERE, channel, [geo for geo, c in order if c == channel])
    return books.lines


def _oldest(states: Sequence[State], key: tuple[str, str]) -> int:
    return next(state.oldest for state in states if (state.geo, state.channel) == key)


def _take_back(books: _Books, new_day: bool) -> None:
    least = 1 if new_day else books.k
    for key in sorted(books.told):
        if books.gone[key] >= least:
            books.take_back(key, books.gone[key])
    while books.room < 0 and any(books.told.values()):
        key = max(sorted(books.told), key=lambda key: (books.gone[key], books.told[key]))
        books.take_back(key, min(-books.room, books.told[key]))

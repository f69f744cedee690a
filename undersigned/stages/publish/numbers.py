"""The page of numbers, and counts that keep their address for ever.

A snapshot is `c/<campaign>/at/<tree size>.json`: canonical JSON with its own format number, written once and never
replaced. One is kept for each milestone, and for the newest count at most once a minute, so that a month of signing
leaves some ten thousand small files, not a million. `at/index.json` names the last one of each day, those of the
milestones and the newest.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.pages import drawing, render
from undersigned.pages.marked import marks
from undersigned.pages.numbers import alone, drawings
from undersigned.pages.views import Site, Snapshot
from undersigned.stages.publish.data import NONE, indented, instant
from undersigned.stages.publish.needs import Folder

__all__ = ["Numbers", "snapshot_json"]

PAGE_EVERY = 5  # seconds between two writings of the page while the count moves
KEPT_EVERY = 60  # seconds between two snapshots
_FORMAT = 1


class _Listed(msgspec.Struct, frozen=True):
    size: int
    as_of: int  # seconds since 1970
    count: int
    root: str
    milestone: bool = False


def snapshot_json(counts: Counts, smallest_group: int, marks: Mapping[str, bool] = NONE) -> bytes:
    """Give the bytes of a snapshot; of a real petition they depend on nothing but the count at that checkpoint.

    `smallest_group` is k: countries are released in groups of at least so many. `marks` say that it is no real one.
    """
    facts: dict[str, Any] = {
        "format": _FORMAT,
        "campaign": counts.campaign,
        "count": counts.standing,
        "collected": counts.collected,
        "withdrawn": counts.withdrawn,
        "struck_out": counts.struck,
        "as_of": instant(counts.as_of),
        "checkpoint": {"size": counts.size, "root": counts.root},
        "countries": {"smallest_group": smallest_group, "released": dict(sorted(counts.countries.items()))},
        **marks,
    }
    return indented(facts)


class Numbers:
    """Keeps page and snapshots up with the count, at a pace. Used by the publisher alone."""

    def __init__(self, folder: Folder, site: Site, pictured: Callable[[str], frozenset[str]]) -> None:
        """Take where files are published, and the installation.

        `pictured` gives the languages of a campaign in which its drawings lie there as PNG.
        """
        self._pictured = pictured
        self._folder = folder
        self._site = site
        self._listed: dict[str, tuple[_Listed, ...]] = {}
        self._shown: dict[str, tuple[Card, Counts, int, frozenset[str]]] = {}

    def step(self, card: Card, counts: Counts, now: int) -> None:
        """Write what is due at `now`, in seconds since 1970."""
        kept = self._keep(card, counts, now)
        shown = self._shown.get(card.campaign)
        pictured = self._pictured(card.campaign)
        same = shown is not None and (*shown[:2], shown[3]) == (card, counts, pictured)
        soon = shown is not None and shown[0] == card and now < shown[2] + PAGE_EVERY
        if kept or not (same or soon):
            self._write(card, counts, pictured)
            self._shown[card.campaign] = (card, counts, now, pictured)

    def _keep(self, card: Card, counts: Counts, now: int) -> bool:
        listed = self._known(card.campaign)
        newest = listed[-1] if listed else None
        milestone = any(one.size == counts.size for one in counts.milestones)
        if newest is not None and (newest.size >= counts.size or (now < newest.as_of + KEPT_EVERY and not milestone)):
            return False
        data = snapshot_json(counts, card.k, marks(card, self._site))
        self._folder.keep(f"c/{card.campaign}/at/{counts.size}.json", data)
        fresh = _Listed(counts.size, counts.as_of, counts.standing, counts.root, milestone)
        self._listed[card.campaign] = _worth_naming((*listed, fresh))
        self._folder.put(f"c/{card.campaign}/at/index.json", self._index(card))
        return True

    def _known(self, campaign: str) -> tuple[_Listed, ...]:
        """Give what the index names, read back once after a start; damaged or absent, it begins anew."""
        if campaign not in self._listed:
            data = self._folder.get(f"c/{campaign}/at/index.json")
            self._listed[campaign] = _read(data) if data is not None else ()
        return self._listed[campaign]

    def _index(self, card: Card) -> bytes:
        rows = [
            {"href": f"{one.size}.json", "time": instant(one.as_of), **msgspec.structs.asdict(one)}
            for one in self._listed[card.campaign]
        ]
        facts = {"campaign": card.campaign, "snapshots": rows, **marks(card, self._site)}
        return indented(facts)

    def _write(self, card: Card, counts: Counts, pictured: frozenset[str]) -> None:
        listed = self._listed[card.campaign]
        newest = Snapshot(listed[-1].size, listed[-1].root, listed[-1].as_of, listed[-1].count) if listed else None
        tables = (f"c/{card.campaign}/data/{name}.parquet" for name in ("countries", "days"))
        parquet = all(self._folder.get(one) is not None for one in tables)
        for language in card.languages:
            base = f"c/{card.campaign}/{language}/numbers"
            drawn = drawings(card, language, counts, self._site)
            page = render.numbers(card, language, counts, self._site, drawn, newest, language in pictured, parquet)
            self._folder.put(f"{base}/index.html", page.encode())
            for name, one in zip(("curve", "countries"), alone(card, language, self._site, drawn), strict=True):
                self._folder.put(f"{base}/{name}.svg", drawing.whole(one))


def _worth_naming(listed: tuple[_Listed, ...]) -> tuple[_Listed, ...]:
    """Drop from the index what is neither a milestone nor the last of its day; the files themselves stay."""
    if len(listed) < 2 or listed[-2].milestone or listed[-2].as_of // 86_400 != listed[-1].as_of // 86_400:
        return listed
    return (*listed[:-2], listed[-1])


class _Index(msgspec.Struct):
    snapshots: tuple[_Listed, ...]


def _read(data: bytes) -> tuple[_Listed, ...]:
    try:
        return msgspec.json.decode(data, type=_Index).snapshots
    except msgspec.DecodeError:
        return ()

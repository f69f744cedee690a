"""The page of a campaign's gatherings, its calendar files, and its feed. Written again when one of them is over."""

from __future__ import annotations

from undersigned.core.campaign import Card
from undersigned.core.gatherings import ordered
from undersigned.pages import calendars, feeds
from undersigned.pages.gatherings import feed, gatherings
from undersigned.pages.views import Site
from undersigned.stages.publish.needs import Folder

__all__ = ["GatheringPages"]


class GatheringPages:
    """Keeps what is published of gatherings equal to cards and clock. Used by one process, the mill."""

    def __init__(self, folder: Folder, site: Site) -> None:
        """Take what is published where."""
        self._folder = folder
        self._site = site
        self._last: dict[str, tuple[Card, int]] = {}

    def step(self, card: Card, now: int) -> bool:
        """Write what changed of a campaign up to `now`, in seconds since 1970; True where anything did."""
        coming, over = ordered(card.gatherings, now)
        if self._last.get(card.campaign) == (card, len(over)):
            return False
        names = ["index.html", *(f"{one.id}.ics" for one in (*coming, *over))]
        for language in card.languages:
            base = f"c/{card.campaign}/{language}/gatherings"
            for one in (*coming, *over):
                self._folder.put(f"{base}/{one.id}.ics", calendars.calendar(card, [one], language, self._site))
            self._folder.put(f"{base}.ics", calendars.calendar(card, card.gatherings, language, self._site))
            self._folder.put(f"{base}.atom", feeds.atom(feed(card, language, self._site)))
            self._folder.put(f"{base}/index.html", gatherings(card, language, self._site, now).encode())
            self._folder.only(base, names)
        self._last[card.campaign] = (card, len(over))
        return True

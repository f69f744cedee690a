"""The drawings of the numbers as PNG, one language at a time, and seldom: they cost more than all else on the page.

How seldom is a matter of the machine's time, which goes on evenly even where days are simulated.
"""

from __future__ import annotations

from collections.abc import Callable

from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.pages.numbers import captioned
from undersigned.pages.views import Site
from undersigned.pages.words import LANGUAGES
from undersigned.stages.publish.needs import CardShelf, ChartPress, CountsShelf, Folder

__all__ = ["EVERY", "QUIET", "ChartPictures"]

EVERY = 300.0  #: seconds between two drawings of the same while the count moves
QUIET = 20.0  #: seconds after a start without any: the first pages come first
NAMES = ("curve.png", "countries.png")


class ChartPictures:
    """Keeps the pictures up with the count. Used by one process, the mill."""

    def __init__(
        self, folder: Folder, cards: CardShelf, counts: CountsShelf, site: Site, press: ChartPress,
        clock: Callable[[], float],
    ) -> None:  # fmt: skip
        """Take what is drawn where; `clock` gives seconds that go on evenly."""
        self._folder = folder
        self._cards = cards
        self._counts = counts
        self._site = site
        self._press = press
        self._clock = clock
        self._began = clock()
        self._drawn: dict[tuple[str, str], tuple[Card, Counts, float]] = {}
        self._there: dict[str, frozenset[str]] = {}

    def languages(self, campaign: str) -> frozenset[str]:
        """Give the languages in which the pictures of a campaign lie there."""
        if campaign not in self._there:
            found = (one for one in LANGUAGES if self._folder.get(f"{_base(campaign, one)}/{NAMES[0]}") is not None)
            self._there[campaign] = frozenset(found)
        return self._there[campaign]

    def step(self) -> bool:
        """Draw for the one campaign and language that waits longest; False where none is due."""
        now = self._clock()
        if now < self._began + QUIET:
            return False
        due: list[tuple[float, int, Card, Counts, str]] = []
        for card in self._cards.all():
            counts = self._counts.counts(card.campaign)
            if counts is None or not counts.collected:  # of nothing there is no picture
                continue
            for language in card.languages:
                before = self._drawn.get((card.campaign, language))
                if before is None or (before[:2] != (card, counts) and now >= before[2] + EVERY):
                    due.append((before[2] if before else -EVERY, len(due), card, counts, language))
        if not due:
            return False
        _, _, card, counts, language = min(due, key=lambda one: one[:2])
        self._draw(card, counts, language)
        self._drawn[(card.campaign, language)] = (card, counts, now)
        return True

    def _draw(self, card: Card, counts: Counts, language: str) -> None:
        base = _base(card.campaign, language)
        drawn = [self._press.chart(one, language) for one in captioned(card, language, counts, self._site)]
        made = {name: data for name, data in zip(NAMES, drawn, strict=True) if data is not None}
        there = self.languages(card.campaign)
        if len(made) < len(NAMES):  # both or none, so that the page leads nowhere in vain
            self._there[card.campaign] = there - {language}
            self._folder.only(base, ("index.html", "curve.svg", "countries.svg"))
            return
        for name, data in made.items():
            self._folder.put(f"{base}/{name}", data)
        self._there[card.campaign] = there | {language}


def _base(campaign: str, language: str) -> str:
    return f"c/{campaign}/{language}/numbers"

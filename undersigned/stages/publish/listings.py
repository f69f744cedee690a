"""Where statements are found: feeds of each campaign, each organisation and of all, the press pages, the sitemap.

All of them stand from the first day. Until its hour a statement changes no byte of any of them.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.core.statement import Record, Version, state, visible
from undersigned.pages import feeds, press
from undersigned.pages.feeds import Entry, Feed
from undersigned.pages.organisations import OrganisationPage, organisation_page, organisation_pages
from undersigned.pages.shown import Shown
from undersigned.pages.sitemap import Place, sitemap
from undersigned.pages.views import Site
from undersigned.pages.words import LANGUAGES, words
from undersigned.stages.publish.needs import CardShelf, CountsShelf, Folder, StatementShelf
from undersigned.stages.publish.seen import Seen

__all__ = ["Listings"]

_LISTED = "o/listed.json"  # which pages of organisations were written, so that one that is no more is taken away
_MOST = 50  # entries of a feed
_MINUTE = 60  # seconds for which the numbers on the press page stand


class Listings:
    """Keeps the lists equal to what can be seen. Used by one process, the mill."""

    def __init__(
        self, folder: Folder, cards: CardShelf, shelf: StatementShelf, counts: CountsShelf, site: Site
    ) -> None:
        """Take what is published where."""
        self._folder = folder
        self._cards = cards
        self._shelf = shelf
        self._counts = counts
        self._site = site
        self._seen = Seen()
        self._last: object = None
        self._pressed: object = None
        self._organised: dict[str, object] = {}

    def step(self, now: int) -> bool:
        """Write what changed since the last turn; True where anything of a statement did. Seconds since 1970."""
        cards = {card.campaign: card for card in self._cards.all()}
        seen = [
            filed.record
            for filed in self._shelf.statements()
            if filed.record.campaign in cards and self._seen.passed(filed.record, now)
        ]
        shown = (tuple(cards.values()), [(one, self._seen.passed(one, now)) for one in seen])
        changed = shown != self._last
        if changed:
            self._write_feeds(cards, seen, now)
            self._folder.put("sitemap.xml", sitemap(list(self._places(cards, seen, now))))
        self._write_press(cards, seen, now, shown if changed else self._last)
        self._last = shown
        return changed

    def _write_feeds(self, cards: dict[str, Card], seen: Sequence[Record], now: int) -> None:
        for card in cards.values():
            own = [record for record in seen if record.campaign == card.campaign]
            for language in self._languages(card, own, now):
                text = card.texts[card.language(language)]
                home = f"{self._site.url}/c/{card.campaign}/{text.language}/"
                title = f"{text.title}: {words(language).gettext('Statements')}"
                entries = self._entries(cards, own, language, now)
                self._put(f"c/{card.campaign}/{language}", home, title, language, card.opens, entries)
        since = min((card.opens for card in cards.values()), default=0)
        for language in LANGUAGES:
            home = f"{self._site.url}/press/{language}/"
            title = words(language).gettext("For the press")
            entries = self._entries(cards, seen, language, now)
            self._put(f"press/{language}", home, title, language, since, entries)
        pages = organisation_pages(list(cards.values()))
        for page in pages:
            self._write_organisation_feeds(page, seen, now)
        self._take_away([page.path(language) for page in pages for language in LANGUAGES])

    def _write_organisation_feeds(self, page: OrganisationPage, seen: Sequence[Record], now: int) -> None:
        cards = {card.campaign: card for card in page.cards}
        own, since = [record for record in seen if record.campaign in cards], min(card.opens for card in page.cards)
        for language in LANGUAGES:
            base = page.path(language)
            title = f"{page.name(language)[0]}: {words(language).gettext('Statements')}"
            entries = self._entries(cards, own, language, now)
            self._put(base, f"{self._site.url}/{base}/", title, language, since, entries)

    def _take_away(self, paths: Sequence[str]) -> None:
        """Remove the pages of organisations that no campaign belongs to any more; `paths` are those that stay."""
        for path in set(_read(self._folder.get(_LISTED))).difference(paths):
            self._folder.only(path, [])
            self._organised.pop(path, None)
        self._folder.put(_LISTED, msgspec.json.encode(paths))

    def _put(self, base: str, home: str, title: str, language: str, since: int, entries: Sequence[Entry]) -> None:
        address = f"{self._site.url}/{base}/statements.atom"
        feed = Feed(address, home, title, language, since, tuple(entries[:_MOST]))
        self._folder.put(f"{base}/statements.atom", feeds.atom(feed))
        self._folder.put(f"{base}/statements.json", feeds.json_feed(feed))

    def _entries(self, cards: dict[str, Card], seen: Sequence[Record], language: str, now: int) -> list[Entry]:
        """Give the entries in a language, the newest first; a statement that was not released in it has none."""
        found = []
        for record in seen:
            card = cards[record.campaign]
            if language not in self._latest(record, now).statement.editions:
                continue
            if self._withdrawn(record, now):
                found.append(feeds.gone(record, language, card, self._site))
            else:
                found.append(feeds.entry(self._shown(record, language, card, now)))
        return sorted(found, key=lambda one: (-one.published, one.address))

    def _shown(self, record: Record, language: str, card: Card, now: int) -> Shown:
        return Shown(record, self._latest(record, now), language, card, self._site, self._seen.time(record, now))

    def _latest(self, record: Record, now: int) -> Version:
        return visible(record, self._seen.time(record, now))[-1]

    def _withdrawn(self, record: Record, now: int) -> bool:
        return state(record, self._seen.time(record, now)) == "withdrawn"

    def _languages(self, card: Card, seen: Sequence[Record], now: int) -> Sequence[str]:
        """Give the languages of a campaign's feeds: its own, and those of the statements that can be seen."""
        more = (language for record in seen for language in self._latest(record, now).statement.languages)
        return list(dict.fromkeys((*card.languages, *more)))

    def _places(self, cards: dict[str, Card], seen: Sequence[Record], now: int) -> Sequence[Place]:
        places = [Place({one: f"{self._site.url}/press/{one}/" for one in LANGUAGES})]
        for page in organisation_pages(list(cards.values())):
            places.append(Place({one: f"{self._site.url}/{page.path(one)}/" for one in LANGUAGES}))
        for card in cards.values():
            places.append(Place({one: f"{self._site.url}/c/{card.campaign}/{one}/" for one in card.languages}))
        for record in seen:
            if not self._withdrawn(record, now):
                latest = self._latest(record, now).statement
                shown = self._shown(record, latest.languages[0], cards[record.campaign], now)
                places.append(Place({one: f"{shown.root}{one}/" for one in latest.languages}, shown.modified))
        return places

    def _write_press(self, cards: dict[str, Card], seen: Sequence[Record], now: int, shown: object) -> None:
        """Write the press page where a statement changed, or where its numbers are older than a minute and others."""
        if self._pressed == (shown, now // _MINUTE):
            return
        numbers = {name: self._counts.counts(name) for name in cards}
        counted = [(card, numbers[name]) for name, card in cards.items()]
        standing = [record for record in seen if not self._withdrawn(record, now)]
        pages = organisation_pages(list(cards.values()))
        for language in LANGUAGES:
            latest = [self._shown(record, language, cards[record.campaign], now) for record in standing]
            page = press.press(counted, latest, language, self._site, now)
            self._folder.put(f"press/{language}/index.html", page.encode())
            for one in pages:
                self._write_organisation(one, numbers, latest, language, now, shown)
        self._pressed = (shown, now // _MINUTE)

    def _write_organisation(
        self,
        one: OrganisationPage,
        counted: dict[str, Counts | None],
        latest: Sequence[Shown],
        language: str,
        now: int,
        shown: object,
    ) -> None:
        """Write the page of an organisation where anything of it changed."""
        counts = [counted[card.campaign] for card in one.cards]
        saying = (shown, counts, [card.opens <= now < card.closes for card in one.cards])
        if self._organised.get(one.path(language)) != saying:
            page = organisation_page(one, counts, latest, language, self._site, now)
            self._folder.put(f"{one.path(language)}/index.html", page.encode())
            self._organised[one.path(language)] = saying


def _read(data: bytes | None) -> list[str]:
    try:
        return msgspec.json.decode(data or b"[]", type=list[str])
    except msgspec.DecodeError:
        return []

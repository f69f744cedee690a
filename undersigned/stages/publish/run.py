"""Writes every public page and file. Files only, so that a CDN or a bare file server can carry the crowd."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import resources
from typing import Any, NamedTuple

from msgspec.structs import astuple

from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.core.delay import LetterDelay
from undersigned.core.delay import told as tell
from undersigned.core.photo import Rendition
from undersigned.core.problems import Problem
from undersigned.core.rules import state
from undersigned.pages import render, share, timeline
from undersigned.pages.fixed import fixed
from undersigned.pages.marked import marks, sentence
from undersigned.pages.timeline import Told
from undersigned.pages.views import Kept, Site
from undersigned.pages.words import words
from undersigned.stages.publish import data, views
from undersigned.stages.publish.gatherings import GatheringPages
from undersigned.stages.publish.needs import CardShelf, CountsShelf, Folder, Pictures, Tables
from undersigned.stages.publish.numbers import Numbers

__all__ = ["Publisher"]

_DAY = 86_400  # seconds


def _unknown(now: int) -> LetterDelay | None:
    return None


def _none(campaign: str, now: int) -> tuple[Told, ...]:
    return ()


class _Shown(NamedTuple):
    """What the page of a campaign says, and says it again only when one of these changes."""

    card: Card
    counts: Counts
    stopped: Problem | None  # why it takes no signatures
    day: int  # where an answer was asked for by a day, the day since 1970: a page counts the days it is overdue
    statements: tuple[Told, ...]


class _NoPictures:
    def get(self, campaign: str, rendition: Rendition) -> bytes | None:
        return None


class _NoTables:
    def parquet(self, table: bytes, columns: Sequence[Mapping[str, Any]], source: str) -> bytes | None:
        return None


class Publisher:
    """Keeps the published files equal to cards and counts. Used by one process, the mill."""

    def __init__(
        self,
        folder: Folder,
        cards: CardShelf,
        counts: CountsShelf,
        site: Site,
        kept: Sequence[Kept],
        letters: Callable[[int], LetterDelay | None] = _unknown,
        pictures: Pictures = _NoPictures(),  # noqa: B008 - it holds nothing
        statements: Callable[[str, int], tuple[Told, ...]] = _none,
        tables: Tables = _NoTables(),  # noqa: B008 - it holds nothing
        charts: Callable[[str], frozenset[str]] = lambda campaign: frozenset(),
    ) -> None:
        """Take what is published where; `kept` are the rows of "what is kept and who can read it".

        `letters` tells how long letters take at a time in seconds since 1970, `statements` which of a campaign
        can be seen at a time, and `charts` the languages of a campaign whose drawings lie there as PNG.
        """
        self._folder = folder
        self._cards = cards
        self._counts = counts
        self._site = site
        self._kept = kept
        self._last: dict[str, _Shown] = {}
        self._statements = statements
        self._fixed = False
        self._numbers = Numbers(folder, site, charts)
        self._gatherings = GatheringPages(folder, site)
        self._letters = letters
        self._pictures = pictures
        self._tables = tables
        self._delay: LetterDelay | None = None
        self._told: tuple[object, ...] = ()

    def step(self, now: int) -> list[str]:
        """Write what changed since the last turn; give the campaigns that were written.

        `now` is in seconds since 1970: a page has its form only while the petition is open.
        """
        if not self._fixed:
            self._write_fixed()
            self._fixed = True
        known = self._shown()
        written = [card.campaign for card in self._cards.all() if self._renew(card, now)]
        if written:
            self._write_lists(self._shown() != known)
        for shown in self._last.values():
            self._numbers.step(shown.card, shown.counts, now)
            self._gatherings.step(shown.card, now)
        self._tell(now)
        return written

    def _shown(self) -> dict[str, Card]:
        return {campaign: shown.card for campaign, shown in self._last.items()}

    def _tell(self, now: int) -> None:
        """Publish how long letters take, when that changes, and at most once a minute otherwise."""
        delay = self._letters(now)
        told = (*astuple(tell(delay, "")), delay.as_of // 60) if delay else ()
        if told == self._told:
            return
        self._told, self._delay = told, delay
        for shown in self._last.values():
            self._write_facts(shown)

    def _renew(self, card: Card, now: int) -> bool:
        """Write one campaign if anything of it changed; True where it did."""
        counts = self._counts.counts(card.campaign)
        if counts is None:
            return False
        day = now // _DAY if timeline.asked(card) else 0
        shown = _Shown(card, counts, state(card, now), day, self._statements(card.campaign, now))
        before = self._last.get(card.campaign)
        if before == shown:
            return False
        if before is None or before.card != card:
            self._write_texts(card)
        self._write(shown, now)
        self._last[card.campaign] = shown
        return True

    def _write_fixed(self) -> None:
        for name, content in fixed():
            self._folder.put(f"s/{name}", content)
        described = resources.files("undersigned.pages") / "openapi.json"
        self._folder.put("openapi.json", described.read_bytes())

    def _write_lists(self, cards_changed: bool) -> None:
        shown = [
            (self._last[card.campaign].card, self._last[card.campaign].counts)
            for card in self._cards.all()
            if card.campaign in self._last
        ]
        self._folder.put("petitions.json", views.list_json(shown, self._site))
        for language in render.LANGUAGES:
            self._folder.put(f"index.{language}.html", render.index(shown, language, self._site).encode())
            if not cards_changed:
                continue
            verify = render.verify([card for card, _ in shown], language, self._site)
            self._folder.put(f"verify/index.{language}.html", verify.encode())

    def _write_texts(self, card: Card) -> None:
        """Write what depends on the card alone, and not on the count."""
        base = f"c/{card.campaign}"
        self._write_pictures(card)
        for language in card.languages:
            kept = render.kept(card, language, self._site, self._kept)
            self._folder.put(f"{base}/{language}/kept/index.html", kept.encode())
            self._write_told(card, language)
            text = card.texts[language]
            self._folder.put(f"{base}/{language}/text/{text.hash}.md", text.source.encode())

    def _write_pictures(self, card: Card) -> None:
        """Write the pictures, and take away those of before: somebody shown may have taken their consent back."""
        folder = f"c/{card.campaign}/photo"
        renditions = card.photo.renditions if card.photo else ()
        for one in renditions:
            data = self._pictures.get(card.campaign, one)
            if data is not None:
                self._folder.put(f"{folder}/{one.name}", data)
        self._folder.only(folder, [one.name for one in renditions])

    def _write_told(self, card: Card, language: str) -> None:
        """Write what tells others of the petition: page, poster, sheet, and the QR code as files."""
        base = f"c/{card.campaign}/{language}"
        for name, make in (("share", render.share), ("poster", render.poster), ("sheet", render.sheet)):
            self._folder.put(f"{base}/{name}/index.html", make(card, language, self._site).encode())
        link = share.address(card, card.texts[language], self._site)
        for kind in ("svg", "png"):
            self._folder.put(f"{base}/share/qr.{kind}", share.qr_file(link, kind))

    def _write(self, shown: _Shown, now: int) -> None:
        """Write one campaign: pages before data, so that count.json never runs ahead of the page."""
        card, counts = shown.card, shown.counts
        base = f"c/{card.campaign}"
        for language in card.languages:
            page = render.petition(card, language, counts, self._site, now=now, statements=shown.statements)
            self._folder.put(f"{base}/{language}/index.html", page.encode())
            if card.embed:
                frame = render.framed(card, language, counts, self._site, now=now)
                self._folder.put(f"{base}/{language}/embed/index.html", frame.encode())
        self._write_data(base, shown)

    def _write_facts(self, shown: _Shown) -> None:
        card, said = shown.card, marks(shown.card, self._site)
        facts = data.facts_json(card, shown.counts, self._site.url, self._delay, shown.statements, said)
        self._folder.put(f"c/{shown.card.campaign}.json", facts)

    def _write_data(self, base: str, shown: _Shown) -> None:
        card, counts = shown.card, shown.counts
        mark = sentence(card, self._site, words("en"))
        tables = {
            "countries": data.countries_csv(counts, self._site.country_names),
            "days": data.days_csv(counts),
        }
        for name, table in tables.items():
            self._folder.put(f"{base}/{name}.csv", table)
            self._folder.put(f"{base}/{name}.csv-metadata.json", data.metadata(f"{name}.csv", counts, mark))
        parquet = self._write_parquet(base, counts, tables, mark)
        self._folder.put(f"{base}/datapackage.json", views.datapackage(card, counts, self._site, parquet))
        self._folder.put(f"{base}/petition.json", views.petition_json(card, counts, self._site))
        self._write_facts(shown)
        self._folder.put(f"{base}/count.json", data.count_json(counts, marks(card, self._site)))

    def _write_parquet(self, base: str, counts: Counts, tables: Mapping[str, bytes], mark: str) -> bool:
        """Write the tables as Parquet too; where that cannot be, leave none of before, and give False."""
        source = ". ".join(filter(None, (data.source(counts), mark)))
        made = {
            f"{name}.parquet": self._tables.parquet(table, data.columns(f"{name}.csv"), source)
            for name, table in tables.items()
        }
        whole = {name: written for name, written in made.items() if written is not None}
        for name, written in whole.items():
            self._folder.put(f"{base}/data/{name}", written)
        self._folder.only(f"{base}/data", whole)
        return len(whole) == len(made)

"""Publishes statements: nothing before their hour, then every language at once, and each version for ever.

Pages follow from record and time alone, so that a mill that was away at the hour writes them at its next turn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import combinations
from typing import Any

from undersigned.core.campaign import Card
from undersigned.core.figures import snapshot
from undersigned.core.statement import Record, State, Version, current, moments, state, visible
from undersigned.pages import statements
from undersigned.pages.cover import Cover
from undersigned.pages.shown import Shown
from undersigned.pages.statement_words import plain
from undersigned.pages.timeline import Told
from undersigned.pages.views import Site
from undersigned.pages.withdrawn import other_forms
from undersigned.stages.publish.forms import forms, on_paper, prepared
from undersigned.stages.publish.needs import CardShelf, Filed, Folder, Press, StatementShelf
from undersigned.stages.publish.seen import Seen

__all__ = ["StatementPublisher"]


class _NoPress:
    def draw(self, cover: Cover) -> bytes | None:
        return None

    def typeset(self, values: dict[str, Any], pictures: Mapping[str, bytes] | None = None) -> bytes | None:
        return None


def _unheard(record: Record, version: Version, now: int) -> None:
    """Tell nobody."""


class StatementPublisher:
    """Keeps the published statements equal to their records. Used by one process, the mill."""

    def __init__(
        self,
        folder: Folder,
        cards: CardShelf,
        shelf: StatementShelf,
        site: Site,
        press: Press = _NoPress(),  # noqa: B008 - it holds nothing
        stated: Callable[[Record, Version, int], None] = _unheard,
    ) -> None:
        """Take what is published where; `stated` is told of each version that can be seen now, at each start again."""
        self._stated = stated
        self._folder = folder
        self._cards = cards
        self._shelf = shelf
        self._site = site
        self._press = press
        self._seen = Seen()
        self._at = 0  # the time of the last turn
        self._last: dict[tuple[str, str], tuple[Record, Card, State, int, bool]] = {}

    def step(self, now: int) -> list[Record]:
        """Write what changed since the last turn, or whose hour has come; `now` in seconds since 1970."""
        self._at = now
        cards = {card.campaign: card for card in self._cards.all()}
        written = []
        for filed in self._shelf.statements():
            card = cards.get(filed.record.campaign)
            if card is not None and self._renew(filed, card, now):
                written.append(filed.record)
        return written

    def told(self, campaign: str, now: int) -> tuple[Told, ...]:
        """Give headline by language, address and hour of each statement of a campaign that stands at `now`.

        Never what the last turn did not publish, whatever the clock of who asks says.
        """
        found = []
        for (name, slug), (record, card, *_) in self._last.items():
            version = current(record, self._seen.time(record, min(now, self._at))) if name == campaign else None
            if version is not None:
                shown = version.statement
                headlines = {
                    language: plain(one.headline, shown, one, card.digits_of(language))
                    for language, one in shown.editions.items()
                }
                found.append(Told(headlines, f"/s/{campaign}/{slug}/", moments(record)[0]))
        return tuple(found)

    def public(self) -> frozenset[str]:
        """Give the statements that something was published of, as "<campaign>/<slug>"."""
        return frozenset(f"{campaign}/{slug}" for campaign, slug in self._last)

    def _renew(self, filed: Filed, card: Card, now: int) -> bool:
        record, at = filed.record, self._seen.time(filed.record, now)
        stands = state(record, at)
        shown = (record, card, stands, self._seen.passed(record, now), now < card.closes)
        key = (record.campaign, record.slug)
        if stands == "hidden" or self._last.get(key) == shown:
            return False
        if stands == "withdrawn":
            self._withdraw(record, card, at)
        else:
            self._write(filed, card, at)
        self._last[key] = shown
        return True

    def _write(self, filed: Filed, card: Card, now: int) -> None:
        """Write the permanent pages first, then the page of each language, one right after the other."""
        record, seen = filed.record, visible(filed.record, now)
        base, newest = _base(record), seen[-1].statement
        made: list[tuple[str, str]] = []
        self._show(filed, seen)
        latest = [self._latest(record, seen[-1], language, card, now) for language in newest.languages]
        kept = [self._kept(shown) for shown in latest] + [
            self._kept(self._shown(record, version, language, card, now))
            for version in seen[:-1]
            for language in version.statement.languages
        ]
        for shown in kept:
            made += self._forms(shown, f"{base}/{shown.language}/{shown.statement.number}")
        made += self._comparisons(record, card, now)
        for shown in latest:
            made += self._forms(shown, f"{base}/{shown.language}")
        for language, version in _left(seen).items():
            self._folder.only(f"{base}/{language}", ["index.html"])
            older = next(one for one in kept if (one.language, one.version) == (language, version))
            made.append((f"{base}/{language}/", statements.statement(older)))
        for path, html in made:
            self._folder.put(f"{path}index.html", html.encode())
        for version in seen:
            self._stated(record, version, now)

    def _shown(self, record: Record, version: Version, language: str, card: Card, now: int) -> Shown:
        own = {snapshot(one.checkpoint) for one in version.statement.figures if one.checkpoint}
        there = frozenset(path for path in own if self._folder.get(path[1:]) is not None)
        return Shown(record, version, language, card, self._site, now, snapshots=there)

    def _show(self, filed: Filed, seen: Sequence[Version]) -> None:
        """Write the pictures of every version that can be seen, and take away those that were taken out of it."""
        base, names = _base(filed.record), []
        for version in seen:
            for file in (file for photo in version.statement.photos for file in photo.files):
                names.append(f"{version.statement.number}-{file}")
                self._folder.put(f"{base}/{names[-1]}", filed.picture(version, file))
        self._folder.only(base, names)

    def _latest(self, record: Record, version: Version, language: str, card: Card, now: int) -> Shown:
        """Give what the newest version shows, its picture and PDF made; pictures with other words are taken away."""
        base = f"{_base(record)}/{language}"
        shown = self._shown(record, version, language, card, now)
        shown = prepared(shown, base, self._folder, self._press)
        kept = ["index.html", *(name for name, _ in forms(shown)), *([shown.image] if shown.image else [])]
        self._folder.only(base, [*kept, "statement.pdf"] if shown.paper else kept)
        return shown

    def _kept(self, shown: Shown) -> Shown:
        """Give what a version shows at its permanent address, its PDF made; what was there before is taken away."""
        base = f"{_base(shown.record)}/{shown.language}/{shown.statement.number}"
        twin = "" if shown.superseded else f"{_base(shown.record)}/{shown.language}"
        on = on_paper(shown, base, self._folder, self._press, twin)
        names = ["index.html", *(name for name, _ in forms(on))]
        self._folder.only(base, [*names, "statement.pdf"] if on.paper else names)
        return on

    def _forms(self, shown: Shown, base: str) -> list[tuple[str, str]]:
        """Write the other forms into that folder; give its page, which leads to them."""
        for name, data in forms(shown):
            self._folder.put(f"{base}/{name}", data)
        return [(f"{base}/", statements.statement(shown))]

    def _comparisons(self, record: Record, card: Card, now: int) -> list[tuple[str, str]]:
        """Compare any two versions that can be seen, in every language that both have."""
        return [
            (
                f"{_base(record)}/{language}/{one.statement.number}-{other.statement.number}/",
                statements.compare(record, one, other, language, card, self._site),
            )
            for one, other in combinations(visible(record, now), 2)
            for language in one.statement.languages
            if language in other.statement.editions
        ]

    def _withdraw(self, record: Record, card: Card, now: int) -> None:
        """Put the reason in the place of every page; the door answers with it, and 410, wherever `withdrawn` lies."""
        base, seen = _base(record), visible(record, now)
        languages = dict.fromkeys(language for version in seen for language in version.statement.languages)
        left = {
            f"withdrawn.{language}.{ending}": data
            for language in languages
            for ending, data in other_forms(record, language, card, self._site).items()
        }
        for name, data in left.items():
            self._folder.put(f"{base}/{name}", data)
        self._folder.only(base, [*left, *(f"withdrawn.{language}.html" for language in languages)])
        for language in languages:
            self._folder.only(f"{base}/{language}", ["index.html"])
            page = statements.withdrawn(record, language, card, self._site).encode()
            self._folder.put(f"{base}/withdrawn.{language}.html", page)
            pairs = combinations([version.statement.number for version in seen], 2)
            numbers = [f"{version.statement.number}/" for version in seen]
            for number in numbers:
                self._folder.only(f"{base}/{language}/{number}", ["index.html"])
            for part in ("", *numbers, *(f"{one}-{other}/" for one, other in pairs)):
                self._folder.put(f"{base}/{language}/{part}index.html", page)


def _left(seen: Sequence[Version]) -> dict[str, Version]:
    """Give the languages that the newest version does not have, each with the last one that had it."""
    last = {language: version for version in seen for language in version.statement.languages}
    return {language: version for language, version in last.items() if version is not seen[-1]}


def _base(record: Record) -> str:
    return f"s/{record.campaign}/{record.slug}"

"""The press page of an organisation, or of a section of it, at an address that stays: `/o/<organisation>/<lang>/`.

Which there are follows from the cards alone; what stands on them is what stands on the press page of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec
from msgspec.structs import replace

from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.core.organisation import Organisation
from undersigned.pages.press import newest_first, stand
from undersigned.pages.render import page
from undersigned.pages.shown import Shown
from undersigned.pages.views import Site
from undersigned.pages.words import ENDONYMS, LANGUAGES, words

__all__ = ["OrganisationPage", "organisation_page", "organisation_pages"]


class OrganisationPage(msgspec.Struct, frozen=True):
    """One page in all languages."""

    organisation: Organisation  # its section is "" on the page of the whole organisation
    cards: tuple[Card, ...]  # of the campaigns that stand there, the last opened first; one at the least
    sections: tuple[Organisation, ...] = ()  # those that have a page of their own, by name

    def path(self, language: str) -> str:
        """Give its path in a language, without a slash at either end."""
        base = f"o/{self.organisation.id}/{language}"
        return f"{base}/{self.organisation.section}" if self.organisation.section else base

    def name(self, language: str) -> tuple[str, str]:
        """Give its name and the language of that.

        A text says the name in its own language where the campaign's organiser is the organisation itself, or the
        section. Else the name is the one that it gives itself, in a language that nobody told: "".
        """
        known = self.organisation.section_name or self.organisation.name
        text = next((card.texts[card.language(language)] for card in self.cards if card.organiser == known), None)
        return (text.organiser, text.language) if text is not None else (known, "")


def organisation_pages(cards: Sequence[Card]) -> Sequence[OrganisationPage]:
    """Give the page of each organisation and, after it, those of its sections, by their ids."""
    ordered = sorted(cards, key=lambda card: (-card.opens, card.campaign))
    names = sorted({card.organisation.id for card in ordered if card.organisation})
    return [found for name in names for found in _pages(name, ordered)]


def _pages(name: str, ordered: Sequence[Card]) -> Iterator[OrganisationPage]:
    own = {card.campaign: card.organisation for card in ordered if card.organisation and card.organisation.id == name}
    cards = [card for card in ordered if card.campaign in own]
    newest = next(iter(own.values()))
    named = {one.section: replace(one, name=newest.name) for one in reversed(own.values()) if one.section}
    sections = sorted(named.values(), key=lambda one: (one.section_name, one.section))
    yield OrganisationPage(Organisation(name, newest.name), tuple(cards), tuple(sections))
    for one in sections:
        yield OrganisationPage(one, tuple(card for card in cards if own[card.campaign].section == one.section))


def organisation_page(
    shown: OrganisationPage,
    counts: Sequence[Counts | None],
    statements: Sequence[Shown],
    language: str,
    site: Site,
    now: int,
) -> str:
    """Give the page in a language; `counts` are those of its cards, in their order, `now` is in seconds since 1970.

    Of the statements only those of its campaigns are shown.
    """
    said = words(language)
    base, (name, spoken) = f"/{shown.path(language)}", shown.name(language)
    whole = OrganisationPage(Organisation(shown.organisation.id, shown.organisation.name), shown.cards)
    petitions = list(zip(shown.cards, counts, strict=True))
    return page(
        "organisation.html",
        said,
        site,
        switch=[
            {"language": one, "name": ENDONYMS[one], "href": f"/{shown.path(one)}/", "current": one == language}
            for one in LANGUAGES
        ],
        address=f"{site.url}{base}/",
        demonstration=all(card.demonstration for card in shown.cards),
        feed=f"{base}/statements.atom",
        json_feed=f"{base}/statements.json",
        above={"href": f"/{whole.path(language)}/", "name": shown.organisation.name} if whole.path("") != shown.path("")
        else None,
        sections=[
            {"href": f"{base}/{one.section}/", "name": one.section_name} for one in shown.sections
        ],
        one={
            **stand(petitions, newest_first(statements), language, site, now),
            "name": name,
            "language": spoken,
        },
    )  # fmt: skip

"""The page for the press: what was stated last, whom to ask, pictures to print, and the numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from undersigned.core.campaign import Card
from undersigned.core.counts import Counts
from undersigned.pages.figures import figures, moment
from undersigned.pages.render import page
from undersigned.pages.shown import Shown
from undersigned.pages.views import Site
from undersigned.pages.words import ENDONYMS, LANGUAGES, direction, words

__all__ = ["newest_first", "press", "stand"]

_STATEMENTS, _PHOTOS = 20, 12  # of each organisation, the newest


def press(
    petitions: Sequence[tuple[Card, Counts | None]], statements: Sequence[Shown], language: str, site: Site, now: int
) -> str:
    """Give the page in a language at `now`, in seconds since 1970."""
    said, newest = words(language), newest_first(statements)
    by_name: dict[tuple[str, str], list[tuple[Card, Counts | None]]] = {}
    for card, counts in petitions:
        name = ("o", card.organisation.id) if card.organisation else ("", card.organiser)
        by_name.setdefault(name, []).append((card, counts))
    return page(
        "press.html",
        said,
        site,
        switch=[
            {"language": one, "name": ENDONYMS[one], "href": f"/press/{one}/", "current": one == language}
            for one in LANGUAGES
        ],
        demonstration=bool(petitions) and all(card.demonstration for card, _ in petitions),
        feed=f"/press/{language}/statements.atom",
        json_feed=f"/press/{language}/statements.json",
        organisations=[stand(own, newest, language, site, now) for own in by_name.values()],
    )


def newest_first(statements: Sequence[Shown]) -> Sequence[Shown]:
    """Put statements in order; one that was not released in the language stands in its first."""
    return sorted((_in_own_language(one) for one in statements), key=lambda one: -one.published)


def _in_own_language(shown: Shown) -> Shown:
    return Shown(
        shown.record, shown.version, shown.edition.language, shown.card, shown.site, shown.now, shown.image, shown.paper
    )


def stand(
    petitions: Sequence[tuple[Card, Counts | None]], newest: Sequence[Shown], language: str, site: Site, now: int
) -> dict[str, Any]:
    """Give what stands of one organisation: `petitions` are its own, `newest` the statements of all."""
    campaigns = {card.campaign for card, _ in petitions}
    own = [one for one in newest if one.card.campaign in campaigns]
    first = petitions[0][0]
    text = first.texts[first.language(language)]
    return {
        "href": f"/o/{first.organisation.id}/{language}/" if first.organisation else "",
        "name": text.organiser,
        "language": text.language,
        "direction": direction(text.language),
        "contacts": list(dict.fromkeys(one.edition.contact for one in own if one.edition.contact)),
        "statements": [_statement(one) for one in own[:_STATEMENTS]],
        "photos": [row for one in own for row in _photos(one)][:_PHOTOS],
        "petitions": [_petition(card, counts, language, site, now) for card, counts in petitions],
    }


def _statement(shown: Shown) -> dict[str, Any]:
    return {
        "href": shown.address.removeprefix(shown.site.url),
        "headline": shown.headline,
        "summary": shown.summary,
        "language": shown.language,
        "direction": direction(shown.language),
        "at": moment(shown.published, shown.said),
        "corrected": len(shown.corrections) > 0,
    }


def _photos(shown: Shown) -> list[dict[str, Any]]:
    edition = shown.edition
    return [
        {
            "src": shown.photo(photo.file).removeprefix(shown.site.url), "photo": photo,
            "language": edition.language, "direction": direction(edition.language),
            "alt": edition.word("alts", photo.id), "caption": shown.plain(edition.word("captions", photo.id)),
            "credit": " · ".join(filter(None, (edition.word("credits", photo.id), photo.licence))),
        }
        for photo in shown.statement.photos
        if not edition.word("warnings", photo.id)
    ]  # fmt: skip


def _petition(card: Card, counts: Counts | None, language: str, site: Site, now: int) -> dict[str, Any]:
    text, said = card.texts[card.language(language)], words(language)
    return {
        "href": f"/c/{card.campaign}/{text.language}/",
        "closes": moment(card.closes, said),
        "closed": now >= card.closes,
        "open": card.opens <= now < card.closes and not card.paused,
        "title": text.title,
        "language": text.language,
        "direction": direction(text.language),
        "count": figures(counts, said, site.country_names) if counts else None,
    }

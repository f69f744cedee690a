"""Every page there is, in a language: for the promises that hold on all of them."""

from __future__ import annotations

from collections.abc import Mapping

import msgspec

from tests.core import statement_files
from tests.pages import gathered, sample
from undersigned.core import problems
from undersigned.core.campaign import Card
from undersigned.core.organisation import Organisation
from undersigned.core.rules import Refusal
from undersigned.pages import gatherings, organisations, press, render, statements
from undersigned.pages.numbers import drawings
from undersigned.pages.shown import Shown
from undersigned.pages.states import STATES
from undersigned.pages.views import Form, Site, Snapshot

__all__ = ["PERSONAL", "Received", "every_page", "pages_of_the_door", "refused"]

#: Pages that belong to one signer, or are shown to one.
PERSONAL = ("check-mail", "link-sent", "confirm", "withdraw", *(f"state-{state}" for state in STATES))


class Received(msgspec.Struct, frozen=True):
    """A letter in the mailbox, with the names of the Maildir's own."""

    id: str
    subject: str
    to: str
    date: str
    language: str
    body: str


def refused(**answers: str) -> Form:
    """Give a form refused for three reasons."""
    reasons = (
        Refusal("email", problems.EMAIL_MALFORMED),
        Refusal("country", problems.COUNTRY_MISSING),
        Refusal("consent", problems.CONSENT_MISSING),
    )
    return Form(answers, reasons)


def every_page(language: str, card: Card | None = None, site: Site = sample.SITE) -> Mapping[str, str]:
    """Give every page by name."""
    card = card or sample.card()
    held = msgspec.structs.replace(card, gatherings=gathered.card().gatherings)
    return {
        **pages_of_the_door(language, card, site),
        "gatherings": gatherings.gatherings(held, language, site, sample.AS_OF),
        "gatherings-none": gatherings.gatherings(card, language, site, sample.AS_OF),
        **_statements(language, card, site),
    }


def pages_of_the_door(language: str, card: Card | None = None, site: Site = sample.SITE) -> Mapping[str, str]:
    """Give the pages of `pages.render` by name: those that the door may have to write, and a few more."""
    card = card or sample.card()
    counts = sample.counts()
    letter = Received(
        "1", "Please confirm", "amal@example.org", "Tue, 24 Nov 2026", language, f"{site.url}/k/{sample.TOKEN}"
    )
    pages = {
        "petition": render.petition(card, language, counts, site),
        "petition-uncounted": render.petition(card, language, None, site),
        "petition-closed": render.petition(card, language, counts, site, now=card.closes),
        "petition-refused": render.petition(card, language, counts, site, refused(name="Amal")),
        "numbers": render.numbers(
            card,
            language,
            counts,
            site,
            drawings(card, language, counts, site),
            Snapshot(counts.size, counts.root, counts.as_of, 5),
        ),
        "framed": render.framed(card, language, counts, site),
        "framed-refused": render.framed(card, language, counts, site, refused(name="Amal")),
        "framed-check-mail": render.framed_check_mail(card, language, site),
        "share": render.share(card, language, site),
        "share-by-source": render.share(card, language, site, "k7mq"),
        "poster": render.poster(card, language, site),
        "sheet": render.sheet(card, language, site),
        "index": render.index([(card, counts)], language, site),
        "check-mail": render.check_mail(card, language, site),
        "link": render.ask_link(card, language, site),
        "link-refused": render.ask_link(card, language, site, Form({"email": "amal"}, refused().refusals[:1])),
        "link-sent": render.link_sent(card, language, site),
        "confirm": render.confirm(card, sample.TOKEN, language, site),
        "withdraw": render.withdraw(card, sample.TOKEN, language, site),
        "kept": render.kept(card, language, site, sample.kept_rows()),
        "verify": render.verify([card], language, site),
        "refusal": render.refusal(problems.CAMPAIGN_PAUSED, language, site, card),
        "not-found": render.not_found(language, site),
        "mailbox": render.mailbox([letter], site, language),
    }
    for state in STATES:
        pages[f"state-{state}"] = render.state(card, sample.status(state), sample.TOKEN, language, site)
    return pages


def _organisation(card: Card, latest: list[Shown], language: str, site: Site, now: int) -> str:
    """Give the press page of an organisation with a section, whose petition is over."""
    told = Organisation("friends", card.organiser, "town", "Friends of the Library: Town")
    whole, _ = organisations.organisation_pages([msgspec.structs.replace(card, organisation=told)])
    return organisations.organisation_page(whole, [sample.counts()], latest, language, site, now)


def _statements(language: str, card: Card, site: Site) -> Mapping[str, str]:
    """Give the pages of a statement, its first edition standing for one in that language."""
    gone = f'[withdrawn]\nat = 2026-12-05T00:00:00Z\nby = "Press desk"\n{language} = "It was wrong."\n'
    record = statement_files.record(corrected=True, more=gone)
    versions = []
    for version in record.versions:
        edition = msgspec.structs.replace(version.statement.editions["en"], language=language)
        made = msgspec.structs.replace(version.statement, languages=(language,), editions={language: edition})
        versions.append(msgspec.structs.replace(version, statement=made))
    record = msgspec.structs.replace(record, campaign=card.campaign, versions=tuple(versions))
    now = statement_files.SECOND
    latest = Shown(record, versions[-1], language, card, site, now, "share-0.png", True)
    return {
        "statement": statements.statement(latest),
        "statement-earlier": statements.statement(Shown(record, versions[0], language, card, site, now)),
        "press": press.press([(card, sample.counts())], [latest], language, site, now),
        "press-empty": press.press([(card, None)], [], language, site, now),
        "organisation": _organisation(card, [latest], language, site, now),
        "statement-compared": statements.compare(record, versions[0], versions[1], language, card, site),
        "statement-withdrawn": statements.withdrawn(record, language, card, site),
    }

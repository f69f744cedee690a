"""Every public page as a function: cards, counts and states in, HTML out. No clock, no disk but the package.

Pages load one stylesheet and at most one script of this host, set nothing, and hold no style or script of
their own. Whatever somebody else wrote is escaped.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any

import msgspec
from markupsafe import Markup

from undersigned.core import countries, problems, rules
from undersigned.core.campaign import Card, Text
from undersigned.core.counts import Counts
from undersigned.core.problems import Problem
from undersigned.core.status import Status
from undersigned.pages import asked, markdown, photos, sharing, timeline, waiting
from undersigned.pages import kept as kept_words
from undersigned.pages import mailbox as letters_shown
from undersigned.pages import numbers as number_words
from undersigned.pages import share as share_words
from undersigned.pages.figures import Figures, Moment, figures, moment
from undersigned.pages.states import APPEALS, REASONS, STATES
from undersigned.pages.templating import fill
from undersigned.pages.views import Form, Kept, Mail, Site, Snapshot
from undersigned.pages.words import ENDONYMS, LANGUAGES, Words, words, words_of

__all__ = [
    "LANGUAGES",
    "ask_link",
    "check_mail",
    "confirm",
    "framed",
    "framed_check_mail",
    "index",
    "kept",
    "link_sent",
    "mailbox",
    "not_found",
    "numbers",
    "page",
    "petition",
    "poster",
    "refusal",
    "share",
    "sheet",
    "state",
    "verify",
    "withdraw",
]

_FIELDS = ("name", "email", "country", "consent", "comment", "source")


def petition(
    card: Card,
    language: str,
    counts: Counts | None,
    site: Site,
    form: Form | None = None,
    now: int | None = None,
    statements: Sequence[timeline.Told] = (),
) -> str:
    """Give the petition page with its form.

    `form` is a form that was refused: its problems stand on top, its answers in their fields. `now`, in
    seconds since 1970, decides whether the petition is open, and what is overdue; without it only a pause is
    looked at. `statements` are those that can be seen.
    """
    text, said = _text(card, language)
    told = now if form is None else None  # a refused form shows the text and the form, and not what happened since
    return page(
        "petition.html",
        said,
        site,
        card=card,
        text=text,
        switch=_switch(card, text),
        address=_address(site, card, text),
        lede=_lede(text),
        body=markdown.html(text.body),
        demands=asked.demands(card, text, said, site),
        goals=asked.goals(card, said),
        photo=photos.shown(card, text, site, said),
        count=_figures(counts, said, site),
        **_signing(card, text, said, site, form, now),
        positions={} if told is None else timeline.told_positions(card, text, said, told),
        happened=() if told is None else _happened(timeline.happened(card, text, counts, said, told, statements), said),
    )


def _lede(text: Text) -> str:
    """Give the summary, unless the text itself begins with it."""
    begins = markdown.line(text.body).startswith(text.summary)
    return "" if begins else text.summary


def _happened(items: Sequence[timeline.Happened], said: Words) -> Sequence[Mapping[str, Any]]:
    return [
        {
            "when": _time(moment(one.at, said)) if one.exact else _day(one.at, said),
            "words": one.words,
            "address": one.address,
            "source": one.source,
        }
        for one in items
    ]


def _day(at: int, said: Words) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(moment(at, said).iso[:10], said.day(at))


def framed(
    card: Card, language: str, counts: Counts | None, site: Site, form: Form | None = None, now: int | None = None
) -> str:
    """Give the form alone, for a frame in somebody else's page; arguments as those of `petition`."""
    text, said = _text(card, language)
    return page(
        "framed.html",
        said,
        site,
        card=card,
        text=text,
        address=_address(site, card, text),
        count=_figures(counts, said, site),
        form_action=f"/c/{card.campaign}/{text.language}/embed/sign",
        **_signing(card, text, said, site, form, now),
    )


def framed_check_mail(card: Card, language: str, site: Site) -> str:
    """Give what stands in the frame after the form: the same for everybody."""
    text, said = _text(card, language)
    return page("framed-check-mail.html", said, site, card=card, text=text, address=_address(site, card, text))


def share(card: Card, language: str, site: Site, source: str = "") -> str:
    """Give the page for telling others; its links lead to the petition by the code of `source`, where one is given."""
    return _told(card, language, site, "share.html", source)


def poster(card: Card, language: str, site: Site, source: str = "") -> str:
    """Give a poster to print, with a QR code."""
    return _told(card, language, site, "poster.html", source)


def sheet(card: Card, language: str, site: Site, source: str = "") -> str:
    """Give a sheet of paper to sign on, with a QR code for those who would rather sign by phone."""
    return _told(card, language, site, "sheet.html", source)


def _told(card: Card, language: str, site: Site, template: str, source: str) -> str:
    text, said = _text(card, language)
    values = share_words.values(card, text, site, source)
    switch = _switch(card, text, f"{template.removesuffix('.html')}/")
    return page(
        template,
        said,
        site,
        card=card,
        text=text,
        switch=switch,
        demands=asked.demands(card, text, said, site),
        **values,
    )


def numbers(
    card: Card,
    language: str,
    counts: Counts,
    site: Site,
    drawn: number_words.Drawn,
    snapshot: Snapshot | None = None,
    pictured: bool = False,
    parquet: bool = False,
) -> str:
    """Give the page of all numbers of a campaign, with its drawings.

    `snapshot` is the newest one to quote; `pictured` says whether the drawings lie there as PNG,
    `parquet` whether the tables do as Apache Parquet.
    """
    text, said = _text(card, language)
    return page(
        "numbers.html",
        said,
        site,
        card=card,
        text=text,
        switch=_switch(card, text, "numbers/"),
        address=f"{_address(site, card, text)}numbers/",
        count=_figures(counts, said, site),
        parquet=parquet,
        **number_words.values(card, text, counts, said, site, snapshot, drawn, pictured),
    )


def index(petitions: Sequence[tuple[Card, Counts | None]], language: str, site: Site) -> str:
    """Give the list of petitions, in the order given."""
    said = words(language)
    rows = []
    for card, counts in petitions:
        count = _figures(counts, said, site)
        rows.append(
            {
                "campaign": card.campaign,
                "text": card.texts[card.language(language)],
                "count": count,
                "as_of": _time(count.as_of) if count else "",
                "photo": photos.listed(card, language),
            }
        )
    return page("index.html", said, site, petitions=rows)


def check_mail(card: Card, language: str, site: Site, delay: int | None = None) -> str:
    """Give the page after the form: the same for everybody. Its title does not name the petition.

    `delay` is what a letter takes at the moment, in seconds; None where nobody knows.
    """
    text, said = _text(card, language)
    return page("check-mail.html", said, site, card=card, text=text, letters=waiting.sentence(delay, said))


def ask_link(card: Card, language: str, site: Site, form: Form | None = None) -> str:
    """Give the page on which the link of a lost letter is asked for; `form` is one that was refused."""
    text, said = _text(card, language)
    email = form.answers.get("email", "") if form else ""
    return page("link.html", said, site, card=card, text=text, problems=_problems(form, said), email=email)


def link_sent(card: Card, language: str, site: Site) -> str:
    """Give the page after it: the same for everybody, whether the address has signed or not."""
    text, said = _text(card, language)
    return page("link-sent.html", said, site, card=card, text=text)


def confirm(card: Card, token: str, language: str, site: Site) -> str:
    """Give the page of the letter's link, which changes nothing by itself."""
    text, said = _text(card, language)
    return page("confirm.html", said, site, card=card, text=text, token=token)


def state(card: Card, status: Status, token: str, language: str, site: Site, delay: int | None = None) -> str:
    """Give the signer's own page: where the signature stands, and what can be done.

    `delay` is what a letter takes at the moment, in seconds; it is said only while the signature waits for one.
    """
    text, said = _text(card, language)
    reason = REASONS.get(status.code, status.code) if status.state in ("review", "struck") else ""
    return page(
        "state.html",
        said,
        site,
        card=card,
        text=text,
        token=token,
        status=status,
        told=STATES[status.state],
        letters=waiting.sentence(delay if status.state == "waiting" else None, said),
        reason=said.gettext(reason) if reason else "",
        appeal=said.gettext(APPEALS[status.appeal]) if status.appeal else "",
        as_of=_time(moment(status.as_of, said, exact=True)),
        signed=said.day(status.signed),
        line="" if status.index is None else said.number(status.index),
        address=_address(site, card, text),
        shares=sharing.links(text.title, _address(site, card, text)),
    )


def withdraw(card: Card, token: str, language: str, site: Site) -> str:
    """Give the page with two choices: take back, or take back and erase everything."""
    text, said = _text(card, language)
    return page("withdraw.html", said, site, card=card, text=text, token=token)


def kept(card: Card, language: str, site: Site, rows: Sequence[Kept]) -> str:
    """Give "what is kept and who can read it"; `rows` are the declarations of `core.person`."""
    text, said = _text(card, language)
    return page("kept.html", said, site, card=card, text=text, groups=kept_words.groups(rows, said))


def verify(cards: Sequence[Card], language: str, site: Site) -> str:
    """Give the page that recounts a log in the browser, and says how to without one."""
    said = words(language)
    logs = [{"href": f"/log/{card.campaign}/", "title": card.texts[card.language(language)].title} for card in cards]
    sentences = {key: said.gettext(sentence) for key, sentence in _verify_words().items()}
    return page("verify.html", said, site, logs=logs, sentences=sentences)


def refusal(problem: Problem, language: str, site: Site, card: Card | None = None) -> str:
    """Give the page of a refusal, with what to do next; `card` is the petition it was about, if known."""
    if card is None:
        return page("refusal.html", words(language), site, problem=problem)
    text, said = _text(card, language)
    return page("refusal.html", said, site, problem=problem, card=card, text=text)


def not_found(language: str, site: Site) -> str:
    """Give the page for an address where there is nothing."""
    return refusal(problems.NOT_FOUND, language, site)


def mailbox(letters: Sequence[Mail], site: Site, language: str = "en") -> str:
    """Give the demonstration's mailbox: every letter on one page, the first one open."""
    shown = [letters_shown.shown(letter, site.url) for letter in letters]
    return page("mailbox.html", words(language), site, letters=shown)


# --- what the templates are given -----------------------------------------------------------------------


def _text(card: Card, language: str) -> tuple[Text, Words]:
    """Give the campaign's text in that language, or in its first, and the words that go with it."""
    text = card.texts[card.language(language)]
    return text, words_of(card, text.language)


def page(template: str, said: Words, site: Site, card: Card | None = None, **values: Any) -> str:
    """Render a template with what every page has, and the moments of a card and a count."""
    count: Figures | None = values.get("count")
    common = {
        "words": said,
        "site": site,
        "card": card,
        "switch": (),
        "form_action": "",
        "contact": _mail_link(card.contact) if card else "",
        "least": said.number(card.k) if card else "",
        "closes": _time(moment(card.closes, said)) if card else "",
        "as_of": _time(count.as_of) if count else "",
        "figure": _figure(count) if count else "",
    }
    return fill(template, {**common, **values})


def _switch(card: Card, text: Text, page: str = "") -> Sequence[Mapping[str, Any]]:
    """Give the links to the other languages of a page of the campaign; `page` is the page's own path."""
    return [
        {
            "language": other,
            "name": ENDONYMS.get(other, other),
            "href": f"/c/{card.campaign}/{other}/{page}",
            "current": other == text.language,
        }
        for other in card.languages
    ]


def _address(site: Site, card: Card, text: Text) -> str:
    return f"{site.url}/c/{card.campaign}/{text.language}/"


def _demands(card: Card, text: Text) -> Sequence[Mapping[str, str]]:
    return [
        {
            "id": demand.id,
            "sentence": text.demands[demand.id],
            "addressees": " · ".join(text.addressees[addressee] for addressee in demand.addressees),
        }
        for demand in card.demands
    ]


def _consents(card: Card, text: Text, answers: Mapping[str, str]) -> Sequence[Mapping[str, Any]]:
    """Give the boxes: the consent to the processing, then the one to updates; none is ticked at first."""
    names = {"processing": "consent", "updates": "updates"}
    return [
        {
            "name": names[consent.purpose],
            "required": consent.required,
            "sentence": text.consents[consent.purpose],
            "ticked": bool(answers.get(names[consent.purpose])),
        }
        for consent in card.consents
    ]


def _signing(card: Card, text: Text, said: Words, site: Site, form: Form | None, now: int | None) -> Mapping[str, Any]:
    """Give what the form needs, and whether it can be signed now."""
    answers = dict.fromkeys(_FIELDS, "") | dict(form.answers if form else {})
    return {
        "form": form,
        "problems": _problems(form, said),
        "answers": answers,
        "consents": _consents(card, text, answers),
        "countries": countries.ordered(said.language, site.country_names),
        "stopped": _stopped(card, now),
        "not_yet": now is not None and now < card.opens,
        "opens": _time(moment(card.opens, said)),
    }


def _problems(form: Form | None, said: Words) -> Sequence[Mapping[str, str]]:
    """Give the problems of a form, each with the place on the page that it is about."""
    return [
        {
            "field": refusal.field,
            "target": refusal.field if refusal.field in (*_FIELDS, "text") else "sign",
            "title": said.gettext(refusal.problem.title),
            "remedy": said.gettext(refusal.problem.remedy),
        }
        for refusal in (form.refusals if form else ())
    ]


def _stopped(card: Card, now: int | None) -> Problem | None:
    """Tell why the petition takes no signatures."""
    if now is not None:
        return rules.state(card, now)
    return problems.CAMPAIGN_PAUSED if card.paused else None


def _figures(counts: Counts | None, said: Words, site: Site) -> Figures | None:
    return figures(counts, said, site.country_names) if counts else None


def _time(at: Moment) -> Markup:
    return Markup('<time datetime="{}">{}</time>').format(at.iso, at.words)


def _figure(count: Figures) -> Markup:
    return Markup('<b id="count">{}</b>').format(count.number)


def _mail_link(address: str) -> Markup:
    return Markup('<a href="mailto:{0}" dir="ltr">{0}</a>').format(address)


@lru_cache(maxsize=1)
def _verify_words() -> Mapping[str, str]:
    file = resources.files(__package__) / "static" / "verify-words.json"
    return msgspec.json.decode(file.read_bytes(), type=dict[str, str])

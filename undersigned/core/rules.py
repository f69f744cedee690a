"""May this person sign? Everything that was sent is checked at once, and nothing about it is repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from undersigned.core import countries, problems, sources, wording
from undersigned.core.campaign import Card
from undersigned.core.checked import Checked, Refusal
from undersigned.core.normal import canonical
from undersigned.core.problems import Problem

__all__ = ["COMMENT_MOST", "HONEYPOT", "NAME_MOST", "Checked", "Refusal", "check", "leading", "state"]

NAME_MOST = 1_000  # characters; there are people with 747
COMMENT_MOST = 2_000  # characters as a reader counts them
_COMMENT_BYTES = 16_000  # so that every person fits the largest record that is sealed

#: Flag: the field that people do not see was filled in.
HONEYPOT = "honeypot"

_YES = frozenset({"yes", "on", "1", "true"})
_RAW_MOST = 40_000  # more than any body that is taken can hold; longer is not even looked at


def state(card: Card, now: int) -> Problem | None:
    """Tell why the campaign takes no signatures at `now` (seconds since 1970), or None."""
    if now >= card.closes:
        return problems.CAMPAIGN_CLOSED
    if now < card.opens:
        return problems.CAMPAIGN_NOT_OPEN
    return problems.CAMPAIGN_PAUSED if card.paused else None


def check(form: Mapping[str, str], card: Card, now: int) -> Checked | tuple[Refusal, ...]:
    """Check a form against the card; unknown fields are passed over.

    Fields: `name`, `email`, `country`, `consent`, `updates`, `comment`, `text` (interface.md), `source`, and
    `website`, which nobody sees and only programs fill in. Refusals come in the order of the form.
    """
    stopped = state(card, now)
    if stopped:
        return (Refusal("", stopped),)
    name = _name(form.get("name", ""))
    email = canonical(form.get("email", "").strip(" "))
    country = _country(form.get("country", ""))
    agreed = None if _yes(form.get("consent", "")) else problems.CONSENT_MISSING
    comment = _comment(form.get("comment", "")) if "comment" in card.fields else ""
    text = _text(form.get("text", ""), card)
    if (
        isinstance(name, Problem)
        or isinstance(email, Problem)
        or isinstance(country, Problem)
        or agreed is not None
        or isinstance(comment, Problem)
        or isinstance(text, Refusal)
    ):
        return _refusals(
            {"name": name, "email": email, "country": country, "consent": agreed, "comment": comment}, text
        )
    return Checked(
        name,
        email.typed,
        email.address,
        email.domain,
        country,
        comment,
        _version(card, "processing"),
        _yes(form.get("updates", "")) and bool(_version(card, "updates")),
        text,
        ((HONEYPOT,) if form.get("website", "").strip() else ()) + email.flags,
        sources.known(form.get("source", ""), card.sources),
    )


def _refusals(found: Mapping[str, object], text: str | Refusal) -> tuple[Refusal, ...]:
    refusals = tuple(Refusal(field, value) for field, value in found.items() if isinstance(value, Problem))
    return (*refusals, text) if isinstance(text, Refusal) else refusals


def leading(refusals: Sequence[Refusal]) -> Refusal:
    """Give the refusal that names the whole answer: a conflict about the text before a slip in a field."""
    return min(refusals, key=lambda refusal: refusal.problem.status == 422)


def _yes(value: str) -> bool:
    return value in _YES or value.strip().lower() in _YES


def _version(card: Card, purpose: str) -> str:
    for consent in card.consents:
        if consent.purpose == purpose:
            return consent.version
    return ""


def _name(raw: str) -> str | Problem:
    """Take a name of any shape; only its length and its being there are looked at."""
    if len(raw) > NAME_MOST:
        return problems.NAME_TOO_LONG
    name = wording.line(raw)
    return name if wording.visible(name) else problems.NAME_MISSING


def _country(raw: str) -> str | Problem:
    found = countries.CODES.get(raw) or countries.normalise(raw)
    return found or (problems.COUNTRY_UNKNOWN if raw.strip() else problems.COUNTRY_MISSING)


def _comment(raw: str) -> str | Problem:
    if not raw:
        return ""
    if len(raw) > _RAW_MOST:
        return problems.COMMENT_TOO_LONG
    comment = wording.lines(raw)
    if len(comment) > COMMENT_MOST and wording.graphemes(comment) > COMMENT_MOST:
        return problems.COMMENT_TOO_LONG
    if len(comment.encode()) > _COMMENT_BYTES:
        return problems.COMMENT_TOO_LONG
    return comment if wording.visible(comment) else ""


def _text(sent: str, card: Card) -> str | Refusal:
    """Find the text version that was signed among those open now; name the new one if it is earlier."""
    if not sent:
        return Refusal("text", problems.TEXT_MISSING)
    for text in card.texts.values():
        if text.hash == sent:
            return sent
    for language, versions in card.earlier.items():
        if sent in versions:
            now = card.texts[card.language(language)]
            return Refusal("text", problems.TEXT_OUTDATED, now.hash)
    return Refusal("text", problems.TEXT_UNKNOWN)

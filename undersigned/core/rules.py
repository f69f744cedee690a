"""May this person sign? Everything that was sent is checked at once, and nothing about it is repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, final

from undersigned.core import countries, problems, sources, wording
from undersigned.core.campaign import Card
from undersigned.core.normal import Canonical, canonical
from undersigned.core.problems import Problem
from undersigned.core.refusal import Refusal

__all__ = ["COMMENT_MOST", "HONEYPOT", "NAME_MOST", "Checked", "Refusal", "check", "leading", "state"]

NAME_MOST: Final = 1_000  # characters; there are people with 747
COMMENT_MOST: Final = 2_000  # characters as a reader counts them
_COMMENT_BYTES: Final = 16_000  # so that every person fits the largest record that is sealed

#: Flag: the field that people do not see was filled in.
HONEYPOT: Final = "honeypot"

_YES: Final = frozenset({"yes", "on", "1", "true"})
_RAW_MOST: Final = 40_000  # more than any body that is taken can hold; longer is not even looked at


@final
class Checked:
    """What was sent, cleaned and complete; a value. Holds a person's data: never log it.

    `email` is as it was typed, in NFC, where the letter goes; `canonical` the form that is compared; `domain` that of
    the address as typed, an A-label; `country` a code of `core.countries`; `consent` the version of the consent to
    the processing; `text` the hash of the text version signed, 43 characters of base64url; `flags` reasons to have
    it looked at before it counts, normally none; `source` the code of the link or poster, one of the card's.
    """

    __slots__ = (
        "canonical", "comment", "consent", "country", "domain", "email", "flags", "name", "source", "text", "updates",
    )  # fmt: skip

    def __init__(
        self,
        name: str,
        email: str,
        canonical: str,
        domain: str,
        country: str,
        comment: str,
        consent: str,
        updates: bool,
        text: str,
        flags: tuple[str, ...],
        source: str = "",
    ) -> None:
        """Take what the rules let through."""
        self.name = name
        self.email = email
        self.canonical = canonical
        self.domain = domain
        self.country = country
        self.comment = comment
        self.consent = consent
        self.updates = updates
        self.text = text
        self.flags = flags
        self.source = source

    @property
    def review(self) -> str:
        """The reason code for the journal: the first flag, or ""."""
        return self.flags[0] if self.flags else ""


def state(card: Card, now: int) -> Problem | None:
    """Tell why the campaign takes no signatures at `now` (seconds since 1970), or None."""
    if now >= card.closes:
        return problems.CAMPAIGN_CLOSED
    if now < card.opens:
        return problems.CAMPAIGN_NOT_OPEN
    return problems.CAMPAIGN_PAUSED if card.paused else None


def check(form: dict[str, str], card: Card, now: int) -> Checked | tuple[Refusal, ...]:
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
    if not (
        isinstance(name, str)
        and isinstance(email, Canonical)
        and isinstance(country, str)
        and agreed is None
        and isinstance(comment, str)
        and isinstance(text, str)
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

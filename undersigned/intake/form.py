"""From a checked form to what is kept of it. The only place at the door where a person is whole.

A person comes in as fields and leaves as one event: sealed for the campaign's key, a tag that only this
door can make, a commitment that opens to nobody, and the letter's address under a key that is destroyed
after 72 hours. Nothing else of the person is held when `sign` returns.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

import msgspec

from undersigned.core import leaves
from undersigned.core.campaign import Card
from undersigned.core.disposable import DISPOSABLE, is_disposable
from undersigned.core.established import is_established
from undersigned.core.events import DomainNamed, Event, LinkAsked, Signed
from undersigned.core.person import Address, Person
from undersigned.core.rules import Checked
from undersigned.intake.guard.domains import VELOCITY, Domains
from undersigned.intake.needs import Closed
from undersigned.vault.mailkeys import MailKeys
from undersigned.vault.recipients import WrongKey
from undersigned.vault.seal import Sealer
from undersigned.vault.secret_files import Unusable
from undersigned.vault.tag import Tagger
from undersigned.vault.token import Tokens, blinder, lookup, written

__all__ = ["Registrar"]

CHANNEL: Final = "e"
NAMED_FROM: Final = 10  # forms of a domain at least, before its name is told
_encode: Final = msgspec.json.Encoder().encode


class _Desk:
    """What signing one campaign needs: its seal and its tags."""

    __slots__ = ("card", "domains", "sealer", "tagger")

    def __init__(self, card: Card, sealer: Sealer, tagger: Tagger) -> None:
        self.card = card
        self.sealer = sealer
        self.tagger = tagger
        self.domains = Domains()


class Registrar:
    """Turns checked forms into events. One event loop; nothing is awaited in it."""

    def __init__(
        self,
        tokens: Tokens,
        mail_keys: MailKeys,
        pepper: Callable[[str], bytes],
        random: Callable[[int], bytes],
        disposable: frozenset[str] = frozenset(),
    ) -> None:
        """Take the secrets; `pepper` gives a campaign's 32 bytes, or raises `OSError` or `Unusable`.

        `disposable` are domains besides those of `core/disposable.toml`.
        """
        self._disposable = disposable
        self._tokens = tokens
        self._mail_keys = mail_keys
        self._pepper = pepper
        self._random = random
        self._desks: dict[str, _Desk] = {}

    def sign(self, card: Card, checked: Checked, language: str, now: int) -> tuple[Event, ...]:
        """Give the events of one signature, for one segment: perhaps a new epoch or a domain's name, then `Signed`.

        Raises:
            Closed: a secret of the campaign or the mail key of this hour cannot be used.
        """
        try:
            desk = self._desk(card, now)
            hour, letters = self._mail_keys.sealer(now)
        except (OSError, Unusable, WrongKey) as error:
            raise Closed(type(error).__name__) from None
        secret = self._random(16)
        day = _day(now // 86400)
        sealed = desk.sealer.seal(_encode(_person(card, checked, language, secret, now, day)), now)
        token = self._tokens.make(secret, card.campaign, now, language)
        address = _encode(Address(checked.email, token))
        cohort, review, named = _cohort(desk, checked, now, self._disposable)
        signed = Signed(
            card.campaign,
            sealed.record,
            now,
            desk.tagger.tag(checked.canonical),
            lookup(secret),
            _commitment(card.campaign, checked, secret, day),
            checked.country,
            language,
            _raw(checked.text),
            checked.consent,
            checked.updates,
            sealed.epoch,
            sealed.sealed,
            letters.seal(sealed.record, address, self._random),
            hour,
            review,
            sealed.slot,
            CHANNEL,
            checked.source,
            cohort,
        )
        return (*named, signed) if sealed.new_epoch is None else (sealed.new_epoch, *named, signed)

    def ask_link(self, card: Card, typed: str, canonical: str, language: str, now: int) -> LinkAsked:
        """Give the event of somebody who asks for the link of an address's signature: alike for every address.

        Raises:
            Closed: a secret of the campaign or the mail key of this hour cannot be used.
        """
        try:
            desk = self._desk(card, now)
            hour, letters = self._mail_keys.sealer(now)
        except (OSError, Unusable, WrongKey) as error:
            raise Closed(type(error).__name__) from None
        record, secret = self._random(16), self._random(16)
        address = _encode(Address(typed, self._tokens.make(secret, card.campaign, now, language)))
        sealed = letters.seal(record, address, self._random)
        tag = desk.tagger.tag(canonical)
        return LinkAsked(card.campaign, record, now, tag, lookup(secret), language, sealed, hour)

    def _desk(self, card: Card, now: int) -> _Desk:
        desk = self._desks.get(card.campaign)
        if desk is None:
            sealer = Sealer(card.recipients, card.campaign, self._random, now)
            desk = _Desk(card, sealer, Tagger(self._pepper(card.campaign), card.campaign))
            self._desks[card.campaign] = desk
        elif desk.card is not card:
            desk.sealer.readdress(card.recipients)
            desk.card = card
        return desk


def _cohort(
    desk: _Desk, checked: Checked, now: int, disposable: frozenset[str]
) -> tuple[bytes, str, tuple[DomainNamed, ...]]:
    """Give the cohort of a form's domain, the reason to doubt the form, and the domain's name once k forms share it."""
    domain = checked.canonical.rpartition("@")[2]
    cohort = desk.tagger.cohort(domain)
    fast, kth = desk.domains.see(cohort, max(NAMED_FROM, desk.card.k), now)
    review = checked.flags[0] if checked.flags else ""
    if not review and desk.card.review and is_disposable(domain, disposable):
        review = DISPOSABLE
    if not review and fast and not is_established(domain):
        review = VELOCITY
    named = (DomainNamed(desk.card.campaign, cohort, domain, now),) if kth else ()
    return cohort, review, named


def _person(card: Card, checked: Checked, language: str, secret: bytes, now: int, day: str) -> Person:
    return Person(
        card.campaign,
        checked.name,
        checked.email,
        checked.canonical,
        checked.country,
        checked.comment,
        language,
        checked.text,
        checked.consent,
        checked.updates,
        day,
        CHANNEL,
        now,
        written(secret),
    )


def _commitment(campaign: str, checked: Checked, secret: bytes, day: str) -> bytes:
    recorded = leaves.record(campaign, checked.text, checked.canonical, checked.name, checked.country, CHANNEL, day)
    return leaves.commitment(blinder(secret), recorded)


@lru_cache(maxsize=4)
def _day(days: int) -> str:
    """Give the UTC day that many days after 1970-01-01."""
    return datetime.fromtimestamp(days * 86400, UTC).strftime("%Y-%m-%d")


@lru_cache(maxsize=64)
def _raw(text: str) -> bytes:
    """Give the 32 bytes of a text's hash, which the rules have found among the card's."""
    return base64.urlsafe_b64decode(text + "=")

"""From a row of the outbox to a letter. Here alone is an address opened."""

from __future__ import annotations

import re
from functools import partial

import msgspec

from undersigned.core.campaign import Card
from undersigned.core.person import Address
from undersigned.pages.letters import Letter, letter
from undersigned.stages.mail.compose import Ready, Unfit, compose
from undersigned.stages.mail.needs import CardShelf, Due, MailKeys, Parcel, Verdict
from undersigned.stages.mail.template import Template
from undersigned.vault.dkim import Signer
from undersigned.vault.secret_files import Unusable
from undersigned.vault.unseal import LetterKey, Unreadable

__all__ = ["HOURS", "House", "Writer"]

HOURS = 72  # the mail key of hour H is gone, and the link confirms nothing, from hour H + 72 on

TEMPLATES = 500  # kept at most; a petition has two a language
_TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
_address = msgspec.json.Decoder(Address).decode


class House(msgspec.Struct, frozen=True):
    """What of the settings goes into letters. Links come from here and never from a request."""

    url: str
    sender: str
    neutral: bool  # the subject does not name the petition


class Writer:
    """Opens and writes letters."""

    def __init__(self, keys: MailKeys, cards: CardShelf, house: House, signer: Signer | None = None) -> None:
        """Take the keys of the outbox, the cards whose words letters use, the house, and who signs (DKIM)."""
        self._keys = keys
        self._cards = cards
        self._house = house
        self._signer = signer
        self._templates: dict[tuple[str, str, str], tuple[Card, Template]] = {}
        self._seen: tuple[str, int, Card | None] = ("", -1, None)  # campaign, and the second it was asked for
        self._opener: tuple[int, int, LetterKey | None] = (-1, -1, None)  # hour, and the second it was asked for

    def write(self, due: Due, now: int) -> Parcel | Verdict:
        """Give the letter, or why there is none; `now` is in seconds since 1970."""
        if now >= (due.hour + HOURS) * 3600:
            return Verdict("failed", "too-late")
        key = self._key(due.hour, now)
        card = self._card(due.campaign, now)
        if key is None or card is None:
            # Not gone for good: the key's life is not over. A disk may be missing, or a card not out yet.
            return Verdict("again", "no-key" if key is None else "no-card")
        try:
            address = _address(key.open(due.record, due.sealed))
            ready = self._compose(due, card, address, now)
        except Unfit as error:
            return _unfit(error.code)
        except (Unreadable, msgspec.DecodeError):
            return Verdict("failed", "unreadable")
        except Exception:
            # Its words could hold the address, and one letter must not stop the others.
            return Verdict("again", "not-made")
        message = ready.message if self._signer is None else self._signer.signed(ready.message, now)
        return Parcel(due.id, ready.recipient, message)

    def _card(self, campaign: str, now: int) -> Card | None:
        """Give the card, asked for anew every second: asking looks at the disk."""
        if self._seen[:2] != (campaign, now):
            self._seen = campaign, now, self._cards.get(campaign)
        return self._seen[2]

    def _key(self, hour: int, now: int) -> LetterKey | None:
        """Give the hour's key, asked for anew every second, so that it is let go when it is destroyed."""
        if self._opener[:2] != (hour, now):
            try:
                key = self._keys.key(hour)
            except Unusable:
                key = None
            self._opener = hour, now, None if key is None else LetterKey(key)
        return self._opener[2]

    def _compose(self, due: Due, card: Card, address: Address, now: int) -> Ready:
        if not _TOKEN.fullmatch(address.token):
            raise Unfit("link-malformed")
        template = self._template(due, card)
        ready = template.fill(address.token, address.email, due.record, now) if template.usable else None
        if ready is not None:
            return ready
        words = self._words(due, card, address.token)
        return compose(words, due.language, self._house.sender, address.email, due.record, now)

    def _template(self, due: Due, card: Card) -> Template:
        """Give the template of that kind of letter, made anew where the card has changed."""
        name = (due.kind, due.campaign, due.language)
        kept = self._templates.get(name)
        if kept is None or (kept[0] is not card and kept[0] != card):
            if len(self._templates) >= TEMPLATES:
                self._templates.clear()
            made = Template(partial(self._words, due, card), due.language, self._house.sender)
            kept = self._templates[name] = (card, made)
        return kept[1]

    def _words(self, due: Due, card: Card, token: str) -> Letter:
        page = "k" if due.kind == "confirm" else "r"
        link = f"{self._house.url.rstrip('/')}/{page}/{token}"
        return letter(due.kind, card, due.language, link, self._house.neutral)


def _unfit(code: str) -> Verdict:
    """Sort what cannot be a letter: the signer must not lose theirs over a setting or a text of ours."""
    if code == "sender-malformed":
        return Verdict("again", code, everyone=True)
    return Verdict("again" if code == "letter-malformed" else "failed", code)

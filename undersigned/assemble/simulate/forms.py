"""The forms that people of a plan fill in. Pure."""

from __future__ import annotations

from urllib.parse import quote_plus

from undersigned.assemble.simulate.plan import Person
from undersigned.core.campaign import Card

__all__ = ["fields", "form", "slipped", "wrong"]


def fields(person: Person, card: Card, email: str = "") -> dict[str, str]:
    """Give the fields of the form of a person; `email` where it is spelled otherwise than the first time."""
    return {
        "name": person.name,
        "email": email or person.email,
        "country": person.country,
        "comment": person.comment,
        "consent": "yes",
        "updates": "yes" if person.updates else "",
        "text": card.texts[card.language(person.language)].hash,
        "website": person.hidden,
    }


def slipped(email: str) -> str:
    """Give an address as somebody in a hurry writes it; no letter can be sent to it."""
    return email.replace("@", "", 1)


def wrong(person: Person, card: Card) -> dict[str, str]:
    """Give the form of somebody in a hurry, which has to be refused."""
    return fields(person, card, slipped(person.email)) | {"consent": ""}


def form(values: dict[str, str]) -> bytes:
    """Give the body that a browser sends (application/x-www-form-urlencoded)."""
    return "&".join(f"{name}={quote_plus(value)}" for name, value in values.items()).encode()

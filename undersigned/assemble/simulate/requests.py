"""The requests of a plan as whole bytes, and the statuses they must be answered with. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from undersigned.assemble.simulate import forms
from undersigned.assemble.simulate.plan import Act, Person
from undersigned.core.campaign import Card

__all__ = ["MUST", "SIGNED", "SLIPPED", "Requests"]

SIGNED, SLIPPED = 303, 422

#: What each deed must be answered with.
MUST: Mapping[Act, int] = {
    "scan-get": 200, "scan-head": 200, "look": 200, "confirm": 303, "confirm-again": 303, "late": 410, "not-me": 303,
    "withdraw": 303, "erase": 303,
}  # fmt: skip

_METHODS: Mapping[Act, str] = {"scan-get": "GET", "scan-head": "HEAD", "look": "GET"}
_PATHS: Mapping[Act, str] = {"not-me": "/k/{}/not-me", "withdraw": "/w/{}", "erase": "/w/{}"}
_BODIES: Mapping[Act, bytes] = {"withdraw": b"act=withdraw", "erase": b"act=erase"}
_FORM = "Content-Type: application/x-www-form-urlencoded\r\n"


class Requests:
    """Makes the requests to one door for one campaign.

    Every person comes from an address of their own behind one proxy (10.0.0.0/8), as the door's limits ask.
    """

    def __init__(self, host: str, card: Card) -> None:
        """Take the value of Host, and the card that forms are filled in for."""
        self._host = host
        self._card = card

    def sign(self, person: Person, email: str) -> bytes:
        """Give the form of a person."""
        return self._sign(person, forms.form(forms.fields(person, self._card, email)))

    def slip(self, person: Person) -> bytes:
        """Give the form that has to be refused."""
        return self._sign(person, forms.form(forms.wrong(person, self._card)))

    def _sign(self, person: Person, body: bytes) -> bytes:
        path = f"/c/{self._card.campaign}/{self._card.language(person.language)}/sign"
        return self._post(path, person, body)

    def deed(self, act: Act, person: Person, token: str) -> bytes:
        """Give what somebody does with the link of a letter."""
        path = _PATHS.get(act, "/k/{}").format(token)
        method = _METHODS.get(act)
        if method is None:
            return self._post(path, person, _BODIES.get(act, b""))
        return f"{method} {path} HTTP/1.1\r\n{self._from(person)}\r\n".encode()

    def _post(self, path: str, person: Person, body: bytes) -> bytes:
        head = f"POST {path} HTTP/1.1\r\n{self._from(person)}{_FORM}Content-Length: {len(body)}\r\n\r\n"
        return head.encode() + body

    def _from(self, person: Person) -> str:
        number = person.id
        where = f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}"
        return f"Host: {self._host}\r\nX-Forwarded-For: {where}\r\n"

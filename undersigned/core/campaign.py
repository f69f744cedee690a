"""The campaign card: everything the door and the pages know of a campaign.

A card is made from the campaign's files (`core.reading`), released as a signed file, and is the only
thing that flows backward, from the staff to the door.
"""

from __future__ import annotations

from typing import Literal

import msgspec
from msgspec import UNSET

from undersigned.core.answers import Answer
from undersigned.core.demands import Addressee, Demand, GoalChange
from undersigned.core.digits import Chosen, Digits
from undersigned.core.gatherings import Gathering
from undersigned.core.organisation import Organisation
from undersigned.core.photo import Photo

__all__ = ["Card", "Consent", "Demand", "Text", "decode", "encode"]


class Consent(msgspec.Struct, frozen=True):
    """One consent asked on the form; its words stand in each `Text`."""

    purpose: Literal["processing", "updates"]
    version: str
    required: bool


class Text(msgspec.Struct, frozen=True):
    """One version of the petition in one language.

    The version is the SHA-256 of `source`, the whole file in UTF-8, NFC, with LF line ends.
    """

    language: str
    hash: str  # 43 characters of base64url without padding
    source: str
    title: str
    summary: str
    body: str  # Markdown
    organiser: str
    demands: dict[str, str]  # id of the demand -> its sentence
    addressees: dict[str, str]  # id of the addressee -> its name
    consents: dict[str, str]  # purpose -> the sentence beside the box
    photo: dict[str, str] = {}  # what is said of the picture: `core.photo.WORDS`; empty where there is none


class Card(msgspec.Struct, frozen=True):
    """A campaign as released."""

    campaign: str  # [a-z0-9] and hyphens, 1 to 40 characters
    organiser: str
    contact: str  # address for questions about personal data
    mode: Literal["standard", "at-risk"]
    languages: tuple[str, ...]  # the first is the one taken where nothing fits
    opens: int  # seconds since 1970
    closes: int
    paused: bool
    demands: tuple[Demand, ...]
    consents: tuple[Consent, ...]
    fields: tuple[str, ...]  # optional fields asked on the form: any of "comment"
    milestones: tuple[int, ...]
    recipients: tuple[str, ...]  # age recipients: the campaign key, and a recovery key
    k: int  # smallest group in which countries are released
    demonstration: bool
    texts: dict[str, Text]  # language -> the version open for signature
    earlier: dict[str, tuple[str, ...]] = {}  # language -> hashes of the versions before it
    sources: tuple[str, ...] = ()  # codes of links and posters that count; any other is dropped
    format: int = 1
    photo: Photo | None = None
    addressees: tuple[Addressee, ...] = ()  # what is known of them besides their names
    goal_changes: tuple[GoalChange, ...] = ()
    answers: tuple[Answer, ...] = ()  # what those addressed answered, by its days
    gatherings: tuple[Gathering, ...] = ()  # by their hours
    review: tuple[str, ...] = ()  # reasons of its own choice to have a signature looked at: any of "disposable"
    embed: tuple[str, ...] = ()  # origins whose pages may show the form in a frame
    organisation: Organisation | None = None  # on whose press page it stands
    digits: Chosen = UNSET  # in which numbers and dates are written

    def language(self, wanted: str) -> str:
        """Give `wanted` where the campaign has it, else the campaign's first language."""
        return wanted if wanted in self.texts else self.languages[0]

    def digits_of(self, language: str) -> Digits:
        """Give the digits that were chosen for a language, else "default"."""
        return "default" if self.digits is UNSET else self.digits.get(language, "default")


def encode(card: Card) -> bytes:
    """Give the card as one line of JSON (UTF-8, no newline)."""
    return msgspec.json.encode(card, order="deterministic")


def decode(data: bytes) -> Card:
    """Read a card.

    Raises:
        msgspec.DecodeError: not a card of this format.
    """
    return msgspec.json.decode(data, type=Card)

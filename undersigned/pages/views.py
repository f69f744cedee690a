"""What the pages are given: frozen view models. Nothing here knows a person, but for a form's own answers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Protocol

import msgspec

from undersigned.core.rules import Refusal

__all__ = ["Form", "Kept", "Mail", "Site", "Snapshot"]


class Site(msgspec.Struct, frozen=True):
    """The installation whose pages these are."""

    url: str  # public address without a slash at the end
    demo: bool = False  # every page says that it is a demonstration
    simulated: bool = False  # every page says that the signatures are simulated
    source: str = ""  # address of the source code, where one is published
    country_names: Mapping[str, Mapping[str, str]] = {}  # code -> language -> the name this installation uses


class Form(msgspec.Struct, frozen=True):
    """A form that was refused: the answers to show again, and why.

    `answers` holds what the person typed, by the names of `interface.md`; it goes into the page that
    answers this very request and nowhere else.
    """

    answers: Mapping[str, str]
    refusals: Sequence[Refusal]


class Kept(msgspec.Struct, frozen=True):
    """One row of "what is kept and who can read it": a field's declaration of `core.person`, in English."""

    field: str
    purpose: str
    place: str
    life: str
    reader: str = ""


class Snapshot(msgspec.Struct, frozen=True):
    """A count that keeps its address for ever: `/c/<campaign>/at/<size>.json`."""

    size: int  # tree size of the checkpoint
    root: str  # base64 of the 32-byte root
    as_of: int  # seconds since 1970
    count: int  # what stood


class Mail(Protocol):
    """A letter in the demonstration's mailbox. A stranger's words: everything is escaped."""

    @property
    def id(self) -> str:
        """The name of its file."""

    @property
    def subject(self) -> str:
        """Its subject."""

    @property
    def to(self) -> str:
        """Whom it went to."""

    @property
    def date(self) -> str:
        """When it was sent, as the letter says."""

    @property
    def language(self) -> str:
        """Its language, or ""."""

    @property
    def body(self) -> str:
        """Its text."""
